import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SqliteStore } from './sqlite-store.ts';
import { AT, clientWith, mixWith, RecordingListener, TemporaryDirectory } from './store-stage.ts';

const DAY_MS = 24 * 3600 * 1000;

let directory: TemporaryDirectory;
let listener: RecordingListener;
let store: SqliteStore;

const start = async () => {
  listener = new RecordingListener();
  store = new SqliteStore({ directory: directory.path, listener });
  return store.load();
};
const restart = async () => {
  await store.close();
  return start();
};

beforeEach(async () => {
  directory = new TemporaryDirectory();
  await start();
});
afterEach(async () => {
  await store.close();
  directory.remove();
});

const leo = clientWith({
  id: 'leo',
  name: 'Leo',
  output: 2,
  mix: mixWith({ channels: [1], gains: { 1: 0.5 } }),
  marks: { mine: [1], hidden: [7] },
});
const ana = clientWith({ id: 'ana', name: 'Ana' });

test('a restore brings everybody back as they were, sets aside who came since, and can itself be undone', async () => {
  store.record(leo);
  store.record(ana);
  await store.keepOrder(['leo', 'ana']);
  const { backup, made } = await store.backup();
  expect(made).toBe(true);

  const changedLeo = {
    ...leo,
    name: 'Leonardo',
    revision: 7,
    mix: mixWith({ channels: [9] }),
    marks: { mine: [9], hidden: [] },
  };
  await store.keepClient(changedLeo);
  await store.clear(['ana']);
  store.record(clientWith({ id: 'zoe' }));
  await store.keepOrder(['zoe']);

  const restored = await store.restore(backup.name);
  expect(new Set(restored.clients)).toEqual(
    new Set([
      { ...leo, revision: 8 },
      { ...ana, revision: 2 },
    ]),
  );
  expect(restored).toMatchObject({ order: ['leo', 'ana'], changed: 3 });

  const [act] = await store.acts();
  expect(act).toMatchObject({ why: 'restore', clients: 3 });
  const undone = await store.undo(act?.act ?? 0);
  expect(new Set(undone.clients)).toEqual(
    new Set([{ ...changedLeo, revision: 9 }, clientWith({ id: 'zoe', revision: 2 })]),
  );
  expect(undone.order).toEqual(['zoe']);
  expect((await restart()).clients).toHaveLength(2);
});

test('a clear can be undone, and that too', async () => {
  await store.keepClient(leo);
  await store.clear(['leo']);
  const [cleared] = await store.acts();
  expect(cleared).toMatchObject({ why: 'clear', clients: 1 });
  expect((await store.undo(cleared?.act ?? 0)).clients).toEqual([{ ...leo, revision: 2 }]);
  const [undone] = await store.acts();
  expect(undone).toMatchObject({ why: 'undo', clients: 1 });
  expect((await store.undo(undone?.act ?? 0)).clients).toEqual([]);
});

test('what is recorded before an act is under it, what is recorded after comes over it', async () => {
  store.record(leo);
  const text = JSON.stringify({ channels_state: { leo: { channels: [5] }, zoe: {} } });
  const imported = store.importFile(text);
  store.record(ana);
  expect((await imported).clients.find(({ id }) => id === 'leo')).toMatchObject({
    name: 'Leo',
    output: 2,
    revision: 2,
    mix: { channels: [5] },
    marks: leo.marks,
  });
  const { clients } = await restart();
  expect(new Set(clients.map(({ id }) => id))).toEqual(new Set(['leo', 'ana', 'zoe']));
});

test('marks are in the store and not in the file, and a file takes none away', async () => {
  await store.keepClient(leo);
  await store.close();
  const text = readFileSync(join(directory.path, 'channels_state.json'), 'utf8');
  expect(JSON.parse(text)).toMatchObject({ channels_state: { leo: { channels: [1] } } });
  expect(text).not.toMatch(/marks|mine|hidden/);
  writeFileSync(
    join(directory.path, 'channels_state.json'),
    text.replace('"channels":[1]', '"channels":[2]'),
  );
  const { clients } = await start();
  expect(listener.codes).toEqual(['imported']);
  expect(clients).toEqual([{ ...leo, revision: 2, mix: { ...leo.mix, channels: [2] } }]);
});

test('a file that cannot be read is refused in words, and takes no fader move with it', async () => {
  store.record(leo);
  await expect(store.importFile('{"channels_state": [')).rejects.toThrow('it is not JSON');
  await listener.hasSaved('leo', 1);
  expect(listener.codes).toEqual([]);
});

test('with nothing changed, the newest backup is the backup', async () => {
  await store.keepClient(leo);
  const first = await store.backup();
  const second = await store.backup();
  expect(second).toEqual({ backup: first.backup, made: false });
  expect(await store.backups()).toEqual([first.backup]);
});

test('a damaged backup is not restored', async () => {
  await store.keepClient(leo);
  const { backup } = await store.backup();
  const path = join(directory.path, 'backups', backup.name);
  const content = readFileSync(path);
  content[content.length >> 1] = (content[content.length >> 1] ?? 0) ^ 1;
  writeFileSync(path, content);
  await expect(store.restore(backup.name)).rejects.toThrow(/cannot be unpacked|checksum|malformed/);
  await expect(store.restore('../../etc/passwd')).rejects.toThrow('there is no backup called');
});

test('a damaged store starts from the newest backup that is whole, with what the mirror has over it', async () => {
  await store.keepClient(leo);
  await store.keepClient(ana);
  await store.backup();
  await store.keepClient({ ...ana, revision: 2, mix: mixWith({ channels: [4] }) });
  const newer = await store.backup();
  await store.keepClient({ ...ana, revision: 3, mix: mixWith({ channels: [5] }) });
  await store.close();
  writeFileSync(join(directory.path, 'foldback.db'), Buffer.alloc(40_960));
  writeFileSync(join(directory.path, 'backups', newer.backup.name), 'gone');
  const { clients, source } = await start();
  expect(source).toBe('backup');
  expect(clients).toContainEqual(leo);
  expect(clients.find(({ id }) => id === 'ana')).toMatchObject({ name: 'Ana', mix: { channels: [5] } });
  expect(listener.codes).toEqual(['recovered', 'recovered', 'recovered', 'imported']);
  expect(readdirSync(join(directory.path, 'backups')).some((name) => name.includes('.damaged-'))).toBe(true);
});

test('who was not seen for a year, while others were, is archived and comes back with everything', async () => {
  const old = clientWith({
    id: 'old',
    mix: mixWith({ channels: [3] }),
    marks: { mine: [3], hidden: [] },
    seen_at: AT - 366 * DAY_MS,
  });
  const lateSummer = clientWith({ id: 'summer', seen_at: AT - 364 * DAY_MS });
  for (const client of [old, lateSummer, leo]) store.record(client);
  const { clients } = await restart();
  expect(clients.map(({ id }) => id)).toEqual(['leo', 'summer']);
  expect(listener.codes).toEqual(['archived']);
  expect(await store.older('old')).toEqual({ from: 'archive', client: old });
});

test('who comes back out of the archive is in it no more, and what was there is kept for a while', async () => {
  const old = clientWith({ id: 'old', name: 'Olga', output: 3, mute_all: true, seen_at: AT - 366 * DAY_MS });
  for (const client of [old, leo]) store.record(client);
  await restart();
  store.record({ ...old, revision: 2, seen_at: AT });
  await listener.hasSaved('old', 2);
  expect(await store.older('old')).toBeUndefined();
  expect((await store.acts()).map(({ why, clients }) => [why, clients])).toEqual([['overwritten', 1]]);
  expect((await restart()).clients).toContainEqual({ ...old, revision: 2, seen_at: AT });
});

test('an undo takes back what was done, and not what was overwritten in the same moment', async () => {
  await store.keepClient(leo);
  await store.keepClient({ ...ana, revision: 5 });
  const older = store.keepClient({ ...ana, revision: 4, name: 'Anna' });
  await Promise.all([older, store.clear(['leo'])]);
  const acts = await store.acts();
  expect(new Set(acts.map(({ why }) => why))).toEqual(new Set(['clear', 'overwritten']));
  const clear = acts.find(({ why }) => why === 'clear');
  const { clients } = await store.undo(clear?.act ?? 0);
  expect(new Set(clients.map(({ id, name }) => `${id} ${name}`))).toEqual(new Set(['leo Leo', 'ana Anna']));
});

test('two backups at once are both made', async () => {
  await store.keepClient(leo);
  const [first, second] = await Promise.all([store.backup(), store.backup()]);
  expect(second).toEqual({ backup: first.backup, made: false });
});

test('a band that pauses for three years finds everybody, and so does one whose clock is wrong', async () => {
  store.record({ ...leo, seen_at: AT - 1000 * DAY_MS });
  store.record({ ...ana, seen_at: AT - 1001 * DAY_MS });
  expect((await restart()).clients).toHaveLength(2);
  store.record({ ...leo, revision: 2, seen_at: Date.UTC(2099, 0) });
  expect((await restart()).clients.map(({ id }) => id)).toContain('leo');
});

test('an older devices.json serves who the store has never seen', async () => {
  const configuration = { channels: [1], gains: { 1: 20 }, pans: {}, mutes: {}, master_gain: 0.5 };
  writeFileSync(join(directory.path, 'devices.json'), JSON.stringify({ 'ipad del bajo': { configuration } }));
  expect(await store.older('ipad del bajo')).toEqual({
    from: 'devices.json',
    mix: mixWith({ channels: [1], gains: { 1: 10 }, master_gain: 0.5 }),
  });
  expect(listener.codes).toEqual(['repaired']);
  expect(await store.older('toString')).toBeUndefined();
});

test('a devices.json that is broken is told, and nobody is kept waiting', async () => {
  writeFileSync(join(directory.path, 'devices.json'), '{"half": ');
  expect(await store.older('half')).toBeUndefined();
  expect(listener.codes).toEqual(['repaired']);
});

test('a second Foldback on the same directory is refused in words', async () => {
  const second = new SqliteStore({ directory: directory.path, listener: new RecordingListener() });
  await expect(second.load()).rejects.toThrow('is in use by another Foldback');
  await second.close();
});
