/** Tests of what not every machine can do: where it cannot, they are skipped under a name that says what is missing. */

/** @param needs what the machine must have; `npm test` in CI excuses what is skipped under such a name, and nothing else */
export function describeWhere(able: boolean, needs: string): (name: string, tests: () => void) => void {
  const describeOrSkip = able ? describe : describe.skip;
  return (name, tests) => {
    describeOrSkip(able ? name : `not here: without ${needs}: ${name}`, tests);
  };
}
