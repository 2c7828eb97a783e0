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
import { clientOf } from './client-row.ts';
import { Database } from './database.ts';
import { hashOf } from './json-mirror.ts';
import { SealWriter } from './seal.ts';
import { openStore } from './store-opening.ts';
import { AT, clientWith, mixWith, RecordingListener, TemporaryDirectory } from './store-stage.ts';

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
  const { database, source } = openStore(directory.path, AT, (notice) => {
    listener.notice(notice);
  });
  const clients = [...database.clients()].map(clientOf);
  new SealWriter(path('foldback.seal'), database.account).close();
  database.close();
  return { clients, source };
};
const band = [
  clientWith({ id: 'leo', name: 'Leo', mix: mixWith({ channels: [1], gains: { 1: 0.5 } }) }),
  clientWith({ id: 'ana', name: 'Ana', output: 1 }),
];
const saveTheBand = (): void => {
  const database = Database.create(path('foldback.db'));
  database.commit(
    band.map((client) => ({ kind: 'client', client })),
    AT,
  );
  database.close();
};
const writeMirror = (states: object): void => {
  writeFileSync(path('channels_state.json'), JSON.stringify({ timestamp: 1, channels_state: states }));
};

test('with nothing there, an empty store is made', () => {
  expect(open()).toEqual({ clients: [], source: 'empty' });
  expect(listener.notices).toEqual([]);
});

test('a file written by hand is taken in once, and told', () => {
  copyFileSync(new URL('./golden/by-hand.json', import.meta.url), path('channels_state.json'));
  const { clients, source } = open();
  expect(source).toBe('mirror');
  expect(clients).toEqual([
    clientWith({
      id: 'Ana María (voz)',
      mix: mixWith({
        channels: [0, 2],
        gains: { 0: 0.7071, 2: 1.5, 9: 0.25 },
        pans: { 9: -1 },
        master_gain: 0.9,
      }),
      changed_at: 1_712_345_600_000,
    }),
    clientWith({
      id: 'drummer',
      mix: mixWith({ channels: [1, 3], gains: { 1: 1 }, mutes: { 1: true }, solos: [1], master_gain: 1.25 }),
      changed_at: 1_712_345_600_001,
    }),
  ]);
  expect(listener.codes).toEqual(['imported']);
  expect(open().source).toBe('store');
  expect(listener.codes).toEqual([]);
});

test('a file edited between two runs wins over the store, keeps names and outputs, and leaves others alone', () => {
  saveTheBand();
  writeMirror({ ana: { channels: [7], timestamp: AT + 5 } });
  const { clients, source } = open();
  expect(source).toBe('store');
  expect(clients).toContainEqual(band[0]);
  expect(clients).toContainEqual(
    clientWith({
      id: 'ana',
      name: 'Ana',
      output: 1,
      mix: mixWith({ channels: [7] }),
      revision: 2,
      changed_at: AT + 5,
    }),
  );
  expect(listener.notices.map(({ message }) => message)).toEqual([
    '1 of 1 clients taken in from channels_state.json',
  ]);
});

test.each(['mirrored', 'pending'] as const)(
  'a cleared client does not come back from our own %s file',
  (which) => {
    saveTheBand();
    writeMirror({ leo: { channels: [1] } });
    const database = Database.open(path('foldback.db'));
    const hashes = { mirrored: 'another', pending: 'another' };
    database.noteMirror({ ...hashes, [which]: hashOf(readFileSync(path('channels_state.json'))) });
    database.commit([{ kind: 'clear', ids: ['leo'] }], AT);
    database.close();
    expect(open().clients).toEqual([band[1]]);
    expect(listener.codes).toEqual([]);
  },
);

test('a file that cannot be read is set aside whole, and told; the store is untouched', () => {
  saveTheBand();
  writeFileSync(path('channels_state.json'), '{"channels_state": {"leo": {"chan');
  expect(open().clients).toEqual(band);
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
  saveTheBand();
  const leo = (timestamp: number): string =>
    `{"channels_state": {"leo": {"channels": [5], "timestamp": ${timestamp}}, "ana": {"chan`;
  writeFileSync(path('channels_state.json'), leo(AT - 1));
  expect(open().clients).toEqual(band);
  writeFileSync(path('channels_state.json'), leo(AT + 1));
  expect(open().clients.find(({ id }) => id === 'leo')?.mix.channels).toEqual([5]);
  expect(files().filter((name) => name.startsWith('channels_state.imported-'))).toHaveLength(2);
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
  expect(open().clients[0]?.mix.gains).toEqual({ 0: 10 });
  expect(listener.codes).toEqual(['repaired', 'repaired', 'imported']);
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
    open();
    damage(path('foldback.db'));
    const { clients, source } = open();
    const leo = clients.find(({ id }) => id === 'leo');
    expect(leo?.mix).toEqual(band[0]?.mix);
    expect(source).toBe(how === FLIPPED ? 'store' : 'mirror');
    expect(clients.find(({ id }) => id === 'ana')).toEqual(how === FLIPPED ? band[1] : undefined);
    expect(listener.codes).toContain('recovered');
    expect(files()).toContain('foldback.damaged-20260731T201500Z.db');
  },
);

test('a database with one bit flipped in the name of a column is damaged like any other', () => {
  saveTheBand();
  const content = readFileSync(path('foldback.db'));
  const at = content.indexOf('mirror_pending_hash');
  content[at] = content[at]! ^ 1;
  writeFileSync(path('foldback.db'), content);
  expect(new Set(open().clients)).toEqual(new Set(band));
  expect(listener.codes).toEqual(['recovered', 'recovered']);
  expect(open().source).toBe('store');
});

test('after damage, what could be read of the store wins over an older mirror', () => {
  saveTheBand();
  writeMirror({ leo: { channels: [1], gains: { 1: 0.5 } } });
  open();
  const newer = clientWith({
    id: 'ana',
    name: 'Ana María',
    revision: 9,
    changed_at: AT + 9,
    mix: mixWith({ channels: [9] }),
  });
  const database = Database.open(path('foldback.db'));
  database.commit(
    [
      { kind: 'client', client: newer },
      { kind: 'order', order: ['ana'] },
    ],
    AT,
  );
  database.close();
  writeMirror({ ana: { channels: [8], timestamp: AT + 8 }, leo: { channels: [1], gains: { 1: 0.5 } } });
  for (const [how, damage] of damages) if (how === FLIPPED) damage(path('foldback.db'));
  expect(open().clients).toContainEqual(newer);
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
  expect(open()).toMatchObject({ source: 'mirror', clients: [{ id: 'leo' }] });
  expect(listener.codes).toEqual(['recovered', 'imported']);
});

test('a store that lacks its newest saves is told, though SQLite does not notice', () => {
  saveTheBand();
  copyFileSync(path('foldback.db'), path('older.db'));
  const database = Database.open(path('foldback.db'));
  database.commit([{ kind: 'clear', ids: ['leo'] }], AT);
  database.close();
  open();
  copyFileSync(path('older.db'), path('foldback.db'));
  expect(open().clients).toHaveLength(2);
  expect(listener.codes).toEqual(['recovered']);
});

test('a damaged seal is told, and nothing is lost', () => {
  saveTheBand();
  writeFileSync(path('foldback.seal'), 'foldback seal: 9 commits, 9 clients, crc 9\n');
  expect(open().clients).toEqual(band);
  expect(listener.codes).toEqual(['recovered']);
});
