import { type JsonObject, kinds, type Patch } from '@foldback/protocol';
import { ownerOf, RecordStore } from './record-store.ts';

const MIX = 'mix/ana';
const wire = (key: string, revision: number, value: JsonObject, saved = revision) => ({
  key,
  revision,
  saved,
  value: { ...value },
});
const change = (base: number, revision: number, patch: Patch, key = MIX) => ({
  key,
  base,
  revision,
  patch: patch && { ...patch },
});

function storeWithMix(): RecordStore {
  const store = new RecordStore();
  store.replace('ana', [wire(MIX, 10, { gains: { 0: 0.5, 1: 1 }, solos: [1], master_gain: 1 })]);
  return store;
}

test('a change of the revision at hand is laid over the record; what it does not name is the very same', () => {
  const store = storeWithMix();
  const before = store.value(MIX);
  expect(store.hear(change(10, 11, { gains: { 0: 0.1, 1: null } }))).toBe('heard');
  expect(store.value(MIX)).toEqual({ gains: { 0: 0.1 }, solos: [1], master_gain: 1 });
  expect(store.value(MIX)['solos']).toBe(before['solos']);
  expect(before).toMatchObject({ gains: { 0: 0.5, 1: 1 } });
});

test.each([
  ['an old one changes nothing', change(9, 10, { master_gain: 0 }), 'old'],
  ['one after a missed one changes nothing, and is told', change(11, 12, { master_gain: 0 }), 'gap'],
  ['one of a record that was never heard of is a gap', change(1, 2, { name: 'Ana' }, 'person/ana'), 'gap'],
])('%s', (_what, event, heard) => {
  const store = storeWithMix();
  const before = store.all();
  expect(store.hear(event)).toBe(heard);
  expect(store.all()).toEqual(before);
});

test('a revision may be skipped when the base is at hand', () => {
  const store = storeWithMix();
  expect(store.hear(change(10, 15, { master_gain: 0.5 }))).toBe('heard');
  expect(store.hear(change(15, 16, { master_gain: 0.4 }))).toBe('heard');
});

test('a new record comes whole', () => {
  const store = storeWithMix();
  expect(store.hear(change(0, 1, { client_id: 'ana' }, 'output/here/1'))).toBe('heard');
  expect(store.value('output/here/1')).toEqual({ client_id: 'ana' });
});

test('a record that has gone is not there; when it comes again its revisions go on', () => {
  const store = storeWithMix();
  expect(store.hear(change(10, 10, null))).toBe('heard');
  expect(store.value(MIX)).toEqual({});
  expect(store.isSaved('ana')).toBe(true);
  expect(store.hear(change(0, 9, { master_gain: 0 }))).toBe('old');
  expect(store.hear(change(0, 11, { master_gain: 0.5 }))).toBe('heard');
  expect(store.value(MIX)).toEqual({ master_gain: 0.5 });
});

test('a record goes whatever was missed of it; an old farewell does not count', () => {
  const store = storeWithMix();
  expect(store.hear(change(9, 9, null))).toBe('old');
  expect(store.hear(change(14, 14, null))).toBe('heard');
  expect(store.value(MIX)).toEqual({});
});

test('gaps are of one record each', () => {
  const store = storeWithMix();
  store.replace(undefined, [wire('output/here/0', 3, { client_id: 'ana' })]);
  expect(store.hear(change(12, 13, { master_gain: 0 }))).toBe('gap');
  expect(store.hear(change(3, 4, { client_id: null }, 'output/here/0'))).toBe('heard');
});

test('what is replaced is one owner’s, or everybody’s, and nothing else; what is not named has gone', () => {
  const store = storeWithMix();
  store.replace(undefined, [wire('output/here/0', 3, { client_id: 'ana' })]);
  store.replace('ana', [wire('person/ana', 1, { name: 'Ana' })]);
  expect(store.all().map(({ key }) => key)).toEqual(['output/here/0', 'person/ana']);
  store.replace(undefined, []);
  expect(store.all().map(({ key }) => key)).toEqual(['person/ana']);
});

test('saved is what is on the disk of all records of an owner, and never less than it was', () => {
  const store = storeWithMix();
  store.replace(undefined, [wire('output/here/0', 3, { client_id: 'ana' }, 0)]);
  expect(store.isSaved('ana')).toBe(true);
  expect(store.accept('person/ana', { name: 'Anna' }, 1)).toBe('heard');
  store.accept(MIX, { master_gain: 0.5 }, 11);
  store.savedUpTo(MIX, 11);
  store.savedUpTo(MIX, 10);
  expect(store.isSaved('ana')).toBe(false);
  store.savedUpTo('person/ana', 1);
  expect(store.isSaved('ana')).toBe(true);
});

test('the disk may be quicker than the answer, even about a record that is new', () => {
  const store = storeWithMix();
  store.savedUpTo('person/ana', 1);
  store.accept('person/ana', { name: 'Anna' }, 1);
  expect(store.isSaved('ana')).toBe(true);
});

test('an answer that skips a revision says that one of somebody else’s was missed', () => {
  const store = storeWithMix();
  expect(store.accept(MIX, { master_gain: 0.5 }, 12)).toBe('gap');
  expect(store.accept(MIX, { master_gain: 0.5 }, 11)).toBe('heard');
});

test('the owners of records are those of whom a phone sees only what it watches', () => {
  for (const [kind, { readBy }] of Object.entries(kinds))
    expect([kind, ownerOf(`${kind}/a/b`)]).toEqual([kind, readBy === 'watchers' ? 'a/b' : undefined]);
});
