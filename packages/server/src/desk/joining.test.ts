/** A store that can be read only now, or another one, meets a world that plays already. */
import { HOUSE_ID, NO_MARKS, type RecordOf } from '@foldback/protocol';
import {
  claim,
  ANA,
  EMPTY,
  LEO,
  MemoryDisk,
  MemoryStore,
  recordOf,
  recordsWith,
  stage,
  T0,
  turnOfTheLoop,
} from './desk-stage.ts';

/** A desk that began without a disk. */
function late() {
  const store = new MemoryStore();
  store.goes();
  return stage({ store });
}

const diskOf = (storeId: string, ...records: readonly RecordOf[]): MemoryDisk =>
  new MemoryDisk(storeId, records);

test('a store that can be read only after the start brings its mixes, and nothing is put over them', () => {
  const { desk, store, notices, calls } = late();
  desk.admit('ana', null);
  desk.arrive('ana');
  calls.length = 0;
  const disk = diskOf(
    'a',
    ...recordsWith('ana', { name: 'Anna', mix: { gains: { 0: 0.5 } } }),
    ...recordsWith('leo'),
  );
  store.comes(disk);
  expect(desk.get('ana')).toMatchObject({ name: 'Anna', mix: { channels: [0, 1], gains: { 0: 0.5 } } });
  expect(desk.find('leo')).toBeDefined();
  expect(disk.value('mix/ana')).toMatchObject({ gains: { 0: 0.5 } });
  expect(calls).toContain('hear');
  expect(notices).toEqual([
    { level: 'info', code: 'joined', message: '1 saved mix could be read only now, and plays' },
  ]);
  desk.run('update_gain', 'ana', { channel: 1, gain: 0.25 }, ANA);
  expect(disk.value('mix/ana')).toMatchObject({ gains: { 0: 0.5, 1: 0.25 } });
  expect(store.conflicts).toEqual([]);
});

test('who has begun another mix keeps playing it, and the saved one is beside it, to be brought by undo', async () => {
  const { desk, acts, store, notices } = late();
  desk.admit('ana', null);
  desk.update('ana', { channels: [2] }, ANA);
  const disk = diskOf(
    'a',
    ...recordsWith('ana', { mix: { gains: { 0: 0.5 } }, revision: 40, changed_at: 17 }),
  );
  store.comes(disk);
  expect(desk.get('ana')).toMatchObject({ revision: 41, mix: { channels: [2] } });
  expect(disk.records.get('mix/ana')).toEqual(desk.world.get('mix', 'ana'));
  expect(acts.acts()).toMatchObject([{ act: 1, why: 'joined', clients: 1 }]);
  expect(notices).toMatchObject([{ level: 'warn', code: 'joined' }]);
  await acts.undo(1);
  expect(desk.get('ana')).toMatchObject({ changed_at: 17, mix: { channels: [0, 1], gains: { 0: 0.5 } } });
  expect(store.conflicts).toEqual([]);
});

test('what is kept beside counts people, not records', async () => {
  const { desk, acts, store } = stage();
  for (const id of ['ana', 'leo']) desk.run('update_gain', id, { channel: 0, gain: 0.5 }, ANA);
  await desk.runKept('set_client_name', 'ana', { client_id: 'ana', custom_name: 'Anna' }, ANA);
  store.comes(diskOf('b', ...recordsWith('ana', { name: 'Another' }), ...recordsWith('leo')));
  expect(acts.acts()).toMatchObject([{ why: 'joined', clients: 2 }]);
  await acts.undo(1);
  expect(desk.get('ana')).toMatchObject({ name: 'Another', mix: { gains: {} } });
});

test('the disk that went and comes again has what was played meanwhile, and nothing is put beside', async () => {
  const { desk, store, acts } = stage();
  const { disk } = store;
  desk.run('update_gain', 'ana', { channel: 0, gain: 0.5 }, ANA);
  await turnOfTheLoop();
  store.goes();
  desk.run('update_gain', 'ana', { channel: 0, gain: 0.8 }, ANA);
  desk.admit('zoë', null);
  store.comes(disk as MemoryDisk);
  expect(disk?.value('mix/ana')).toMatchObject({ gains: { 0: 0.8 } });
  expect(disk?.value('mix/zoë')).toEqual(EMPTY);
  expect(acts.acts()).toEqual([]);
  expect(store.conflicts).toEqual([]);
});

test('an older copy of the same store takes nothing back, and brings nobody back who was cleared', async () => {
  const { desk, acts, store } = stage();
  const copy = new MemoryDisk('a', [...(store.disk as MemoryDisk).records.values()]);
  desk.run('update_gain', 'ana', { channel: 0, gain: 0.5 }, ANA);
  await acts.clear(['leo']);
  await turnOfTheLoop();
  store.comes(copy);
  expect(copy.value('mix/ana')).toMatchObject({ gains: { 0: 0.5 } });
  expect(desk.find('leo')).toBeUndefined();
  expect(copy.value('mix/leo')).toBeUndefined();
  expect(acts.acts().map(({ why }) => why)).toEqual(['clear']);
});

test('a copy of the same store that was moved elsewhere since is not taken for an older one', async () => {
  const { desk, acts, store } = stage();
  const copy = new MemoryDisk(
    'a',
    recordsWith('ana', { mix: { channels: [3] }, revision: 6, changed_at: T0 + 1e9 }),
  );
  desk.run('update_gain', 'ana', { channel: 0, gain: 0.5 }, ANA);
  desk.run('update_gain', 'leo', { channel: 0, gain: 0.5 }, LEO);
  await turnOfTheLoop();
  copy.commits = 1;
  store.comes(copy);
  expect(desk.get('ana').mix.gains).toEqual({ 0: 0.5 });
  expect(acts.acts()).toMatchObject([{ why: 'joined', clients: 1 }]);
  expect(copy.everythingOf('mix/ana')).toContainEqual({ ...EMPTY, channels: [3] });
});

test('another store brings those that are not here, and has those that are', () => {
  const { desk, store, onDisk } = stage();
  store.comes(
    diskOf('b', ...recordsWith('zoë', { output: 1 }), recordOf('house', HOUSE_ID, { order: ['zoë'] })),
  );
  expect([...desk.clients()].map(({ id }) => id)).toEqual(['ana', 'leo', 'zoë']);
  expect(desk.get('zoë').output).toBe(1);
  expect(['ana', 'leo', 'zoë'].map((id) => onDisk(id)?.['channels'])).toEqual([
    [0, 1],
    [0, 1],
    [0, 1],
  ]);
  expect(desk.world.value('house', HOUSE_ID).order).toEqual(['zoë']);
});

test('a pair that somebody plays on who is here is not taken from them by what is found, which is kept beside', async () => {
  const { desk, acts, store, sharedPairs } = stage();
  desk.assignOutput('ana', 1);
  desk.arrive('ana');
  store.comes(diskOf('b', ...recordsWith('zoë', { output: 1 })));
  expect([desk.get('ana').output, desk.get('zoë').output]).toEqual([1, null]);
  expect(store.disk?.value('output/here/1')).toMatchObject({ client_id: 'ana' });
  expect(store.disk?.everythingOf('output/here/1')).toContainEqual({ client_id: 'zoë', lent: true });
  desk.leave('ana');
  await acts.undo(1);
  expect([desk.get('ana').output, desk.get('zoë').output]).toEqual([null, 1]);
  expect(sharedPairs).toEqual([]);
});

test('a pair given to who came first, while the disk was away, is theirs while they are here', async () => {
  const store = new MemoryStore();
  store.goes();
  const { desk, acts } = stage({ store, autoRoute: true });
  desk.admit('ana', null);
  desk.arrive('ana');
  store.comes(diskOf('a', ...recordsWith('zoë', { output: 0 })));
  expect([desk.get('ana').output, desk.get('zoë').output]).toEqual([0, null]);
  desk.leave('ana');
  await acts.undo(1);
  expect([desk.get('ana').output, desk.get('zoë').output]).toEqual([null, 0]);
});

test('who was cleared while they are here is not kept by another store either', async () => {
  const { desk, acts, store, onDisk } = stage();
  desk.arrive('ana');
  await acts.clear(['ana']);
  store.comes(diskOf('b'));
  expect(onDisk('ana')).toBeUndefined();
  expect(onDisk('leo')).toBeDefined();
  desk.run('update_gain', 'ana', { channel: 0, gain: 0.5 }, ANA);
  expect(onDisk('ana')).toMatchObject({ gains: { 0: 0.5 } });
  expect(store.conflicts).toEqual([]);
});

test('a claim made without the disk gives way to what the store knows, and others are joined', () => {
  const { desk, store } = late();
  desk.admit('ana', null);
  desk.admit('leo', null);
  claim(desk, 'thief', 'ana');
  claim(desk, 'thief', 'leo');
  store.comes(
    diskOf('a', ...recordsWith('ana'), recordOf('phone', 'owner', { speaks_for: ['ana'], claimed_at: 1 })),
  );
  expect(desk.world.speakers.of('ana')).toEqual(new Set(['owner']));
  expect(desk.world.speakers.of('leo')).toEqual(new Set(['thief']));
  expect(store.disk?.value('phone/thief')).toMatchObject({ speaks_for: ['leo'] });
});

test('an edited file beside a store that comes late is taken in once it is joined', async () => {
  const { desk, store } = late();
  const file = await store.parseFile(JSON.stringify({ channels_state: { leo: { channels: [3] } } }));
  store.comes(diskOf('a', ...recordsWith('leo')), { file, hash: 'h', newerOnly: false });
  expect(desk.get('leo').mix.channels).toEqual([0, 1]);
  await turnOfTheLoop();
  expect(desk.get('leo').mix.channels).toEqual([3]);
  expect(store.disk?.takenIn).toEqual(['h']);
});

test('acts of another store are its own, and those of before are not mixed with them', async () => {
  const { desk, acts, store } = stage();
  await acts.clear(['leo']);
  const other = stage({ store: new MemoryStore(diskOf('b', ...recordsWith('zoë'))) });
  await other.acts.clear(['zoë']);
  store.comes(other.store.disk as MemoryDisk);
  expect(desk.find('zoë')).toBeUndefined();
  const [act] = acts.acts();
  await acts.undo(act?.act ?? 0);
  expect(desk.find('zoë')).toBeDefined();
  expect(desk.find('leo')).toBeUndefined();
});

test('what was moved with the person’s own hand is never taken for an empty one, nor an empty one for theirs', () => {
  const { desk, store } = late();
  for (const id of ['ana', 'leo']) desk.admit(id, null);
  desk.run('mute_all', 'leo', { muted: true }, LEO);
  const saved = { mix: { gains: { 0: 0.5 } }, marks: { mine: [1], hidden: [] } };
  store.comes(diskOf('a', ...recordsWith('ana', saved), ...recordsWith('leo', saved)));
  expect(desk.get('ana').mix.gains).toEqual({ 0: 0.5 });
  expect(desk.get('leo').mix).toEqual({ ...EMPTY, mute_all: true });
  expect(desk.get('leo').marks).toEqual(saved.marks); // nobody has marked anything here
  expect(desk.get('ana').marks).not.toEqual(NO_MARKS);
});
