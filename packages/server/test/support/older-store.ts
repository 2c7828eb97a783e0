/** Stores as the programs before records wrote them: what a server of today finds of them, and must not harm. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { crc32, zstdDecompressSync } from 'node:zlib';
import { migrate } from '../../src/store/migrations/migrate.ts';
import { DATABASE_FILE } from '../../src/store/store-files.ts';

/** The golden store of a version, as that version's program left it. @returns its path */
export function unpackGolden(version: number, directory: string): string {
  const golden = new URL(`../../src/store/golden/store-v${version}.db.zst`, import.meta.url);
  const path = join(directory, DATABASE_FILE);
  writeFileSync(path, zstdDecompressSync(readFileSync(golden)));
  return path;
}

/** A store of the second version, with empty mixes on output pairs: there, two mixes could have one. */
export function writeOlderStore(
  directory: string,
  clients: readonly { readonly id: string; readonly output: number }[],
  at: number,
): void {
  const db = new DatabaseSync(join(directory, DATABASE_FILE));
  migrate(db, 0, 2);
  const insert = db.prepare(
    `INSERT INTO clients (id, mix, extra, name, output, mute_all, revision, changed_at, seen_at, commit_number, crc)
     VALUES (?, ?, '{}', NULL, ?, 0, 1, ?, ?, 1, ?)`,
  );
  const mix = '{"channels":[],"gains":{},"pans":{},"mutes":{},"solos":[],"master_gain":1}';
  let sum = 0;
  for (const { id, output } of clients) {
    const rest = JSON.stringify([null, output, 0, 1, at, at]);
    const crc = crc32('', crc32(rest, crc32('{}', crc32(mix, crc32(id)))));
    insert.run(id, mix, output, at, at, crc);
    sum += crc;
  }
  db.prepare('UPDATE store SET commits = 1, clients = ?, crc_sum = ?').run(clients.length, sum);
  db.close();
}
