import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { backupName } from './backup-files.ts';
import { Database } from './database.ts';
import { hashOf } from './json-mirror.ts';
import { SealWriter } from './seal.ts';
import { openStore } from './store-opening.ts';
import { recordOf } from './record-row.ts';
import {
  AT,
  mixRecord,
  orderRecord,
  personRecord,
  RecordingListener,
  recordWith,
  removalOf,
  TemporaryDirectory,
  writeOf,
} from './store-stage.ts';

let directory: TemporaryDirectory;
let listener: RecordingListener;
const path = (name: string): string => join(directory.path, name);
const files = (): string[] => readdirSync(directory.path).filter((name) => !/-(wal|shm)$/.test(name));

beforeEach(() => {
  directory = new TemporaryDirectory();
});
afterEach(() => {
  directory.remove();
});

/** Opens, looks, and closes again. */
const open = () => {
  listener = new RecordingListener();
  const { database, source, edited } = openStore(directory.path, AT, (notice) => {
    listener.notice(notice);
  });
  const records = [...database.records()].map(recordOf);
  new SealWriter(path('foldback.seal'), database.account).close();
  database.close();
  return { records, source, edited };
};
const leo = mixRecord('leo', { channels: [1], gains: { 1: 0.5 } });
const ana = mixRecord('ana');
const band = [
  ...[leo, personRecord('leo', { name: 'Leo' })],
  ...[ana, personRecord('ana', { name: 'Ana' }), recordWith('output', 'here/1', { client_id: 'ana' })],
];
const saveTheBand = (): void => {
  const database = Database.create(path('foldback.db'));
  database.commit(band.map((record) => writeOf(record)));
  database.close();
};
/** As the desk says of a file that it has taken in. */
const takeIn = (hash = ''): void => {
  const database = Database.open(path('foldback.db'));
  database.commit([], hash);
  database.close();
};
const writeMirror = (states: object): void => {
  writeFileSync(path('channels_state.json'), JSON.stringify({ timestamp: 1, channels_state: states }));
};

test('with nothing there, an empty store is made', () => {
  expect(open()).toEqual({ records: [], source: 'empty', edited: undefined });
  expect(listener.notices).toEqual([]);
});

test('a file written by hand is given to the desk, once', () => {
  copyFileSync(new URL('./golden/by-hand.json', import.meta.url), path('channels_state.json'));
  const { source, edited } = open();
  expect(source).toBe('mirror');
  expect(edited?.file.clients).toEqual([
    {
      id: 'Ana María (voz)',
      mix: {
        ...{ channels: [0, 2], gains: { 0: 0.7071, 2: 1.5, 9: 0.25 }, pans: { 9: -1 } },
        ...{ mutes: {}, solos: [], master_gain: 0.9 },
      },
      extra: { colour: 'red' },
      changedAt: 1_712_345_600_000,
    },
    {
      id: 'drummer',
      mix: {
        ...{ channels: [1, 3], gains: { 1: 1 }, pans: {}, mutes: { 1: true } },
        ...{ solos: [1], master_gain: 1.25 },
      },
      extra: {},
      changedAt: 1_712_345_600_001,
    },
  ]);
  expect(edited).toMatchObject({ newerOnly: false, hash: hashOf(readFileSync(path('channels_state.json'))) });
  expect(listener.codes).toEqual([]);
  expect(open().edited).toEqual(edited); // as long as nobody has taken it in
  takeIn(edited?.hash);
  expect(open()).toMatchObject({ source: 'store', edited: undefined });
});

test('a file edited between two runs is given to the desk, and the store is as it was', () => {
  saveTheBand();
  writeMirror({ ana: { channels: [7], timestamp: AT + 5 } });
  const { records, source, edited } = open();
  expect(source).toBe('store');
  expect(records).toEqual(band);
  expect(edited?.file.clients).toMatchObject([{ id: 'ana', mix: { channels: [7] }, changedAt: AT + 5 }]);
});

test.each(['mirrored', 'pending'] as const)(
  'our own %s file is no edit, whatever has been cleared since',
  (which) => {
    saveTheBand();
    writeMirror({ leo: { channels: [1] } });
    const database = Database.open(path('foldback.db'));
    const hashes = { mirrored: 'another', pending: 'another' };
    database.noteMirror({ ...hashes, [which]: hashOf(readFileSync(path('channels_state.json'))) });
    database.commit([removalOf('mix/leo', 1), removalOf('person/leo', 1)]);
    database.close();
    expect(open()).toEqual({ records: band.slice(2), source: 'store', edited: undefined });
    expect(listener.codes).toEqual([]);
  },
);

test('a file that cannot be read is set aside whole, and told; the store is untouched', () => {
  saveTheBand();
  writeFileSync(path('channels_state.json'), '{"channels_state": {"leo": {"chan');
  expect(open()).toMatchObject({ records: band, edited: undefined });
  expect(listener.codes).toEqual(['import_refused']);
  expect(files()).toContain('channels_state.unreadable-20260731T201500Z.json');
  expect(readFileSync(path('channels_state.unreadable-20260731T201500Z.json'), 'utf8')).toContain('"chan');
});

test('an unreadable file that is only linked here is set aside where it is, and the link stays', () => {
  mkdirSync(path('synced'));
  writeFileSync(path('synced/mixes.json'), 'no mixes');
  symlinkSync('synced/mixes.json', path('channels_state.json'));
  open();
  expect(readdirSync(path('synced'))).toEqual(['mixes.unreadable-20260731T201500Z.json']);
  expect(lstatSync(path('channels_state.json')).isSymbolicLink()).toBe(true);
  expect(listener.notices[0]?.message).toContain(path('synced/mixes.unreadable-20260731T201500Z.json'));
});

test('a link that leads to itself is set aside, and keeps nobody from starting', () => {
  symlinkSync('channels_state.json', path('channels_state.json'));
  expect(open().source).toBe('empty');
  expect(listener.codes).toEqual(['import_refused']);
});

test('of a file that is cut off what is whole counts where it is newer', () => {
  const cut = `{"channels_state": {"leo": {"channels": [5], "timestamp": ${AT}}, "ana": {"chan`;
  writeFileSync(path('channels_state.json'), cut);
  const { edited } = open();
  expect(edited?.file.clients.map(({ id }) => id)).toEqual(['leo']);
  expect(edited?.newerOnly).toBe(true);
  expect(files().filter((name) => name.startsWith('channels_state.imported-'))).toHaveLength(1);
});

test('two unreadable files in one second both stay', () => {
  for (const content of ['first', 'second']) {
    writeFileSync(path('channels_state.json'), content);
    open();
  }
  expect(files().filter((name) => name.includes('unreadable'))).toHaveLength(2);
});

test('a file that needed mending is kept as it was', () => {
  writeMirror({ leo: { gains: { 0: 15 } } });
  expect(open().edited?.file.clients[0]?.mix.gains).toEqual({ 0: 10 });
  expect(listener.codes).toEqual(['repaired', 'repaired']);
  expect(readFileSync(path('channels_state.imported-20260731T201500Z.json'), 'utf8')).toContain('15');
});

const FLIPPED = 'with one bit flipped in a gain';
const damages: readonly (readonly [string, (file: string) => void])[] = [
  ['emptied', (file) => writeFileSync(file, '')],
  ['zeroed', (file) => writeFileSync(file, Buffer.alloc(readFileSync(file).length))],
  ['truncated', (file) => truncateSync(file, 4096)],
  ['replaced by text', (file) => writeFileSync(file, 'not a database')],
  [
    FLIPPED,
    (file) => {
      const content = readFileSync(file);
      const at = content.indexOf('"gains":{"1":0.5}') + 13;
      content[at] = content[at]! ^ 1;
      writeFileSync(file, content);
    },
  ],
];
test.each(damages)(
  'a database %s is set aside, what is whole in it and the mirror are used, and it is told',
  (how, damage) => {
    saveTheBand();
    writeMirror({ leo: { channels: [1], gains: { 1: 0.5 } } });
    takeIn(open().edited?.hash);
    damage(path('foldback.db'));
    const { records, source, edited } = open();
    expect(edited).toMatchObject({
      file: { clients: [{ id: 'leo', mix: { gains: { 1: 0.5 } } }] },
      newerOnly: true,
    });
    expect(source).toBe(how === FLIPPED ? 'store' : 'mirror');
    expect(records).toEqual(how === FLIPPED ? band.slice(1) : []);
    expect(listener.codes).toContain('recovered');
    expect(files()).toContain('foldback.damaged-20260731T201500Z.db');
  },
);

test.each(['mirror_pending_hash', 'CREATE TABLE records', 'commit_number INTEGER NOT NULL'])(
  'a database with one bit flipped in the name of a column or a table is damaged like any other: %s',
  (name) => {
    saveTheBand();
    const content = readFileSync(path('foldback.db'));
    const at = content.indexOf(name) + 'CREATE TABLE '.length;
    content[at] = content[at]! ^ 1;
    writeFileSync(path('foldback.db'), content);
    open();
    expect(listener.codes[0]).toBe('recovered');
    expect(files()).toContain('foldback.damaged-20260731T201500Z.db');
    expect(['store', 'empty']).toContain(open().source);
  },
);

test('a database with one bit flipped in the number that lets it be written is damaged, and can be written again', () => {
  saveTheBand();
  const content = readFileSync(path('foldback.db'));
  content[18] = content[18]! ^ 4;
  writeFileSync(path('foldback.db'), content);
  expect(new Set(open().records)).toEqual(new Set(band));
  expect(listener.codes).toEqual(['recovered', 'recovered']);
  takeIn('hash');
});

test('a column that nobody reads of a damaged store costs no record', () => {
  saveTheBand();
  const content = readFileSync(path('foldback.db'));
  const at = content.indexOf('mirror_pending_hash');
  content[at] = content[at]! ^ 1;
  writeFileSync(path('foldback.db'), content);
  expect(new Set(open().records)).toEqual(new Set(band));
  expect(listener.codes).toEqual(['recovered', 'recovered']);
  expect(open().source).toBe('store');
});

test('after damage, what can be read of the store is there, and the file counts only where it is newer', () => {
  saveTheBand();
  writeMirror({ leo: { channels: [1], gains: { 1: 0.5 } } });
  takeIn(open().edited?.hash);
  const newer = mixRecord('ana', { channels: [9] }, { revision: 9, changed_at: AT + 9 });
  const database = Database.open(path('foldback.db'));
  database.commit([writeOf(newer, 1), writeOf(orderRecord(['ana']))]);
  database.close();
  writeMirror({ ana: { channels: [8], timestamp: AT + 8 }, leo: { channels: [1], gains: { 1: 0.5 } } });
  for (const [how, damage] of damages) if (how === FLIPPED) damage(path('foldback.db'));
  const { records, edited } = open();
  expect(records).toContainEqual(newer);
  expect(records).toContainEqual(orderRecord(['ana']));
  expect(edited).toMatchObject({ newerOnly: true });
});

test('a store made anew is newer than every backup beside it', () => {
  mkdirSync(path('backups'));
  writeFileSync(path(`backups/${backupName(AT, 4711, '0000000a')}`), 'of a store of a newer program');
  open();
  const database = Database.open(path('foldback.db'));
  expect(database.account.commits).toBeGreaterThanOrEqual(4711);
  database.close();
});

test('a database of a newer program is set aside untouched', () => {
  saveTheBand();
  const database = new DatabaseSync(path('foldback.db'));
  database.exec('PRAGMA user_version = 99');
  database.close();
  const before = hashOf(readFileSync(path('foldback.db')));
  expect(open().source).toBe('empty');
  expect(listener.codes).toEqual(['newer_version']);
  expect(hashOf(readFileSync(path('foldback.newer-20260731T201500Z.db')))).toBe(before);
});

test('a database that went missing is told, and the mirror used', () => {
  saveTheBand();
  writeMirror({ leo: { channels: [1] } });
  open();
  rmSync(path('foldback.db'));
  expect(open()).toMatchObject({ source: 'mirror', edited: { file: { clients: [{ id: 'leo' }] } } });
  expect(listener.codes).toEqual(['recovered']);
});

test('a store that lacks its newest saves is told, though SQLite does not notice', () => {
  saveTheBand();
  copyFileSync(path('foldback.db'), path('older.db'));
  const database = Database.open(path('foldback.db'));
  database.commit([removalOf('mix/leo', 1)]);
  database.close();
  open();
  copyFileSync(path('older.db'), path('foldback.db'));
  expect(open().records).toEqual(band);
  expect(listener.codes).toEqual(['recovered']);
});

test('a damaged seal is told, and nothing is lost', () => {
  saveTheBand();
  writeFileSync(path('foldback.seal'), 'foldback seal: 9 commits, 9 clients, crc 9\n');
  expect(open().records).toEqual(band);
  expect(listener.codes).toEqual(['recovered']);
});
