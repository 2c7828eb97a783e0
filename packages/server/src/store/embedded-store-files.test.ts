import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordOf } from '@foldback/protocol';
import { makeBackup } from './backups.ts';
import { Database } from './database.ts';
import { EmbeddedStore } from './embedded-store.ts';
import type { Loaded } from './state-store.ts';
import {
  AT,
  batchOf,
  keysOf,
  mixRecord,
  mixWith,
  orderRecord,
  personRecord,
  recordIn,
  RecordingListener,
  recordWith,
  TemporaryDirectory,
  writeOf,
} from './store-stage.ts';

const YEAR_MS = 365 * 24 * 3600 * 1000;

let directory: TemporaryDirectory;
let listener: RecordingListener;
let store: EmbeddedStore;

const start = async (): Promise<Loaded> => {
  listener = new RecordingListener();
  store = new EmbeddedStore({ directory: directory.path, listener });
  return store.load();
};
const restart = async (): Promise<Loaded> => {
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

const leo = mixRecord('leo', { channels: [1], gains: { 1: 0.5 } });
const anaAt = (revision: number, channels: number[] = []) => mixRecord('ana', { channels }, { revision });
const keep = (...records: readonly RecordOf[]) => store.commit(batchOf(...records), 'kept');

test('a backup has everybody as they were, and gives them back as they are today', async () => {
  const before = recordWith('before', '1/mix/leo');
  await keep(leo, anaAt(1), orderRecord(['leo', 'ana']), before);
  const { backup, made } = await store.backup();
  expect(made).toBe(true);
  await keep(anaAt(2, [7]), mixRecord('zoe'));
  const records = await store.readBackup(backup.name);
  expect(new Set(records)).toEqual(new Set([leo, anaAt(1), orderRecord(['leo', 'ana'])]));
  expect(recordIn(await restart(), 'mix', 'ana')).toEqual(anaAt(2, [7]));
});

test('with nothing changed, the newest backup is the backup', async () => {
  await keep(leo);
  const first = await store.backup();
  const second = await store.backup();
  expect(second).toEqual({ backup: first.backup, made: false });
  expect(await store.backups()).toEqual([first.backup]);
});

test('two backups at once are both made', async () => {
  await keep(leo);
  const [first, second] = await Promise.all([store.backup(), store.backup()]);
  expect(second).toEqual({ backup: first.backup, made: false });
});

test('a backup carried to another computer is what it begins with; the database alone, while it is in use, is not', async () => {
  const phone = recordWith('phone', 'hash', { speaks_for: ['leo'], claimed_at: AT });
  await keep(leo, phone);
  const { backup } = await store.backup();
  const beginning = async (from: string, to: string): Promise<Loaded> => {
    const other = new TemporaryDirectory();
    mkdirSync(join(other.path, 'backups'));
    copyFileSync(join(directory.path, from), join(other.path, to));
    const there = new EmbeddedStore({ directory: other.path, listener: new RecordingListener() });
    const loaded = await there.load();
    await there.close();
    other.remove();
    return loaded;
  };
  const carried = join('backups', backup.name);
  expect(new Set((await beginning(carried, carried)).records)).toEqual(new Set([leo, phone]));
  expect((await beginning('foldback.db', 'foldback.db')).records).toEqual([]);
});

test('a damaged backup is not read, nor is one that is none', async () => {
  await keep(leo);
  const { backup } = await store.backup();
  const path = join(directory.path, 'backups', backup.name);
  const content = readFileSync(path);
  writeFileSync(path, content.fill(0x55, content.length >> 1, (content.length >> 1) + 32));
  await expect(store.readBackup(backup.name)).rejects.toThrow(/cannot be unpacked|checksum|malformed/);
  await expect(store.readBackup('../../etc/passwd')).rejects.toThrow('there is no backup called');
});

test('a damaged store starts from the newest backup that is whole, and the mirror is there for what is newer', async () => {
  await keep(leo);
  await keep(anaAt(1), personRecord('ana', { name: 'Ana' }));
  const { backup } = await store.backup();
  await keep(anaAt(2, [4]));
  await store.backup();
  await keep(anaAt(3, [5]));
  await store.close();
  writeFileSync(join(directory.path, 'foldback.db'), Buffer.alloc(40_960));
  const backups = join(directory.path, 'backups');
  const newer = readdirSync(backups).filter((name) => name !== backup.name); // one of a slow start's own may be there, too
  expect(newer).not.toEqual([]);
  for (const name of newer) writeFileSync(join(backups, name), 'gone');
  const loaded = await start();
  expect(loaded.source).toBe('backup');
  expect(new Set(loaded.records)).toEqual(new Set([leo, anaAt(1), personRecord('ana', { name: 'Ana' })]));
  expect(loaded.edited).toMatchObject({ newerOnly: true });
  expect(loaded.edited?.file.clients.find(({ id }) => id === 'ana')?.mix).toEqual(mixWith({ channels: [5] }));
  expect(listener.codes).toEqual(Array.from({ length: 2 + newer.length }, () => 'recovered'));
  expect(readdirSync(backups).some((name) => name.includes('.damaged-'))).toBe(true);
});

test('a start with the clock years ahead wins nothing: a damaged store comes back from the backup of the newest commit', async () => {
  await keep(leo);
  await store.close();
  makeBackup(directory.path, AT + 50 * YEAR_MS);
  await start();
  await keep(anaAt(1, [4]));
  await store.close();
  const { backup } = makeBackup(directory.path, AT);
  writeFileSync(join(directory.path, 'foldback.db'), Buffer.alloc(40_960));
  const loaded = await start();
  expect(recordIn(loaded, 'mix', 'ana')).toEqual(anaAt(1, [4]));
  expect((await store.backups())[0]).toEqual(backup);
});

test('the backup of an older store that somebody put in place is newer than all there were', async () => {
  const path = join(directory.path, 'foldback.db');
  for (let revision = 1; revision <= 9; revision += 1) await keep(anaAt(revision));
  await store.backup();
  await store.close();
  renameSync(path, `${path}.away`);
  const older = Database.create(path);
  older.commit([writeOf(leo)]);
  older.close();
  await start();
  const { backup } = await store.backup();
  expect((await store.backups()).map(({ name }) => name)[0]).toBe(backup.name);
  expect(await store.backups()).toHaveLength(2);
});

test('a file is read off the event loop, mended where it must be, and told where it cannot be read', async () => {
  const text = JSON.stringify({ channels_state: { leo: { gains: { 0: 15 } } }, comment: '¡hola!' });
  expect(await store.parseFile(text)).toMatchObject({
    clients: [{ id: 'leo', mix: { gains: { 0: 10 } } }],
    extra: { top: { comment: '¡hola!' } },
    repairs: [expect.stringContaining('leo')],
  });
  await expect(store.parseFile('{"channels_state": [')).rejects.toMatchObject({
    name: 'UnreadableFileError',
    message: expect.stringContaining('it is not JSON'),
  });
});

test('marks are in the store and not in the file, and a file that was edited takes none away', async () => {
  const person = personRecord('leo', { marks: { mine: [1], hidden: [7] } });
  await keep(leo, person);
  await store.close();
  const path = join(directory.path, 'channels_state.json');
  const text = readFileSync(path, 'utf8');
  expect(JSON.parse(text)).toMatchObject({ channels_state: { leo: { channels: [1] } } });
  expect(text).not.toMatch(/marks|mine|hidden|mute_all/);
  writeFileSync(path, text.replace('"channels":[1]', '"channels":[2]'));
  const { records, edited } = await start();
  expect(new Set(records)).toEqual(new Set([leo, person]));
  expect(edited?.file.clients).toMatchObject([{ id: 'leo', mix: { channels: [2] } }]);
});

test('a file that was taken in is not given again, and the mirror goes on from it', async () => {
  await store.close();
  const path = join(directory.path, 'channels_state.json');
  writeFileSync(path, JSON.stringify({ channels_state: { leo: { channels: [1] } } }));
  const { edited } = await start();
  await store.commit({ writes: [writeOf(leo)], ...(edited && { takenIn: edited.hash }) }, 'kept');
  expect((await restart()).edited).toBeUndefined();
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
    channels_state: { leo: { channels: [1] } },
  });
  expect(readdirSync(directory.path).filter((name) => name.includes('edited'))).toEqual([]);
});

test('a file that nobody took in is there at the next start, untouched', async () => {
  await store.close();
  const path = join(directory.path, 'channels_state.json');
  const text = JSON.stringify({ channels_state: { zoe: { channels: [1] } } });
  writeFileSync(path, text);
  await start();
  await keep(leo);
  const { edited } = await restart();
  expect(edited?.file.clients).toMatchObject([{ id: 'zoe' }]);
  expect(readFileSync(path, 'utf8')).toBe(text);
});

test('an older devices.json serves who the store has never seen', async () => {
  const configuration = { channels: [1], gains: { 1: 20 }, pans: {}, mutes: {}, master_gain: 0.5 };
  writeFileSync(join(directory.path, 'devices.json'), JSON.stringify({ 'ipad del bajo': { configuration } }));
  expect(await store.olderMix('ipad del bajo')).toEqual(
    mixWith({ channels: [1], gains: { 1: 10 }, master_gain: 0.5 }),
  );
  expect(listener.codes).toEqual(['repaired']);
  expect(await store.olderMix('toString')).toBeUndefined();
});

test('a devices.json that is broken is told, and nobody is kept waiting', async () => {
  writeFileSync(join(directory.path, 'devices.json'), '{"half": ');
  expect(await store.olderMix('half')).toBeUndefined();
  expect(listener.codes).toEqual(['repaired']);
});

test('a second Foldback on the same directory is refused in words', async () => {
  const second = new EmbeddedStore({ directory: directory.path, listener: new RecordingListener() });
  await expect(second.load()).rejects.toThrow('is in use by another Foldback');
  await second.close();
});

test('what is kept for those who ask is there for them, and comes unasked to nobody', async () => {
  const archived = recordWith('archive', 'old', {
    records: { 'mix/old': { value: { channels: [3] }, revision: 4, changed_at: AT } },
  });
  await keep(archived, leo);
  expect(keysOf((await restart()).records)).toEqual([leo.key]);
  expect(await store.read('archive/old')).toEqual([archived]);
});
