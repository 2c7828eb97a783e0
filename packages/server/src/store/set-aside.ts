/** Names and moves for files that are put out of the way: never overwritten, never deleted, readable on every system. */
import { existsSync, renameSync } from 'node:fs';
import { dirname, extname, basename, join } from 'node:path';
import { targetOf } from './durable-file.ts';

/** UTC without the colons that Windows refuses in names: 20260731T201500Z. */
export const compactUtc = (at: number): string =>
  new Date(at)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:]/g, '');

/** A free name beside the file, `name.why-<UTC>.ext`, with a number when several happen in one second. */
export function asideName(path: string, why: string, at: number): string {
  const extension = extname(path);
  const stem = join(dirname(path), `${basename(path, extension)}.${why}-${compactUtc(at)}`);
  for (let again = 1; ; again += 1) {
    const name = `${stem}${again > 1 ? `-${again}` : ''}${extension}`;
    if (!existsSync(name)) return name;
  }
}

/**
 * Moves the file to a free name beside it, and says which. Of a link it is the file at its end, so that the link stays; a link
 * that leads nowhere is moved itself. @throws the file system's error
 */
export function setAside(path: string, why: string, at: number): string {
  const file = linkedFile(path);
  const name = asideName(file, why, at);
  renameSync(file, name);
  return name;
}

function linkedFile(path: string): string {
  try {
    const target = targetOf(path);
    return existsSync(target) ? target : path;
  } catch {
    return path;
  }
}

/** How a file is named to people who know the directory: in full only when it is elsewhere. */
export const nameSeenFrom = (directory: string, path: string): string =>
  dirname(path) === directory ? basename(path) : path;
