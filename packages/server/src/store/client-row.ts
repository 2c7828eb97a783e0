/** A client as a row of the database, with the checksum that shows a flipped bit. */
import { crc32 } from 'node:zlib';
import { NO_MARKS, type Marks } from '@foldback/protocol';
import type { SavedClient } from './state-store.ts';

export interface ClientRow {
  readonly id: string;
  readonly mix: string;
  readonly extra: string;
  readonly name: string | null;
  readonly output: number | null;
  readonly mute_all: number;
  /** Marks as JSON; empty for none, as in every row of the first schema. */
  readonly marks: string;
  readonly revision: number;
  readonly changed_at: number;
  readonly seen_at: number;
  readonly crc: number;
}

/**
 * The long columns are chained as they are; the rest goes in as one line. Empty marks add nothing, so rows of the first
 * schema keep their checksum.
 */
const checksum = (row: Omit<ClientRow, 'crc'>): number => {
  const rest = JSON.stringify([
    row.name,
    row.output,
    row.mute_all,
    row.revision,
    row.changed_at,
    row.seen_at,
  ]);
  return crc32(row.marks, crc32(rest, crc32(row.extra, crc32(row.mix, crc32(row.id)))));
};

export const isIntact = (row: ClientRow): boolean => checksum(row) === row.crc;

export const sealed = (row: Omit<ClientRow, 'crc'>): ClientRow => ({ ...row, crc: checksum(row) });

const marksText = (marks: Marks): string =>
  marks.mine.length + marks.hidden.length === 0 ? '' : JSON.stringify(marks);

export const marksOf = ({ marks }: ClientRow): Marks =>
  marks === '' ? NO_MARKS : (JSON.parse(marks) as Marks);

/** Texts are made what UTF-8 can hold before they are sealed: a checksum of anything else would never fit what is read back. */
export const rowOf = (client: SavedClient, extra: string): ClientRow =>
  sealed({
    id: client.id.toWellFormed(),
    mix: JSON.stringify(client.mix),
    extra,
    name: client.name?.toWellFormed() ?? null,
    output: client.output,
    mute_all: client.mute_all ? 1 : 0,
    marks: marksText(client.marks),
    revision: client.revision,
    changed_at: client.changed_at,
    seen_at: client.seen_at,
  });

/** The client as JSON text, for the journey to the event loop: the mix stays the text it is. */
export const clientJson = (row: ClientRow): string =>
  `{"id":${JSON.stringify(row.id)},"mix":${row.mix},"name":${JSON.stringify(row.name)},"output":${row.output},` +
  `"mute_all":${row.mute_all === 1},"marks":${row.marks || JSON.stringify(NO_MARKS)},"revision":${row.revision},"changed_at":${row.changed_at},"seen_at":${row.seen_at}}`;

export const clientOf = (row: ClientRow): SavedClient => JSON.parse(clientJson(row)) as SavedClient;
