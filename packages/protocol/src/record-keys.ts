/** Keys of records as pages need them: apart from the schemas, which stay off the phone. */

/** Output records are of one computer: this one, until several share a store. */
export const THIS_COMPUTER = 'here';
export const pairId = (pair: number): string => `${THIS_COMPUTER}/${pair}`;
