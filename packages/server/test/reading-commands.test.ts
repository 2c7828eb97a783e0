/** `foldback state` that only looks: of a store that an older program left, or is still writing to, not a byte is another afterwards. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { runStateCommand } from '../src/cli/state-command.ts';
import { hashOf } from '../src/store/json-mirror.ts';
import { AT, TemporaryDirectory } from '../src/store/store-stage.ts';
import { unpackGolden } from './support/older-store.ts';

/** Every command that changes nothing by what it is for. */
const READING = [['list'], ['show', 'leo'], ['export'], ['acts'], ['backups'], ['verify']] as const;
const VERSION = 1;

let directory: TemporaryDirectory;
let path: string;

beforeEach(() => {
  directory = new TemporaryDirectory();
  path = unpackGolden(VERSION, directory.path);
});
afterEach(() => directory.remove());

async function foldbackState(...args: readonly string[]): Promise<string> {
  let text = '';
  let complaints = '';
  const output = {
    print: (more: string) => (text += more),
    complain: (more: string) => (complaints += more),
    now: () => AT,
  };
  const code = await runStateCommand([...args, '--config', directory.path, '--json'], output);
  expect([code, complaints]).toEqual([0, '']);
  return text;
}

/** Every file by its name; SQLite's index of the log, which readers use too, has no content of its own. */
const filesNow = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(directory.path, { recursive: true })
      .map(String)
      .filter((name) => statSync(join(directory.path, name)).isFile() && !name.endsWith('-shm'))
      .map((name) => [name, hashOf(readFileSync(join(directory.path, name)))]),
  );

const versionIn = (db: DatabaseSync): unknown => db.prepare('PRAGMA user_version').get()?.['user_version'];

test.each(READING.map((args) => [args] as const))(
  '%j leaves a store of the first version as it was',
  async (args) => {
    const before = filesNow();
    expect((await foldbackState(...args)).length).toBeGreaterThan(2);
    expect(filesNow()).toEqual(before);
    const db = new DatabaseSync(path, { readOnly: true });
    expect(versionIn(db)).toBe(VERSION);
    db.close();
  },
);

describe('an older server runs on it', () => {
  let older: DatabaseSync;
  beforeEach(() => {
    older = new DatabaseSync(path);
    older.exec('PRAGMA journal_mode = WAL');
  });
  afterEach(() => older.close());

  interface Row {
    readonly id: string;
    readonly mix: string;
    readonly extra: string;
    readonly output: number | null;
    readonly mute_all: number;
    readonly revision: number;
    readonly changed_at: number;
    readonly seen_at: number;
    readonly crc: number;
  }

  /** As it saves a new name: into the log. */
  function rename(id: string, name: string): void {
    const row = older.prepare('SELECT * FROM clients WHERE id = ?').get(id) as unknown as Row;
    const { mix, extra, output, mute_all, revision, changed_at, seen_at } = row;
    const rest = JSON.stringify([name, output, mute_all, revision, changed_at, seen_at]);
    const crc = crc32(rest, crc32(extra, crc32(mix, crc32(id))));
    older.exec('BEGIN IMMEDIATE');
    older.prepare('UPDATE clients SET name = ?, crc = ? WHERE id = ?').run(name, crc, id);
    older.prepare('UPDATE store SET commits = commits + 1, crc_sum = crc_sum + ?').run(crc - row.crc);
    older.exec('COMMIT');
  }

  test('it is looked at as it stands, log and all, and goes on saving what it always saved', async () => {
    rename('leo', 'Leonard');
    const before = filesNow();
    for (const args of READING) await foldbackState(...args);
    expect(JSON.parse(await foldbackState('show', 'leo'))).toMatchObject({ id: 'leo', name: 'Leonard' });
    expect(filesNow()).toEqual(before);
    expect(versionIn(older)).toBe(VERSION);

    rename('leo', 'Leo again');
    expect(JSON.parse(await foldbackState('show', 'leo'))).toMatchObject({ name: 'Leo again' });
    expect(versionIn(older)).toBe(VERSION);
    expect(older.prepare('SELECT count(*) AS clients FROM clients').get()).toEqual({ clients: 3 });
  });
});
