/** Turns whatever a file holds about one mix into a valid Mix, and says what had to be mended (SPEC M2). */
import {
  CHANNEL_MAX,
  EMPTY_MIX,
  GAIN_DEFAULT,
  isAudible,
  MASTER_GAIN_DEFAULT,
  type Mix,
  type PerChannel,
} from '@foldback/protocol';
import { isJsonObject, type JsonObject } from './json-object.ts';
import {
  channelNamed,
  inWords,
  isChannel,
  muteTable,
  readGain,
  readMasterGain,
  readMute,
  readPan,
  type Reading,
} from './repair-values.ts';

export interface RepairedMix {
  readonly mix: Mix;
  /** What we do not understand, kept so that the mirror gives it back: unknown keys, and entries of impossible channels. */
  readonly extra: JsonObject;
  /** One phrase per repair, for the log and the page. */
  readonly repairs: readonly string[];
}

type MixKey = keyof Mix | 'timestamp';
type TableKey = 'gains' | 'pans' | 'mutes';
const MIX_KEYS: ReadonlySet<string> = new Set<MixKey>([
  'channels',
  'gains',
  'pans',
  'mutes',
  'solos',
  'master_gain',
  'timestamp',
]);

/** One value per channel: how it is read, and what a channel gets whose value is not understood (undefined: the default). */
interface Table<Value> {
  readonly key: TableKey;
  readonly read: (raw: unknown) => Reading<Value>;
  readonly otherwise: (channel: string) => Value | undefined;
}

/** A channel that was meant, though no interface can have it. */
const isNoInterfaces = (entry: unknown): boolean => Number.isInteger(entry) && Number(entry) > CHANNEL_MAX;

/**
 * @param before what stood there until now. What is not understood stays as it was, and is off where nothing was heard:
 * nobody gets louder by a typing mistake.
 */
export function repairMix(raw: JsonObject, before?: Mix): RepairedMix {
  const repairs: string[] = [];
  const extra = Object.entries(raw).filter(([key]) => !MIX_KEYS.has(key));
  const swallowed = swallowedKeys(raw);
  const given = (key: MixKey): unknown => {
    if (Object.hasOwn(raw, key)) return raw[key];
    return swallowed.has(key) ? null : undefined;
  };

  const channelList = (key: 'channels' | 'solos'): number[] => {
    const stood = before?.[key] ?? [];
    const list = given(key);
    if (list === undefined) return [];
    if (!Array.isArray(list)) {
      repairs.push(`${key}: ${inWords(list)} is not understood, now ${inWords(stood)}`);
      return [...stood];
    }
    const understood = new Set<number>();
    const leftOver: unknown[] = [];
    for (const entry of list as readonly unknown[]) {
      const named = typeof entry === 'string' ? channelNamed(entry) : undefined;
      if (isChannel(entry)) understood.add(entry);
      else if (named !== undefined) {
        understood.add(Number(named));
        repairs.push(`${key}: ${inWords(entry)} became ${named}`);
      } else {
        leftOver.push(entry);
        repairs.push(`${key}: ${inWords(entry)} is no channel, kept unread`);
      }
    }
    if (leftOver.length > 0) extra.push([key, leftOver]);
    // One that cannot be read may be any of those that were there; and a solo that is gone would let the others be heard.
    if (!leftOver.every(isNoInterfaces)) for (const channel of stood) understood.add(channel);
    return [...understood].sort((a, b) => a - b);
  };

  const tableOf = (key: TableKey): unknown => {
    const table = given(key);
    if (!Array.isArray(table)) return table;
    const muted = key === 'mutes' ? muteTable(table) : undefined;
    if (key === 'mutes' && muted === undefined) return null;
    repairs.push(
      muted?.by === 'name'
        ? `mutes: ${inWords(table)} was read as the channels that are muted`
        : `${key} was a list, read as channel by channel`,
    );
    return muted?.table ?? table;
  };

  const perChannel = <Value extends number | boolean>({ key, read, otherwise }: Table<Value>) => {
    const understood = new Map<string, Value>();
    const fallBack = (channel: string): Value | undefined => {
      const value = otherwise(channel);
      if (value !== undefined) understood.set(channel, value);
      return value;
    };
    const table = tableOf(key);
    if (table === undefined) return {};
    if (typeof table !== 'object' || table === null) {
      repairs.push(`${key}: ${inWords(given(key))} is not understood, now as it was before, else off`);
      for (const channel of [...channels.map(String), ...Object.keys(before?.[key] ?? {})]) fallBack(channel);
      return Object.fromEntries(understood);
    }
    const leftOver: [string, unknown][] = [];
    for (const [text, entry] of Object.entries(table)) {
      const channel = channelNamed(text);
      if (channel === undefined || (channel !== text && Object.hasOwn(table, channel))) {
        leftOver.push([text, entry]);
        repairs.push(`${key}: ${inWords(text)} is no channel, kept unread`);
        continue;
      }
      const name = `${key} of channel ${channel}`;
      if (channel !== text) repairs.push(`${key}: ${inWords(text)} was read as channel ${channel}`);
      const reading = read(entry);
      if (reading === undefined) {
        repairs.push(
          `${name}: ${inWords(entry)} is not understood, now ${fallBack(channel) ?? 'the default'}`,
        );
        continue;
      }
      understood.set(channel, reading.value);
      if (reading.mended) repairs.push(`${name}: ${inWords(entry)} became ${reading.value}`);
    }
    if (leftOver.length > 0) extra.push([key, Object.fromEntries(leftOver)]);
    return Object.fromEntries(understood);
  };

  /** As it stood, where it was heard or is not heard now; else off. */
  const orOff =
    <Value>(stood: PerChannel<Value> | undefined, standard: Value, off: Value, now: Mix) =>
    (channel: string): Value => {
      if (before === undefined || stood === undefined) return off;
      if (isAudible(before, Number(channel))) return stood[channel] ?? standard;
      return isAudible(now, Number(channel)) ? off : (stood[channel] ?? off);
    };

  const masterGain = (): number => {
    const master = given('master_gain');
    if (master === undefined) return MASTER_GAIN_DEFAULT;
    const reading = readMasterGain(master);
    const value = reading?.value ?? before?.master_gain ?? 0;
    if (reading === undefined)
      repairs.push(`master_gain: ${inWords(master)} is not understood, now ${value}`);
    else if (reading.mended) repairs.push(`master_gain: ${inWords(master)} became ${value}`);
    return value;
  };

  const channels = channelList('channels');
  const saysSomething = Object.keys(raw).some((key) => key !== 'timestamp' && MIX_KEYS.has(key));
  if (given('channels') === undefined && saysSomething) repairs.push('channels are missing, so none is on');
  const solos = channelList('solos');
  const on: Mix = { ...EMPTY_MIX, channels, solos };
  const mutes = perChannel({
    key: 'mutes',
    read: readMute,
    otherwise: orOff(before?.mutes, false, true, on),
  });
  const unmuted: Mix = { ...on, mutes };
  const mix: Mix = {
    channels,
    gains: perChannel({
      key: 'gains',
      read: readGain,
      otherwise: orOff(before?.gains, GAIN_DEFAULT, 0, unmuted),
    }),
    pans: perChannel({ key: 'pans', read: readPan, otherwise: (channel) => before?.pans[channel] }),
    mutes,
    solos,
    master_gain: masterGain(),
  };
  return { mix, extra: Object.fromEntries(extra), repairs };
}

/** One brace too few puts what follows into the table before it: it was given, then, and cannot be read. */
function swallowedKeys(raw: JsonObject): ReadonlySet<string> {
  const tables = [raw['gains'], raw['pans'], raw['mutes']].filter(isJsonObject);
  return new Set(tables.flatMap((table) => Object.keys(table)).filter((key) => MIX_KEYS.has(key)));
}

/** Lays what repairMix set apart back over a mix: the inverse, for the mirror. */
export function withExtra(mix: Mix, extra: JsonObject, timestamp: number): JsonObject {
  const known: Record<string, unknown> = {
    channels: mix.channels,
    gains: mix.gains,
    pans: mix.pans,
    mutes: mix.mutes,
    solos: mix.solos,
    master_gain: mix.master_gain,
    timestamp,
  };
  const unknown: [string, unknown][] = [];
  for (const [key, value] of Object.entries(extra)) {
    const ours = known[key];
    if (!MIX_KEYS.has(key)) unknown.push([key, value]);
    else if (Array.isArray(ours) && Array.isArray(value))
      known[key] = [...(ours as unknown[]), ...(value as unknown[])];
    else if (isJsonObject(ours) && isJsonObject(value)) known[key] = { ...value, ...ours };
  }
  return { ...known, ...Object.fromEntries(unknown) };
}
