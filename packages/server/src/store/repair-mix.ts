/** Turns whatever a file holds about one mix into a valid Mix, and says what had to be mended (SPEC M2). */
import {
  CHANNEL_MAX,
  GAIN_MAX,
  MASTER_GAIN_DEFAULT,
  MASTER_GAIN_MAX,
  PAN_MAX,
  PAN_MIN,
  type Mix,
} from '@foldback/protocol';
import { isJsonObject, type JsonObject } from './json-object.ts';

export interface RepairedMix {
  readonly mix: Mix;
  /** What we do not understand, kept so that the mirror gives it back: unknown keys, and entries of impossible channels. */
  readonly extra: JsonObject;
  /** One phrase per repair, for the log. */
  readonly repairs: readonly string[];
}

const MIX_KEYS = new Set(['channels', 'gains', 'pans', 'mutes', 'solos', 'master_gain', 'timestamp']);
const CHANNEL_KEY = /^(?:0|[1-9]\d{0,3})$/;

const isChannelKey = (key: string): boolean => CHANNEL_KEY.test(key) && Number(key) <= CHANNEL_MAX;
const isChannel = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= CHANNEL_MAX;

/** How a stored value was read: as it stands, mended, or not at all. */
type Reading<Value> = { readonly value: Value; readonly mended: boolean } | undefined;

const numberIn =
  (low: number, high: number) =>
  (raw: unknown): Reading<number> => {
    const number = typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw;
    if (typeof number !== 'number' || Number.isNaN(number)) return undefined;
    const value = Math.min(high, Math.max(low, number));
    return { value, mended: value !== raw };
  };

const readGain = numberIn(0, GAIN_MAX);
const readPan = numberIn(PAN_MIN, PAN_MAX);
const readMasterGain = numberIn(0, MASTER_GAIN_MAX);

const readMute = (raw: unknown): Reading<boolean> => {
  if (typeof raw === 'boolean') return { value: raw, mended: false };
  return raw === 0 || raw === 1 ? { value: raw === 1, mended: true } : undefined;
};

/** How a value is named in a log line, whatever it is. */
const inWords = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
};

export function repairMix(raw: JsonObject): RepairedMix {
  const repairs: string[] = [];
  const extra = Object.entries(raw).filter(([key]) => !MIX_KEYS.has(key));

  const perChannel = <Value extends number | boolean>(
    key: string,
    read: (raw: unknown) => Reading<Value>,
  ): Record<string, Value> => {
    const table = raw[key];
    if (table === undefined) return {};
    if (typeof table !== 'object' || table === null) {
      repairs.push(`${key} was ${inWords(table)}, now empty`);
      return {};
    }
    if (Array.isArray(table)) repairs.push(`${key} was a list, read as channel by channel`);
    const understood: [string, Value][] = [];
    const leftOver: [string, unknown][] = [];
    for (const [channel, entry] of Object.entries(table)) {
      if (!isChannelKey(channel)) {
        leftOver.push([channel, entry]);
        repairs.push(`${key}: ${inWords(channel)} is no channel, kept unread`);
        continue;
      }
      const reading = read(entry);
      if (reading === undefined)
        repairs.push(`${key} of channel ${channel} was ${inWords(entry)}, now the default`);
      else {
        understood.push([channel, reading.value]);
        if (reading.mended)
          repairs.push(`${key} of channel ${channel}: ${inWords(entry)} became ${reading.value}`);
      }
    }
    if (leftOver.length > 0) extra.push([key, Object.fromEntries(leftOver)]);
    return Object.fromEntries(understood);
  };

  const channelList = (key: string): number[] => {
    const list = raw[key] ?? [];
    if (!Array.isArray(list)) {
      repairs.push(`${key} was ${inWords(list)}, now empty`);
      return [];
    }
    const understood = new Set<number>();
    const leftOver: unknown[] = [];
    for (const entry of list as readonly unknown[]) {
      if (isChannel(entry)) understood.add(entry);
      else if (typeof entry === 'string' && isChannelKey(entry)) {
        understood.add(Number(entry));
        repairs.push(`${key}: ${inWords(entry)} became ${entry}`);
      } else {
        leftOver.push(entry);
        repairs.push(`${key}: ${inWords(entry)} is no channel, kept unread`);
      }
    }
    if (leftOver.length > 0) extra.push([key, leftOver]);
    return [...understood].sort((a, b) => a - b);
  };

  const masterGain = (): number => {
    if (raw['master_gain'] === undefined) return MASTER_GAIN_DEFAULT;
    const reading = readMasterGain(raw['master_gain']);
    const value = reading?.value ?? MASTER_GAIN_DEFAULT;
    if (reading?.mended !== false)
      repairs.push(`master_gain: ${inWords(raw['master_gain'])} became ${value}`);
    return value;
  };

  const mix: Mix = {
    channels: channelList('channels'),
    gains: perChannel('gains', readGain),
    pans: perChannel('pans', readPan),
    mutes: perChannel('mutes', readMute),
    solos: channelList('solos'),
    master_gain: masterGain(),
  };
  return { mix, extra: Object.fromEntries(extra), repairs };
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
