/** A folder of WAV files as a stage: which of them are tracks, in which order, and what they are called (SPEC E3). */
import { EngineError } from '@foldback/engine-native/engine-error';
import { readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import type { OpenRequest } from './engine.ts';

export interface MultitrackWish {
  /** A whole path: the engine host has a directory of its own. */
  readonly folder: string;
  /** False: once, then silence. */
  readonly loop: boolean;
}

export type Tracks = NonNullable<OpenRequest['tracks']>;

const WAV = /\.(wav|wave|rf64|w64)$/i;
/** "01 Kick", "2-Snare", "03_Hat": the number is for the order. */
const LEADING_NUMBER = /^\d+[\s._-]+(?=\S)/;
/** 2 comes before 10. */
const { compare } = new Intl.Collator('en', { numeric: true });

const trackName = (file: string): string => parse(file).name.replace(LEADING_NUMBER, '');

/**
 * @param list the names of a folder's WAV files, in order
 * @throws EngineError NO_TRACKS when the folder cannot be read or holds no WAV file
 */
export async function tracksIn(
  { folder, loop }: MultitrackWish,
  list: (folder: string) => Promise<readonly string[]>,
): Promise<Tracks> {
  const files = await list(folder).catch((error: Error) => {
    throw new EngineError('NO_TRACKS', `the folder ${folder} cannot be read: ${error.message}`);
  });
  if (files.length === 0) throw new EngineError('NO_TRACKS', `there is no WAV file in ${folder}`);
  return { files: files.map((file) => ({ path: join(folder, file), name: trackName(file) })), loop };
}

/** @throws the system's error */
export async function wavFilesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  return entries
    .filter((entry) => (entry.isFile() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .filter((name) => WAV.test(name))
    .toSorted(compare);
}
