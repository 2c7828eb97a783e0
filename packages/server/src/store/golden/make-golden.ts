/**
 * Writes the golden store of the schema as it is today, once, before the next version: what any program to come must be able to
 * open. Usage: node --disable-warning=ExperimentalWarning src/store/golden/make-golden.ts
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { Database } from '../database.ts';
import { SCHEMA_VERSION } from '../migrations/all.ts';
import { goldenRecords } from './golden-records.ts';

const home = mkdtempSync(join(tmpdir(), 'foldback-'));
const path = join(home, 'foldback.db');
const database = Database.create(path);
for (const record of goldenRecords) database.commit([{ key: record.key, base: 0, record }]);
database.noteMirror({ mirrored: '0'.repeat(64), pending: '' });
database.close();
writeFileSync(
  new URL(`store-v${SCHEMA_VERSION}.db.zst`, import.meta.url),
  zstdCompressSync(readFileSync(path)),
);
rmSync(home, { recursive: true });
