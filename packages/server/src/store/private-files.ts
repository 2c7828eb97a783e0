/**
 * What is kept says who plays where, and whose phone is whose: the files are their owner's alone (SPEC A10). New ones are so by
 * the program's umask; those of older programs were everybody's to read.
 */
import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** For the process and its threads: 0600 for files, 0700 for directories. */
export const PRIVATE_UMASK = 0o077;

const OURS = /^(?:foldback\.|history\.|channels_state\.json|devices\.json)/;
const BACKUPS = 'backups';

/** Whatever cannot be changed stays: a disk that knows no modes, or another user's file, keeps nobody from playing. */
export function makePrivate(directory: string): void {
  for (const name of namesIn(directory)) if (OURS.test(name)) setMode(join(directory, name), 0o600);
  const backups = join(directory, BACKUPS);
  const copies = namesIn(backups);
  if (copies.length > 0) setMode(backups, 0o700);
  for (const copy of copies) {
    const path = join(backups, copy);
    const inside = namesIn(path);
    setMode(path, inside.length > 0 ? 0o700 : 0o600);
    for (const name of inside) setMode(join(path, name), 0o600);
  }
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function setMode(path: string, mode: number): void {
  try {
    chmodSync(path, mode);
  } catch {
    return;
  }
}
