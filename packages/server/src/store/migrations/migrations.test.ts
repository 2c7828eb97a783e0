import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { crc32, zstdDecompressSync } from 'node:zlib';
import { NO_MARKS } from '@foldback/protocol';
import { Database } from '../database.ts';
import { goldenRecords } from '../golden/golden-records.ts';
import { inspectDatabase } from '../inspection.ts';
import { hashOf } from '../json-mirror.ts';
import { recordJson, type RecordRow, type StoredRecord } from '../record-row.ts';
import { salvage } from '../salvage.ts';
import { TemporaryDirectory } from '../store-stage.ts';
import { migrations, SCHEMA_VERSION } from './all.ts';
import type { ClientRow } from './client-rows.ts';

const golden = (version: number): URL => new URL(`../golden/store-v${version}.db.zst`, import.meta.url);
const versions = Array.from({ length: SCHEMA_VERSION }, (_, i) => i + 1);
/** The first schema that knew of marks, and the first that has records. */
const MARKS_SINCE = 2;
const RECORDS_SINCE = 3;

let directory: TemporaryDirectory;
let path: string;
beforeEach(() => {
  directory = new TemporaryDirectory();
  path = join(directory.path, 'foldback.db');
});
afterEach(() => {
  directory.remove();
});

const unpack = (version: number): void => {
  writeFileSync(path, zstdDecompressSync(readFileSync(golden(version))));
};
const byKey = (a: StoredRecord, b: StoredRecord): number => (a.key < b.key ? -1 : 1);
const storedOf = (rows: Iterable<RecordRow>): StoredRecord[] =>
  [...rows].map((row) => JSON.parse(recordJson(row)) as StoredRecord).sort(byKey);

const expected = (version: number): StoredRecord[] =>
  goldenRecords
    .map((record) =>
      version < MARKS_SINCE && record.key === 'person/leo'
        ? { ...record, value: { ...record.value, marks: NO_MARKS } }
        : record,
    )
    .toSorted(byKey);

test('steps are numbered without a gap, and every version that ever was has its golden store', () => {
  expect(migrations.map(({ to }) => to)).toEqual(versions);
  for (const version of versions) expect(existsSync(golden(version))).toBe(true);
});

describe.each(versions)('a store of version %i', (version) => {
  beforeEach(() => {
    unpack(version);
  });

  test('opens with everything in it', () => {
    inspectDatabase(path);
    Database.open(path).close();
    inspectDatabase(path);
    const database = Database.open(path);
    expect(storedOf(database.records())).toEqual(expected(version));
    expect(database.storeId).toMatch(/^[\da-f-]{36}$/);
    expect(database.account.commits).toBeGreaterThanOrEqual(5);
    expect(database.mirrorHashes).toEqual({ mirrored: '0'.repeat(64), pending: '' });
    database.close();
  });

  test('can be looked at without a byte of it being changed', () => {
    const before = hashOf(readFileSync(path));
    const database = Database.openReadOnly(path);
    expect(storedOf(database.records())).toEqual(expected(version));
    database.close();
    expect(hashOf(readFileSync(path))).toBe(before);
    expect(readdirSync(directory.path)).toEqual(['foldback.db']);
  });

  test('gives up everything that is whole in it, damaged as it may be', () => {
    const asides = /^(act|before|archive)\//;
    const found = storedOf(salvage(path));
    expect(found.filter(({ key }) => version >= RECORDS_SINCE || !asides.test(key))).toEqual(
      expected(version).filter(({ key }) => version >= RECORDS_SINCE || !asides.test(key)),
    );
  });

  test('with one bit flipped in what somebody saved is found out before anything is made of it', () => {
    const content = readFileSync(path);
    const at = content.indexOf('"gains":{"0":0.7071067811865476') + 15;
    content[at] = content[at]! ^ 1;
    writeFileSync(path, content);
    expect(() => {
      inspectDatabase(path);
    }).toThrow('fails its checksum');
    const found = salvage(path).map(({ key }) => key);
    expect(found).not.toContain('mix/leo');
    expect(found).toContain('mix/drummer');
  });

  test('with one bit flipped in the number of its version is found out', () => {
    if (version === 1) return; // 1 without its bit is none, and 1 with another is a newer one's
    const content = readFileSync(path);
    const USER_VERSION_END = 63; // https://sqlite.org/fileformat.html, 1.3: four bytes from offset 60
    content[USER_VERSION_END] = version - 1;
    writeFileSync(path, content);
    expect(() => {
      inspectDatabase(path);
    }).toThrow('its tables are not those');
  });
});

test('what is damaged is not sealed anew by a step that copies it', () => {
  unpack(2);
  const db = new DatabaseSync(path);
  db.exec(`UPDATE clients SET mix = replace(mix, '1.25', '1.26') WHERE id = 'leo'`);
  db.close();
  expect(() => Database.open(path)).toThrow('"leo" fails its checksum');
});

describe('of what was set aside before there were records', () => {
  /** A store of the second version with rows of its own in the table of what was set aside. */
  const withAside = (
    rows: readonly { act: number; why: string; kind: string; id: string; before: string | null }[],
  ) => {
    unpack(2);
    const db = new DatabaseSync(path);
    db.exec('DELETE FROM set_aside');
    const insert = db.prepare(
      'INSERT INTO set_aside (act, why, at, kind, id, before, crc) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    for (const { act, why, kind, id, before } of rows)
      insert.run(act, why, act * 1000, kind, id, before, crc32(before ?? '', crc32(id)));
    db.close();
    const database = Database.open(path);
    const records = new Map(storedOf(database.records()).map(({ key, value }) => [key, value]));
    database.close();
    return records;
  };
  const clientRow = (part: object): string =>
    JSON.stringify({
      ...{ id: 'zoe', mix: JSON.stringify({ channels: [1] }), extra: '{}', name: null, output: null },
      ...{ mute_all: 0, marks: '', revision: 7, changed_at: 5, seen_at: 6, crc: 0 },
      ...part,
    });
  const client = { kind: 'client', id: 'zoe' };

  test('what one act did twice to somebody ends where it began', () => {
    const records = withAside([
      { act: 4, why: 'import', ...client, before: clientRow({ name: 'first', output: 3, extra: '{"a":1}' }) },
      { act: 4, why: 'import', ...client, before: clientRow({ name: 'second' }) },
    ]);
    expect(records.get('act/1')).toEqual({ why: 'import', at: 4000, clients: 2 });
    expect(records.get('before/1/person/zoe')).toMatchObject({
      stood: { value: { name: 'first' }, revision: 7 },
    });
    expect(records.get('before/1/output/here/3')).toMatchObject({ stood: { value: { client_id: 'zoe' } } });
    expect(records.get('before/1/unread/zoe')).toMatchObject({ stood: { value: { json: '{"a":1}' } } });
  });

  test('two acts of one moment are two, and who was overwritten is called joined', () => {
    const records = withAside([
      { act: 4, why: 'overwritten', ...client, before: clientRow({ marks: '{"mine":[1],"hidden":[]}' }) },
      { act: 4, why: 'clear', kind: 'client', id: 'leo', before: null },
      { act: 5, why: 'restore', kind: 'setting', id: 'client_order', before: '["zoe"]' },
      { act: 5, why: 'restore', kind: 'setting', id: 'file_extra', before: 'null' },
    ]);
    expect([1, 2, 3].map((number) => records.get(`act/${number}`))).toMatchObject([
      { why: 'joined', clients: 1 },
      { why: 'clear', clients: 1 },
      { why: 'restore', clients: 0 },
    ]);
    expect(records.get('before/1/person/zoe')).toMatchObject({ stood: { value: { marks: { mine: [1] } } } });
    expect(records.get('before/2/mix/leo')).toEqual({ stood: null });
    expect(records.get('before/3/house/rules')).toMatchObject({ stood: { value: { order: ['zoe'] } } });
    expect(records.get('before/3/unread/')).toEqual({ stood: null });
  });

  test('of somebody who was archived more than once, the newest is in the archive', () => {
    const records = withAside([
      { act: 4, why: 'archive', ...client, before: clientRow({ name: 'first' }) },
      { act: 6, why: 'archive', ...client, before: clientRow({ name: 'second' }) },
    ]);
    expect(records.get('archive/zoe')).toMatchObject({
      records: { 'person/zoe': { value: { name: 'second' } } },
    });
    expect([...records.keys()].filter((key) => /^(act|before)\//.test(key))).toEqual([]);
  });
});

test('of two who claim one output pair, the first has it; a phone that speaks for two is one', () => {
  unpack(2);
  const db = new DatabaseSync(path);
  const row = db.prepare("SELECT * FROM clients WHERE id = 'leo'").get() as unknown as ClientRow;
  const rest = JSON.stringify([row.name, 2, 1, 42, row.changed_at, row.seen_at]);
  const crc = crc32(row.marks, crc32(rest, crc32('{}', crc32(row.mix, crc32('twin')))));
  db.prepare(
    `INSERT INTO clients SELECT 'twin', mix, extra, name, output, mute_all, revision, changed_at, seen_at, commit_number, ?, marks
     FROM clients WHERE id = 'leo'`,
  ).run(crc);
  db.prepare('UPDATE store SET clients = clients + 1, crc_sum = crc_sum + ?').run(crc);
  const claim = JSON.stringify({ client_id: 'twin', secret_hash: 'abc', claimed_at: 9 });
  const key = 'device_claim abc twin';
  db.prepare('INSERT INTO settings VALUES (?, ?, ?)').run(key, claim, crc32(claim, crc32(key)));
  db.close();
  inspectDatabase(path);
  const database = Database.open(path);
  expect(JSON.parse(database.get('output/here/2')?.value ?? '')).toEqual({ client_id: 'leo' });
  expect(JSON.parse(database.get('phone/abc')?.value ?? '')).toMatchObject({ speaks_for: ['leo', 'twin'] });
  database.close();
});

test('a store of a newer program is not looked at as if it were ours', () => {
  unpack(SCHEMA_VERSION);
  const db = new DatabaseSync(path);
  db.exec('PRAGMA user_version = 99');
  db.close();
  expect(() => Database.openReadOnly(path)).toThrow('this program knows up to');
});

test('one that a server has open can be looked at', () => {
  unpack(SCHEMA_VERSION);
  const open = Database.open(path);
  open.commit([
    { key: 'mix/zoe', base: 0, record: { key: 'mix/zoe', value: {}, revision: 1, changed_at: 1 } },
  ]);
  const look = Database.openReadOnly(path);
  expect(look.get('mix/zoe')?.revision).toBe(1);
  look.close();
  open.close();
});

test('a program that was killed in the middle of a step finds the version before, whole', () => {
  unpack(SCHEMA_VERSION);
  const killed = new DatabaseSync(path);
  killed.exec(
    `BEGIN IMMEDIATE; ALTER TABLE records ADD COLUMN half TEXT; PRAGMA user_version = ${SCHEMA_VERSION + 1}`,
  );
  killed.close(); // what a kill leaves: a transaction that was never committed
  inspectDatabase(path);
  const database = Database.open(path);
  expect(storedOf(database.records())).toEqual(expected(SCHEMA_VERSION));
  database.close();
});
