/** Acts on everything saved, taken back by undo; and the file people know, taken in. */
import { keyOf } from '@foldback/protocol';
import { LEO, recordsWith, stage } from './desk-stage.ts';

const fileOf = (clients: Readonly<Record<string, object>>): string =>
  JSON.stringify({ channels_state: clients });

test('an undone clear brings everything back as it stood, with its place in time', async () => {
  const { desk, acts, onDisk, store } = stage({
    records: [
      ...recordsWith('ana', { name: 'Anna', output: 1, changed_at: 17, marks: { mine: [1], hidden: [] } }),
    ],
  });
  const before = desk.get('ana');
  await acts.clear(['ana']);
  expect(desk.world.pairs.playerOf(1)).toBeUndefined();
  expect(await acts.undo(1)).toEqual({ changed: 1 });
  expect(desk.get('ana')).toEqual({ ...before, revision: 6 });
  expect(desk.get('ana').changed_at).toBe(17);
  expect(onDisk('ana')).toEqual(before.mix);
  expect(store.disk?.records.get('mix/ana')).toMatchObject({ revision: 6, changed_at: 17 });
});

test('what was undone is an act of its own, and the undo of it brings back what it took away', async () => {
  const { desk, acts } = stage();
  await acts.clear(['ana']);
  await acts.undo(1);
  expect(desk.find('ana')).toBeDefined();
  await acts.undo(2);
  expect(desk.find('ana')).toBeUndefined();
  await acts.undo(3);
  expect(desk.find('ana')).toBeDefined();
  expect(acts.acts().map(({ act, why, clients }) => `${act} ${why} ${clients}`)).toEqual([
    '4 undo 1',
    '3 undo 1',
    '2 undo 1',
    '1 clear 1',
  ]);
});

test('undoing a clear while its musician plays on makes them kept again', async () => {
  const { desk, acts, onDisk, store } = stage();
  desk.arrive('ana');
  await acts.clear(['ana']);
  await acts.undo(1);
  expect(desk.isKept('ana')).toBe(true);
  expect(onDisk('ana')).toEqual(desk.get('ana').mix);
  expect(store.disk?.value('person/ana')).toEqual(desk.world.get('person', 'ana')?.value);
  desk.leave('ana');
  expect(desk.find('ana')).toBeDefined();
  expect(store.conflicts).toEqual([]);
});

test('undoing an import takes those away who came by it, but for who plays by now', async () => {
  const { desk, acts, onDisk, store } = stage({ clients: [] });
  await acts.import(fileOf({ ana: { channels: [1] }, leo: { channels: [2] } }));
  desk.arrive('leo');
  await acts.undo(1);
  expect(desk.find('ana')).toBeUndefined();
  expect(desk.find('leo')).toBeDefined();
  expect([onDisk('ana'), onDisk('leo')]).toEqual([undefined, undefined]);
  await acts.undo(2);
  expect(onDisk('leo')).toMatchObject({ channels: [2] });
  expect(store.conflicts).toEqual([]);
});

test('undoing twice what made somebody lingers once, and breaks nothing', async () => {
  const { desk, acts, store } = stage({ clients: [] });
  await acts.import(fileOf({ leo: { channels: [2] } }));
  desk.arrive('leo');
  await acts.undo(1);
  await acts.undo(1);
  expect(store.conflicts).toEqual([]);
  expect(desk.isKept('leo')).toBe(false);
});

test('an undo that the disk refuses leaves everything as it was', async () => {
  const { desk, acts, store } = stage();
  await acts.clear(['ana']);
  store.refuses(true);
  await expect(acts.undo(1)).rejects.toThrow('not saved');
  store.refuses(false);
  expect(desk.find('ana')).toBeUndefined();
  expect(store.disk?.value('mix/ana')).toBeUndefined();
  expect(acts.acts()).toHaveLength(1);
});

test('an act that is not there cannot be undone', async () => {
  const { acts } = stage();
  await expect(acts.undo(7)).rejects.toThrow('there is no act 7');
});

test('an act too old to be undone is forgotten with what it kept, and the others stay', async () => {
  const { desk, acts, store, clock } = stage();
  await acts.clear(['ana']);
  clock.now += 60 * 24 * 3600 * 1000;
  await acts.clear(['leo']);
  clock.now += 31 * 24 * 3600 * 1000;
  await acts.forgetOldActs();
  expect(acts.acts().map(({ act }) => act)).toEqual([2]);
  expect([...(store.disk?.records.keys() ?? [])].filter((key) => key.startsWith('before/1/'))).toEqual([]);
  expect(store.disk?.value(keyOf('before', '2/mix/leo'))).toBeDefined();
  expect(desk.world.get('act', '2')).toBeDefined();
});

test('a file is taken in as it is, and who is not in it stays', async () => {
  const { desk, acts } = stage();
  const timestamp = 1_700_000_000_000;
  expect(await acts.import(fileOf({ ana: { channels: [3], gains: { 3: 0.5 }, timestamp } }))).toEqual({
    changed: 1,
  });
  expect(desk.get('ana')).toMatchObject({ revision: 6, changed_at: timestamp });
  expect(desk.get('ana').mix).toMatchObject({ channels: [3], gains: { 3: 0.5 } });
  expect(desk.get('leo').mix.channels).toEqual([0, 1]);
});

test('an undone import gives back the place in time as well', async () => {
  const { desk, acts } = stage({ records: recordsWith('ana', { changed_at: 17 }) });
  await acts.import(fileOf({ ana: { channels: [3], timestamp: 1_700_000_000_000 } }));
  await acts.undo(1);
  expect(desk.get('ana')).toMatchObject({ changed_at: 17, revision: 7, mix: { channels: [0, 1] } });
});

test('panic, name, output and marks are not in a file, so they stay', async () => {
  const parts = { name: 'Anna', output: 1, marks: { mine: [1], hidden: [] }, mix: { mute_all: true } };
  const { desk, acts } = stage({ records: recordsWith('ana', parts) });
  await acts.import(fileOf({ ana: { channels: [3] } }));
  const { name, output, marks } = parts;
  expect(desk.get('ana')).toMatchObject({ name, output, marks, mix: { channels: [3], mute_all: true } });
});

test('what a file holds beyond mixes is kept for its mirror, and goes when a file has none', async () => {
  const { acts, store } = stage({ clients: [] });
  await acts.import(fileOf({ ana: { channels: [3], colour: 'red' } }));
  expect(store.disk?.value('unread/ana')).toEqual({ json: '{"colour":"red"}' });
  await acts.import(fileOf({ ana: { channels: [3] } }));
  expect(store.disk?.value('unread/ana')).toBeUndefined();
});

test('the same file again changes nothing and is no act', async () => {
  const { acts } = stage({ clients: [] });
  const file = fileOf({ ana: { channels: [3], timestamp: 1_700_000_000_000 } });
  await acts.import(file);
  expect(await acts.import(file)).toEqual({ changed: 0 });
  expect(acts.acts()).toHaveLength(1);
});

test('a file found at the start is taken in with its hash, in one batch, once', async () => {
  const { desk, acts, store, notices } = stage();
  const file = await store.parseFile(fileOf({ ana: { channels: [3] } }));
  acts.takeIn({ file, hash: 'h', newerOnly: false });
  expect(desk.get('ana').mix.channels).toEqual([3]);
  expect(store.disk?.takenIn).toEqual(['h']);
  expect(store.batches).toHaveLength(1);
  expect(notices.map(({ code }) => code)).toEqual(['imported']);
  acts.takeIn({ file, hash: 'h', newerOnly: false });
  expect(store.disk?.takenIn).toEqual(['h', 'h']);
  expect(acts.acts()).toHaveLength(1);
});

test('after damage a file counts only where it is newer', async () => {
  const { desk, acts, store } = stage({
    records: [
      ...recordsWith('ana', { changed_at: 100 }),
      ...recordsWith('leo', { changed_at: 1_800_000_000_000 }),
    ],
  });
  const timestamp = 1_700_000_000_000;
  const file = await store.parseFile(
    fileOf({ ana: { channels: [3], timestamp }, leo: { channels: [3], timestamp } }),
  );
  acts.takeIn({ file, hash: 'h', newerOnly: true });
  expect([desk.get('ana').mix.channels, desk.get('leo').mix.channels]).toEqual([[3], [0, 1]]);
});

test('what an act changes belongs to one gesture, signed by whoever asked for it', async () => {
  const { acts, store } = stage();
  await acts.clear(['ana', 'leo'], LEO);
  const entries = store.batches.flatMap(({ writes }) => writes.flatMap(({ entry }) => entry ?? []));
  expect(new Set(entries.map(({ gesture }) => gesture)).size).toBe(1);
  expect(new Set(entries.map(({ author, reason }) => `${author} ${reason}`))).toEqual(new Set(['leo clear']));
  expect(entries).toHaveLength(4); // of acts and what they found there is no history
});
