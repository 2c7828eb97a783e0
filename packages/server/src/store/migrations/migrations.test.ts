import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { zstdDecompressSync } from 'node:zlib';
import { NO_MARKS } from '@foldback/protocol';
import { clientOf } from '../client-row.ts';
import { Database } from '../database.ts';
import { inspectDatabase } from '../inspection.ts';
import { salvage } from '../salvage.ts';
import { AT, clientWith, mixWith, TemporaryDirectory } from '../store-stage.ts';
import { migrations, SCHEMA_VERSION } from './all.ts';

const golden = (version: number): URL => new URL(`../golden/store-v${version}.db.zst`, import.meta.url);
const versions = Array.from({ length: SCHEMA_VERSION }, (_, i) => i + 1);

let directory: TemporaryDirectory;
let path: string;
beforeEach(() => {
  directory = new TemporaryDirectory();
  path = join(directory.path, 'foldback.db');
});
afterEach(() => {
  directory.remove();
});

test('steps are numbered without a gap, and every version that ever was has its golden store', () => {
  expect(migrations.map(({ to }) => to)).toEqual(versions);
  for (const version of versions) expect(existsSync(golden(version))).toBe(true);
});

test.each(versions)('a store of version %i opens with everything in it', (version) => {
  writeFileSync(path, zstdDecompressSync(readFileSync(golden(version))));
  Database.open(path).close();
  inspectDatabase(path);
  const database = Database.open(path);
  expect([...database.clients()].map(clientOf)).toEqual([
    expect.objectContaining({ id: 'Ana María (voz)', seen_at: AT, changed_at: 1_712_345_600_000 }),
    expect.objectContaining({ id: 'drummer', seen_at: AT, changed_at: 1_712_345_600_001 }),
    clientWith({
      id: 'leo',
      name: 'Leo – batería',
      output: 2,
      mute_all: true,
      marks: version < 2 ? NO_MARKS : { mine: [3], hidden: [0, 31] },
      revision: 42,
      changed_at: AT + 0.5,
      mix: mixWith({
        channels: [0, 3],
        gains: { 0: 0.7071067811865476, 3: 10 },
        pans: { 0: -1 },
        mutes: { 3: true },
        solos: [3],
        master_gain: 1.25,
      }),
    }),
  ]);
  expect(database.order).toEqual(['leo', 'drummer']);
  expect(database.claims).toEqual([{ client_id: 'leo', secret_hash: 'abc', claimed_at: AT }]);
  expect(database.fileExtra).toEqual({ top: { comment: 'saved before the tour' }, entries: [] });
  expect(database.archived('old')?.name).toBe('Old');
  expect(database.acts().map(({ why, clients }) => [why, clients])).toEqual([
    ['archive', 1],
    ['clear', 1],
    ['import', 2],
  ]);
  database.close();
});

describe('a store from before there were marks', () => {
  const marks = { mine: [3], hidden: [0] };

  test('takes none away that came since, when what was cleared before comes back', () => {
    writeFileSync(path, zstdDecompressSync(readFileSync(golden(1))));
    const database = Database.open(path);
    const cleared = database.acts().find(({ why }) => why === 'clear');
    database.commit([{ kind: 'client', client: clientWith({ id: 'gone', revision: 2, marks }) }], AT);
    database.commit([{ kind: 'undo', act: cleared?.act ?? 0 }], AT);
    const gone = [...database.clients()].map(clientOf).find(({ id }) => id === 'gone');
    expect(gone).toEqual(clientWith({ id: 'gone', revision: 3, marks }));
    database.close();
    inspectDatabase(path);
  });

  test('gives up everything that is whole in it, damaged as it may be', () => {
    writeFileSync(path, zstdDecompressSync(readFileSync(golden(1))));
    expect(salvage(path).rows.map(({ id, marks: text }) => [id, text])).toEqual([
      ['Ana María (voz)', ''],
      ['drummer', ''],
      ['leo', ''],
    ]);
  });
});

test('a program that was killed in the middle of a step finds the version before, whole', () => {
  writeFileSync(path, zstdDecompressSync(readFileSync(golden(SCHEMA_VERSION))));
  const killed = new DatabaseSync(path);
  killed.exec(
    `BEGIN IMMEDIATE; ALTER TABLE clients ADD COLUMN half TEXT; PRAGMA user_version = ${SCHEMA_VERSION + 1}`,
  );
  killed.close(); // what a kill leaves: a transaction that was never committed
  inspectDatabase(path);
  const database = Database.open(path);
  expect(database.account.clients).toBe(3);
  database.close();
});
