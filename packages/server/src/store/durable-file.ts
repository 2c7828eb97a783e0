/** Whole files that are there or not, never half: written beside, flushed, renamed, and the directory flushed. */
import {
  closeSync,
  fsyncSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

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

const LINKS_MAX = 40;

/**
 * Where a file is that somebody has linked to from here, also when there is none yet; the path itself when it is no link.
 * Who writes beside the target and renames over it leaves the link alone. @throws when its folder is not there, or links go round
 */
export function targetOf(path: string): string {
  let target = path;
  for (let links = 0; lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink() === true; links += 1) {
    if (links === LINKS_MAX) throw new Error(`ELOOP: too many links, '${path}'`);
    const next = resolve(realpathSync(dirname(target)), readlinkSync(target));
    target = join(realpathSync(dirname(next)), basename(next));
  }
  return target;
}

export function renameDurably(from: string, to: string): void {
  renameSync(from, to);
  flushDirectory(dirname(to));
}
