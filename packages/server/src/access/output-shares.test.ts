import { OutputShares } from './output-shares.ts';

function stage(isLimited = true) {
  const pairs = new Map<string, number>();
  const shares = new OutputShares({ pairOf: (id) => pairs.get(id) }, isLimited);
  /** Somebody asks, and gets a pair when they may. */
  const ask = (address: string, id: string): boolean => {
    const may = shares.claim(address, id);
    if (may) pairs.set(id, pairs.size);
    return may;
  };
  return { pairs, shares, ask };
}

test('an address gets two pairs, and another one its own two', () => {
  const { ask } = stage();
  expect(['ana', 'leo', 'mia'].map((id) => ask('10.0.0.1', id))).toEqual([true, true, false]);
  expect(['zoë', 'bob', 'eve'].map((id) => ask('10.0.0.2', id))).toEqual([true, true, false]);
});

test('a pair that is free again counts for nobody, and who has one may have another instead', () => {
  const { ask, pairs } = stage();
  for (const id of ['ana', 'leo']) ask('10.0.0.1', id);
  expect(ask('10.0.0.1', 'leo')).toBe(true);
  expect(ask('10.0.0.1', 'mia')).toBe(false);
  pairs.delete('ana');
  expect(ask('10.0.0.1', 'mia')).toBe(true);
  expect(ask('10.0.0.1', 'ana')).toBe(false);
});

test('who may and then finds no pair does not count', () => {
  const { shares } = stage();
  for (let stranger = 0; stranger < 10; stranger++)
    expect(shares.claim('10.0.0.1', `${stranger}`)).toBe(true);
});

test('where addresses say nothing there is no bound', () => {
  const { ask } = stage(false);
  expect(['ana', 'leo', 'mia', 'zoë'].every((id) => ask('10.0.0.1', id))).toBe(true);
});

test('after a start a pair counts for the address that its musician comes back from', () => {
  const { ask, pairs } = stage();
  for (const id of ['ana', 'leo']) pairs.set(id, pairs.size); // restored
  expect(ask('10.0.0.1', 'ana')).toBe(true);
  expect(ask('10.0.0.1', 'leo')).toBe(true);
  expect(ask('10.0.0.1', 'mia')).toBe(false);
  expect(ask('10.0.0.2', 'mia')).toBe(true);
});

test('who comes with a pair from elsewhere goes on counting where they got it', () => {
  const { ask } = stage();
  for (const id of ['ana', 'leo']) ask('10.0.0.1', id);
  expect(ask('10.0.0.2', 'ana')).toBe(true);
  expect(ask('10.0.0.1', 'mia')).toBe(false);
});
