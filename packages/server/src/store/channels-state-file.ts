/** The text of `channels_state.json`, the file people know (SPEC S2): read with every care, written exactly. */
import { CLIENT_ID_MAX, type Mix } from '@foldback/protocol';
import { isJsonObject, type JsonObject } from './json-object.ts';
import { repairMix, withExtra } from './repair-mix.ts';

/** One client as the file gives it. */
export interface FileClient {
  readonly id: string;
  readonly mix: Mix;
  readonly extra: JsonObject;
  /** ms since 1970; may have a fraction, as older programs wrote. Undefined when the file has none. */
  readonly changedAt: number | undefined;
}

/** What the file holds beside the clients we understand; given back by the mirror. */
export interface FileExtra {
  /** Unknown keys at the top. */
  readonly top: JsonObject;
  /** Entries under `channels_state` whose id or value we cannot use, as they stood. */
  readonly entries: readonly (readonly [id: string, value: unknown])[];
}

export const NO_FILE_EXTRA: FileExtra = { top: {}, entries: [] };

export interface ParsedFile {
  readonly clients: readonly FileClient[];
  readonly extra: FileExtra;
  /** One sentence per client that had to be mended. */
  readonly repairs: readonly string[];
}

/** The file is not in the format of SPEC S2; the message says where it fails. */
export class UnreadableFileError extends Error {
  override readonly name = 'UnreadableFileError';
}

const CONTROL_CHARACTERS = /\p{Cc}/u;
/** What the doors call an id too (`clientId` in the protocol's fields), so that everybody in the file can be asked for. */
const isClientId = (id: string): boolean =>
  id.length > 0 &&
  id.length <= CLIENT_ID_MAX &&
  !CONTROL_CHARACTERS.test(id) &&
  id.isWellFormed() &&
  id !== '__proto__';

/** Python's json module writes these bare words, which JSON forbids; strings are matched first so that they stay. */
const STRING_OR_BARE_NUMBER_WORD = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;
const withoutBareWords = (text: string): string =>
  text.replace(STRING_OR_BARE_NUMBER_WORD, (match) => {
    if (match.startsWith('"')) return match;
    return match.endsWith('NaN') ? 'null' : `${match.startsWith('-') ? '-' : ''}1e999`; // read as ±Infinity
  });

function parseJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UnreadableFileError('it is not UTF-8 text');
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    try {
      return JSON.parse(withoutBareWords(text));
    } catch {
      throw new UnreadableFileError(`it is not JSON: ${(error as Error).message}`);
    }
  }
}

/** @throws UnreadableFileError when it is not the documented format at all; anything less is repaired and told */
export function parseChannelsState(bytes: Uint8Array): ParsedFile {
  const file = parseJson(bytes);
  if (!isJsonObject(file)) throw new UnreadableFileError('expected an object at the top');
  const states = file['channels_state'];
  if (!isJsonObject(states)) throw new UnreadableFileError('expected an object under "channels_state"');

  const clients: FileClient[] = [];
  const entries: [string, unknown][] = [];
  const repairs: string[] = [];
  for (const [id, value] of Object.entries(states)) {
    if (!isClientId(id) || !isJsonObject(value)) {
      entries.push([id, value]);
      repairs.push(`${JSON.stringify(id.slice(0, CLIENT_ID_MAX))} is not a client we can use; kept unread`);
      continue;
    }
    const repaired = repairMix(value);
    const timestamp = value['timestamp'];
    const changedAt = typeof timestamp === 'number' && Number.isFinite(timestamp) ? timestamp : undefined;
    clients.push({ id, mix: repaired.mix, extra: repaired.extra, changedAt });
    if (repaired.repairs.length > 0) repairs.push(`"${id}": ${repaired.repairs.join('; ')}`);
  }
  const top = Object.entries(file).filter(([key]) => key !== 'timestamp' && key !== 'channels_state');
  return { clients, extra: { top: Object.fromEntries(top), entries }, repairs };
}

/** One client's line of the file. Kept by the mirror, so that one change does not write everybody anew. */
export const clientLine = (id: string, mix: Mix, extra: JsonObject, changedAt: number): string =>
  `${JSON.stringify(id)}: ${JSON.stringify(withExtra(mix, extra, changedAt))}`;

/** The whole file: one line per client, so that people can read it and change it by hand. */
export function formatChannelsState(lines: Iterable<string>, extra: FileExtra, writtenAt: number): string {
  const all = [
    ...lines,
    ...extra.entries.map(([id, value]) => `${JSON.stringify(id)}: ${JSON.stringify(value)}`),
  ];
  const top = Object.entries(extra.top).map(
    ([key, value]) => `,\n${JSON.stringify(key)}: ${JSON.stringify(value)}`,
  );
  const body = all.length > 0 ? `\n${all.join(',\n')}\n` : '';
  return `{"timestamp": ${Math.floor(writtenAt / 1000)},\n"channels_state": {${body}}${top.join('')}}\n`;
}
