/** A folder of sound files as a stage: which of them are tracks, in which order, and what they are called (SPEC E3). */
import { EngineError } from '@foldback/engine-native/engine-error';
import { isUtf8 } from 'node:buffer';
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

export interface FoundTracks {
  readonly tracks: Tracks;
  /** One line of the sound files that are no tracks; undefined when there are none. */
  readonly passedOver: string | undefined;
}

const WAV = /\.(wav|wave|bwf|rf64|bw64|w64)$/i;
/** What people keep tracks in besides; of notes and pictures beside them nothing needs to be said. */
const OTHER_SOUND =
  /\.(aac|ac3|aif|aifc|aiff|alac|amr|ape|au|caf|dff|dsf|flac|m4a|mka|mp[234]|mpc|oga|ogg|opus|ra|sd2|snd|tta|weba|wma|wv)$/i;
/** So many are named before the rest is counted. */
const NAMED_MAX = 5;
/** "01 Kick", "2-Snare", "03_Hat": the number is for the order. */
const LEADING_NUMBER = /^\d+[\s._-]+(?=\S)/;
/** 2 comes before 10. */
const { compare } = new Intl.Collator('en', { numeric: true });

/** A byte of a file's name that is no UTF-8: the lone surrogate U+DC00 + byte, as in Python's file names (PEP 383). */
const FOREIGN_BYTE = 0xdc00;

/** A file's name as text that still says which bytes it has: on older disks names are in Latin-1. */
export const fileName = (bytes: Buffer): string =>
  isUtf8(bytes)
    ? bytes.toString()
    : Array.from(bytes, (byte) => String.fromCharCode(byte < 0x80 ? byte : FOREIGN_BYTE + byte)).join('');

/** For people: in Latin-1, what is no UTF-8. */
const readable = (name: string): string =>
  name.replace(/[\udc80-\udcff]/gu, (byte) => String.fromCharCode(byte.charCodeAt(0) - FOREIGN_BYTE));

const trackName = (file: string): string => readable(parse(file).name).replace(LEADING_NUMBER, '');

/** "Bass.flac, Vox.mp3 and 3 more: …". */
function passedOverOf(files: readonly string[]): string | undefined {
  if (files.length === 0) return undefined;
  const more = files.length > NAMED_MAX ? ` and ${files.length - NAMED_MAX} more` : '';
  const named = files.slice(0, NAMED_MAX).map(readable).join(', ');
  return `${named}${more}: only WAV, RF64/BW64 and W64 files are read`;
}

/**
 * @param list the names of a folder's sound files, in order
 * @throws EngineError NO_TRACKS when the folder cannot be read or holds no WAV file
 */
export async function tracksIn(
  { folder, loop }: MultitrackWish,
  list: (folder: string) => Promise<readonly string[]>,
): Promise<FoundTracks> {
  const sounds = await list(folder).catch((error: Error) => {
    throw new EngineError('NO_TRACKS', `the folder ${folder} cannot be read: ${error.message}`);
  });
  const passedOver = passedOverOf(sounds.filter((name) => !WAV.test(name)));
  const files = sounds
    .filter((name) => WAV.test(name))
    .map((file) => ({ path: join(folder, file), name: trackName(file) }));
  if (files.length === 0) {
    const others = passedOver === undefined ? '' : `; ${passedOver}`;
    throw new EngineError('NO_TRACKS', `there is no WAV file in ${folder}${others}`);
  }
  return { tracks: { files, loop }, passedOver };
}

/** @throws the system's error */
export async function soundFilesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true, encoding: 'buffer' });
  return entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map(({ name }) => fileName(name))
    .filter((name) => !name.startsWith('.') && (WAV.test(name) || OTHER_SOUND.test(name)))
    .toSorted(compare);
}
