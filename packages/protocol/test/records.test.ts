import * as v from 'valibot';
import {
  EMPTY_MIX,
  events,
  keyOf,
  kinds,
  pairId,
  splitKey,
  valueOfToday,
  type KindName,
} from '../src/index.ts';

const names = Object.keys(kinds) as KindName[];

test.each(names)('what is not there of the kind %s passes its own schema', (name) => {
  expect(v.safeParse(kinds[name].schema, kinds[name].empty).success).toBe(true);
});

test.each(names)('the fields of %s that nobody is told of are among its fields', (name) => {
  const { empty, quiet } = kinds[name];
  expect(Object.keys(empty)).toEqual(expect.arrayContaining([...quiet]));
});

test('what has a history or is shown lives in the world, so that what was before is known', () => {
  const told = names.filter((name) => kinds[name].history || kinds[name].readBy !== 'nobody');
  expect(told.filter((name) => !kinds[name].resident)).toEqual([]);
});

test.each([
  ['mix', 'ana'],
  ['mix', 'Zoë / de la Peña: 🎸'],
  ['output', pairId(3)],
  ['before', '7/mix/ana/leo'],
  ['unread', ''],
] as const)('a key of %s leads back to what it is of: %j', (kind, id) => {
  expect(splitKey(keyOf(kind, id))).toEqual({ kind, id });
});

test.each(['', 'mix', '/ana', 'Mix/ana', 'constructor/ana', '__proto__/ana', 'mixes/ana'])(
  '%j is no key of a record',
  (key) => {
    expect(() => splitKey(key)).toThrow('is no key of a record');
  },
);

test('a value of an older program has the defaults for what it lacks', () => {
  expect(valueOfToday('person', { name: 'Ana' })).toEqual({ ...kinds.person.empty, name: 'Ana' });
  const { mute_all: _muteAll, ...older } = kinds.mix.empty;
  expect(valueOfToday('mix', { ...older, channels: [3] })).toEqual({
    ...EMPTY_MIX,
    channels: [3],
    mute_all: false,
  });
});

test('what everybody may read holds nothing of a mix, a secret or a past', () => {
  const told = names.filter((name) => kinds[name].readBy !== 'nobody');
  expect(told).toEqual(['mix', 'person', 'output']);
});

test('a change by the mixer itself has no author, and no text can be taken for that', () => {
  const change = { ...events.change.example, author: null };
  expect(v.safeParse(events.change.body, change).success).toBe(true);
  expect(v.safeParse(events.change.body, { ...change, author: '' }).success).toBe(false);
});
