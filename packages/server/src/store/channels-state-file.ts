/** The text of `channels_state.json`, the file people know (SPEC S2): read with every care, written exactly. */
import { CLIENT_ID_MAX, type Mix } from '@foldback/protocol';
import { isJsonObject, type JsonObject } from './json-object.ts';
import { readLeniently, UnreadableFileError } from './lenient-json.ts';
import { repairMix, withExtra } from './repair-mix.ts';
import { inWords, readTime } from './repair-values.ts';

export { UnreadableFileError } from './lenient-json.ts';

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
  /** One sentence per client that had to be mended, with every value, and one for the file itself. */
  readonly repairs: readonly string[];
  /** The file breaks off: what is in it may be older than what is saved. */
  readonly isBroken: boolean;
}

const CONTROL_CHARACTERS = /\p{Cc}/u;
/** What the doors call an id too (`clientId` in the protocol's fields), so that everybody in the file can be asked for. */
export const isClientId = (id: string): boolean =>
  id.length > 0 &&
  id.length <= CLIENT_ID_MAX &&
  !CONTROL_CHARACTERS.test(id) &&
  id.isWellFormed() &&
  id !== '__proto__';

/** Keys that lead to a client: "channels_state" and the id. */
const CLIENT_LEVEL = 2;

/**
 * @param before what is saved of a client now; what the file has unreadable stays so
 * @throws UnreadableFileError when it is not the documented format at all; anything less is repaired and told
 */
export function parseChannelsState(
  bytes: Uint8Array,
  before: (id: string) => Mix | undefined = () => undefined,
): ParsedFile {
  const { value: file, trouble, isBroken } = readLeniently(bytes, CLIENT_LEVEL);
  const refuse = (reason: string): never => {
    throw new UnreadableFileError(isBroken && trouble !== undefined ? trouble : reason);
  };
  if (!isJsonObject(file)) return refuse('expected an object at the top');
  const states = file['channels_state'];
  if (!isJsonObject(states)) return refuse('expected an object under "channels_state"');
  if (isBroken && Object.keys(states).length === 0) return refuse('no client in it is whole');

  const clients: FileClient[] = [];
  const entries: [string, unknown][] = [];
  const repairs: string[] = trouble === undefined ? [] : [`the file is not as it should be: ${trouble}`];
  for (const [id, value] of Object.entries(states)) {
    if (!isClientId(id) || !isJsonObject(value)) {
      entries.push([id, value]);
      repairs.push(`${JSON.stringify(id.slice(0, CLIENT_ID_MAX))} is not a client we can use; kept unread`);
      continue;
    }
    const { mix, extra, repairs: mended } = repairMix(value, before(id));
    const time = readTime(value['timestamp']);
    clients.push({ id, mix, extra, changedAt: time?.value });
    const all = [...mended, ...timeRepairs(value, time)];
    if (all.length > 0) repairs.push(`"${id}": ${all.join('; ')}`);
  }
  const top = Object.entries(file).filter(([key]) => key !== 'timestamp' && key !== 'channels_state');
  return { clients, extra: { top: Object.fromEntries(top), entries }, repairs, isBroken };
}

function timeRepairs({ timestamp }: JsonObject, time: ReturnType<typeof readTime>): string[] {
  if (timestamp === undefined || time?.mended === false) return [];
  if (time === undefined) return [`timestamp: ${inWords(timestamp)} is no time, now unknown`];
  return [`timestamp: ${inWords(timestamp)} became ${new Date(time.value).toISOString()}`];
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
