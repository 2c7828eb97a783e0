/** An entry of the history as its row: patches packed small, and a checksum, for SQLite does not notice a flipped bit. */
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Patch } from '@foldback/protocol';
import type { JournalRecord } from './state-store.ts';

/** A row with its shared texts in place of their numbers. */
export interface HistoryRow extends Omit<JournalRecord, 'from' | 'to'> {
  /** From and to, as `packed` gives them. */
  readonly patches: string | Uint8Array;
  readonly crc: number;
}

/**
 * What patches are made of, the most frequent last, so that one of a single fader is little more than its two numbers.
 * Part of the file's format: another text is another schema.
 */
const DICTIONARY = Buffer.from(
  '"client_id":"order":["name":"marks":{"mine":["hidden":[]"tone":"reverb_sends":"channels":[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15' +
    '"solos":["mute_all":true"master_gain":null,"mutes":{"1":false,"2":true}},{"mutes":{"pans":{"0":-0.5}},{"pans":{"-0.' +
    '[{"gains":{"10":0},"9":1,"8":0.,"7":0.,"6":0.,"5":0.,"4":0.,"3":0.,"2":0.,"1":0.}},{"gains":{"0":0.}}]',
);
/** 4 KB of window: whole mixes are no bigger, and a compressor that needs little memory is quick to make. */
const PACKING = { dictionary: DICTIONARY, windowBits: 12, memLevel: 5 };

/** Compressed where that pays. */
export function packed(from: Patch, to: Patch): HistoryRow['patches'] {
  const text = JSON.stringify([from, to]);
  const compressed = deflateRawSync(text, PACKING);
  return compressed.length < text.length ? compressed : text;
}

export function checksumOf(row: Omit<HistoryRow, 'crc'>): number {
  const { sequence, key, gesture, author, author_name, reason, at, until, zone_minutes, boot } = row;
  const texts = [sequence, key, gesture, author ?? '', author_name, reason, at, until, zone_minutes, boot];
  return crc32(row.patches, crc32(texts.join('\n')));
}

/** Undefined where the row is not as it was written. */
export function recordOf(row: HistoryRow): JournalRecord | undefined {
  if (checksumOf(row) !== row.crc) return undefined;
  const { patches, crc: _, ...rest } = row;
  const text = typeof patches === 'string' ? patches : inflateRawSync(patches, PACKING).toString();
  const [from, to] = JSON.parse(text) as [Patch, Patch];
  return { ...rest, from, to };
}
