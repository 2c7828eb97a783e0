/**
 * Everything people change and the mixer keeps is a record: a key, a value, a revision. One row per kind says all there is
 * to know of it; the wire, the desk and the store know records by this table and by nothing else.
 */
import * as v from 'valibot';
import { COLOURS, type Colour } from './colours.ts';
import {
  clientId,
  clientName,
  clientOrder,
  flag,
  givenRole,
  joinRule,
  marks,
  mix,
  timestamp,
} from './fields.ts';
import { EMPTY_MIX, NO_MARKS } from './mix.ts';
import type { Difference, JsonObject, Patch } from './patch.ts';

/**
 * `watchers`: whoever may see this musician's mix and has asked to. `everybody`: every phone that has said who it is.
 * `nobody`: it stays in the mixer.
 */
export type Readers = 'watchers' | 'everybody' | 'nobody';

interface KindRow<Schema extends v.GenericSchema<unknown, JsonObject>> {
  readonly about: string;
  /** Limits and shape of the value. */
  readonly schema: Schema;
  /** What a record that is not there counts as; a field that an older value lacks has its default from here. */
  readonly empty: v.InferOutput<Schema>;
  readonly readBy: Readers;
  /** Whether its changes are told in the history. */
  readonly history: boolean;
  /** Fields that are kept and never told: they change by themselves. */
  readonly quiet: readonly string[];
  /** Whether channels_state.json shows it. */
  readonly mirrored: boolean;
  /** False for what is read only when somebody asks for it. */
  readonly resident: boolean;
  /** Brings the value of an older program up to date, where defaults for new fields are not enough. */
  readonly upgrade: (older: JsonObject) => JsonObject;
}

const kind = <const Schema extends v.GenericSchema<unknown, JsonObject>>(
  row: Pick<KindRow<Schema>, 'about' | 'schema' | 'empty'> & Partial<KindRow<Schema>>,
): KindRow<Schema> => ({
  readBy: 'nobody',
  history: false,
  quiet: [],
  mirrored: false,
  resident: true,
  upgrade: (older) => older,
  ...row,
});

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** A record as it stood, for whoever brings it back. */
const stood = v.strictObject({
  value: v.record(v.string(), v.unknown()),
  revision: count,
  changed_at: v.number(),
});
export type Stood = v.InferOutput<typeof stood>;

/** What is done to many at once and can be taken back. `joined`: what a store that could be read only later held otherwise. */
export const ACT_REASONS = ['clear', 'import', 'restore', 'undo', 'joined'] as const;
export type ActReason = (typeof ACT_REASONS)[number];

export const colour = v.nullable(v.picklist(COLOURS, `must be one of ${COLOURS.join(', ')}, or null`));

export const kinds = {
  mix: kind({
    about: '`mix/<client id>`: one musician’s mix (SPEC M1) and whether all of it is muted (M9).',
    schema: v.strictObject({ ...mix.entries, mute_all: flag }),
    empty: { ...EMPTY_MIX, mute_all: false } as v.InferOutput<typeof mix> & { mute_all: boolean },
    readBy: 'watchers',
    history: true,
    mirrored: true,
  }),
  person: kind({
    about:
      '`person/<client id>`: the name people see, their colour, the channels they starred or hid, whether they want to play on no ' +
      'output pair, whether others may look at their mix, when they were last here.',
    schema: v.strictObject({
      name: v.nullable(clientName),
      colour,
      marks,
      unrouted: flag,
      shared: flag,
      seen_at: timestamp,
    }),
    empty: {
      name: null,
      colour: null,
      marks: NO_MARKS as v.InferOutput<typeof marks>,
      unrouted: false,
      shared: false,
      seen_at: 0,
    } as {
      name: string | null;
      /** Null: the page finds one for the client id. */
      colour: Colour | null;
      marks: v.InferOutput<typeof marks>;
      /** They have freed their output pair by hand: none is given to them. */
      unrouted: boolean;
      /** Other musicians may look at their mix. */
      shared: boolean;
      seen_at: number;
    },
    readBy: 'watchers',
    history: true,
    quiet: ['seen_at'],
  }),
  output: kind({
    about:
      '`output/<computer>/<pair>`: whose mix a hardware output pair plays; pairs count from 0. A pair that is `lent` is there for who ' +
      'needs one when its musician has been away for long.',
    schema: v.strictObject({ client_id: v.nullable(clientId), lent: flag }),
    // Those of older programs were given by the mixer itself, or are given anew by `--route` at every start.
    empty: { client_id: null, lent: true } as { client_id: string | null; lent: boolean },
    readBy: 'everybody',
    history: true,
  }),
  house: kind({
    about: '`house/rules`: what is so for everybody. The order musicians are listed in.',
    schema: v.strictObject({ order: clientOrder }),
    empty: { order: [] } as { order: string[] },
    history: true,
  }),
  phone: kind({
    about:
      '`phone/<SHA-256 of its secret, base64url>`: what this phone may do (a musician’s when null), which musicians it may speak for, ' +
      'what it is called, since when and when it was last here.',
    schema: v.strictObject({
      role: v.nullable(givenRole),
      speaks_for: v.array(clientId),
      name: v.string(),
      revoked: flag,
      claimed_at: timestamp,
      seen_at: timestamp,
    }),
    empty: { role: null, speaks_for: [], name: '', revoked: false, claimed_at: 0, seen_at: 0 } as {
      role: v.InferOutput<typeof givenRole> | null;
      speaks_for: string[];
      name: string;
      /** Somebody took it from the house; it stays known, so that no older copy of this record brings it back. */
      revoked: boolean;
      claimed_at: number;
      seen_at: number;
    },
  }),
  access: kind({
    about:
      '`access/rules`: how one joins (as the settings say when null), the SHA-256 of each engineer code that is good, newest last, and ' +
      'what makes the ids of older clients their own.',
    schema: v.strictObject({ join: v.nullable(joinRule), codes: v.array(v.string()), salt: v.string() }),
    empty: { join: null, codes: [], salt: '' } as {
      join: v.InferOutput<typeof joinRule> | null;
      codes: string[];
      salt: string;
    },
  }),
  invite: kind({
    about: '`invite/<SHA-256 of its token>`: what it lets in, how often still, and until when.',
    schema: v.strictObject({
      role: givenRole,
      client_id: v.nullable(clientId),
      uses_left: count,
      made_at: timestamp,
      until: timestamp,
    }),
    empty: { role: 'musician', client_id: null, uses_left: 0, made_at: 0, until: 0 } as {
      role: v.InferOutput<typeof givenRole>;
      client_id: string | null;
      uses_left: number;
      made_at: number;
      until: number;
    },
  }),
  attempts: kind({
    about: '`attempts/<phone or address>`: how many wrong engineer codes came from there lately.',
    schema: v.strictObject({ wrong: count }),
    empty: { wrong: 0 } as { wrong: number },
  }),
  unread: kind({
    about:
      '`unread/<client id>`, and `unread/` for the file itself: what a channels_state.json held beyond mixes, as JSON text, so that ' +
      'the mirror gives it back.',
    schema: v.strictObject({ json: v.string() }),
    empty: { json: '' } as { json: string },
    mirrored: true,
  }),
  act: kind({
    about: '`act/<number>`: something that was done to many at once and can be taken back.',
    schema: v.strictObject({ why: v.picklist(ACT_REASONS), at: timestamp, clients: count }),
    empty: { why: 'clear', at: 0, clients: 0 } as { why: ActReason; at: number; clients: number },
  }),
  before: kind({
    about: '`before/<act>/<key>`: a record as it stood before the act; null when there was none.',
    schema: v.strictObject({ stood: v.nullable(stood) }),
    empty: { stood: null } as { stood: Stood | null },
    resident: false,
  }),
  archive: kind({
    about: '`archive/<client id>`: the records of somebody nobody had seen for long, by key (SPEC S13).',
    schema: v.strictObject({ records: v.record(v.string(), stood) }),
    empty: { records: {} } as { records: Record<string, Stood> },
    resident: false,
  }),
} as const;

export type KindName = keyof typeof kinds;

type Frozen<Value> = Value extends readonly (infer Entry)[]
  ? readonly Frozen<Entry>[]
  : Value extends object
    ? { readonly [Field in keyof Value]: Frozen<Value[Field]> }
    : Value;

export type ValueOf<Kind extends KindName> = Frozen<(typeof kinds)[Kind]['empty']>;

/** A mix as its record holds it. */
export type MixValue = ValueOf<'mix'>;

/** Something kept. The value is replaced, never changed. */
export interface RecordOf<Kind extends KindName = KindName> {
  readonly key: string;
  readonly value: ValueOf<Kind>;
  /** Counts accepted changes of this record. */
  readonly revision: number;
  /** ms since 1970 of the newest change. */
  readonly changed_at: number;
}

/** What a record holds; null for none. */
export const valueIn = (record: RecordOf | null | undefined): JsonObject | null =>
  (record?.value as JsonObject | undefined) ?? null;

/** The house is one record, so is who may come in, and so is what the file held beside clients. */
export const HOUSE_ID = 'rules';
export const ACCESS_ID = 'rules';
export const FILE_ID = '';

export const keyOf = (kindName: KindName, id: string): string => `${kindName}/${id}`;

/** The kind and what follows it, slashes included. @throws TypeError when it is no key of ours */
export function splitKey(key: string): { readonly kind: KindName; readonly id: string } {
  const end = key.indexOf('/');
  const name = key.slice(0, end);
  if (end < 0 || !Object.hasOwn(kinds, name)) throw new TypeError(`${key} is no key of a record`);
  return { kind: name as KindName, id: key.slice(end + 1) };
}

/** What of a difference is told: fields that change by themselves are not. Undefined when nothing is. */
export function toldDifference(
  kindName: KindName,
  difference: Difference | undefined,
): Difference | undefined {
  const { quiet } = kinds[kindName];
  if (quiet.length === 0 || difference === undefined) return difference;
  const without = (patch: Patch): Patch => {
    if (patch === null) return null;
    const told: Record<string, unknown> = { ...patch };
    for (const field of quiet) delete told[field];
    return told;
  };
  const { to, from } = { to: without(difference.to), from: without(difference.from) };
  const isEmpty = (patch: Patch): boolean => patch !== null && Object.keys(patch).length === 0;
  return isEmpty(to) && isEmpty(from) ? undefined : { to, from };
}

/** A stored value as one of today's: the very same where nothing is missing. */
export function valueOfToday<Kind extends KindName>(kindName: Kind, stored: JsonObject): ValueOf<Kind> {
  const { empty, upgrade } = kinds[kindName];
  const value = upgrade(stored);
  for (const field in empty) if (!(field in value)) return { ...empty, ...value } as ValueOf<Kind>;
  return value as ValueOf<Kind>;
}
