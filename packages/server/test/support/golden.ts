/** Recorded truth: what was heard once, and is to be heard for ever. Recorded anew where RECORD_GOLDEN is set. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Members that are others at every run, or are the business of other tests; each must be there. */
const PASSED_OVER: ReadonlySet<string> = new Set([
  'timestamp',
  'server_timestamp',
  'last_activity',
  'last_update',
  'last_seen',
  'device_secret',
  'version',
  'uptime_s',
  'store',
  'engine',
]);

function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      PASSED_OVER.has(name) ? `<${typeof member}>` : masked(member),
    ]),
  );
}

/** @returns what is recorded, and what is to be compared with it */
export function golden(folder: string, name: string, heard: unknown): { recorded: unknown; now: unknown } {
  const path = join(folder, `${name}.json`);
  const now = masked(heard);
  if (process.env['RECORD_GOLDEN'] !== undefined) writeFileSync(path, `${JSON.stringify(now, null, 2)}\n`);
  const recorded: unknown = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
  return { recorded, now };
}
