import { differenceOf, isSame, joinedPatches, withPatch, type JsonObject, type Patch } from '../src/patch.ts';

const before = { channels: [0, 1], gains: { 0: 1, 3: 0.5 }, name: 'Ana', nothing: null };
const after = { channels: [0, 1, 3], gains: { 0: 1, 3: 0.7, 4: 2 }, name: null, nothing: null };

test('a difference names what differs, lists whole and tables entry by entry, and leads back', () => {
  const difference = differenceOf(before, after);
  expect(difference).toEqual({
    to: { channels: [0, 1, 3], gains: { 3: 0.7, 4: 2 }, name: null },
    from: { channels: [0, 1], gains: { 3: 0.5, 4: null }, name: 'Ana' },
  });
  expect(isSame(withPatch(before, difference?.to ?? null), after)).toBe(true);
  expect(isSame(withPatch(after, difference?.from ?? null), before)).toBe(true);
});

test('what means the same differs in nothing', () => {
  expect(differenceOf(before, structuredClone(before))).toBeUndefined();
  expect(differenceOf({ a: null }, {})).toBeUndefined();
  expect(differenceOf(null, null)).toBeUndefined();
});

test('a record that comes is its whole value, one that goes is null', () => {
  expect(differenceOf(null, after)).toEqual({ to: after, from: null });
  expect(withPatch(after, null)).toBeNull();
  expect(withPatch(null, { a: 1 })).toEqual({ a: 1 });
});

test('what a patch does not name stays the very same object', () => {
  expect(withPatch(before, { name: 'Leo' })?.['gains']).toBe(before.gains);
});

test('two patches joined do what both do one after the other, whatever they are', () => {
  const values: readonly (JsonObject | null)[] = [
    null,
    { gains: {}, channels: [] },
    { gains: { 0: 1 }, channels: [0] },
    { gains: { 0: 2, 1: 3 }, channels: [0, 1], name: 'Ana' },
    { gains: { 1: 1 }, channels: [1], name: 'Leo' },
  ];
  for (const a of values) {
    for (const b of values) {
      for (const c of values) {
        const first = differenceOf(a, b)?.to as Patch | undefined;
        const second = differenceOf(b, c)?.to as Patch | undefined;
        if (first === undefined || second === undefined) continue;
        if (b === null) continue; // what was gone in between begins anew
        expect(isSame(withPatch(a, joinedPatches(first, second)), c)).toBe(true);
      }
    }
  }
});
