/** Whole files that are there or not, never half: written beside, flushed, renamed, and the directory flushed. */
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** A new or renamed name is durable only when its directory is. Windows cannot open directories and needs no flush. */
export function flushDirectory(directory: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Writes and flushes; the name itself is not durable yet. */
export function writeFlushed(path: string, content: Uint8Array): void {
  const handle = openSync(path, 'w');
  try {
    for (let done = 0; done < content.length;) done += writeSync(handle, content, done);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Flushes a file that is there. */
export function flushFile(path: string): void {
  const handle = openSync(path, 'r+'); // Windows flushes only what may be written
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

export function renameDurably(from: string, to: string): void {
  renameSync(from, to);
  flushDirectory(dirname(to));
}
