/** What the first two schemas held, as records: for the step to the third, and for what is saved from a damaged file. */
import {
  FILE_ID,
  HOUSE_ID,
  keyOf,
  NO_MARKS,
  pairId,
  type ActReason,
  type JsonObject,
  type Stood,
} from '@foldback/protocol';
import { NO_FILE_EXTRA } from '../channels-state-file.ts';
import type { StoredRecord } from '../record-row.ts';
import { clientRowOf, type AsideRow, type ClientRow, type SettingRow } from './client-rows.ts';

const NOTHING_EXTRA = '{}';
const SAYS_NOTHING = new Set(['', 'null', JSON.stringify(NO_FILE_EXTRA)]);
const CLIENT_ORDER = 'client_order';
const FILE_EXTRA = 'file_extra';
/** One row of settings for each device that may speak for a musician. */
const CLAIM_PREFIX = 'device_claim ';

interface Claim {
  readonly client_id: string;
  readonly secret_hash: string;
  readonly claimed_at: number;
}

/** Of several who claim an output pair, the first has it. */
export function* recordsOfClients(clients: Iterable<ClientRow>): Iterable<StoredRecord> {
  const outputs = new Set<string>();
  for (const row of clients) {
    for (const [key, value] of valuesOfClient(row)) {
      if (key.startsWith('output/')) {
        if (outputs.has(key)) continue;
        outputs.add(key);
      }
      // Whoever has said nothing of marks has none.
      yield {
        key,
        value: key.startsWith('person/') ? { marks: NO_MARKS, ...value } : value,
        ...timesOf(row),
      };
    }
  }
}

export function* recordsOfSettings(settings: readonly SettingRow[]): Iterable<StoredRecord> {
  const phones = new Map<string, { readonly speaks_for: string[]; claimed_at: number }>();
  for (const { key, value } of settings) {
    const record = recordOfSetting(key, value);
    if (record !== undefined) yield { ...record, revision: 1, changed_at: 0 };
    if (!key.startsWith(CLAIM_PREFIX)) continue;
    const { client_id, secret_hash, claimed_at } = JSON.parse(value) as Claim;
    const phone = phones.get(secret_hash) ?? { speaks_for: [], claimed_at };
    phones.set(secret_hash, phone);
    phone.speaks_for.push(client_id);
    phone.claimed_at = Math.max(phone.claimed_at, claimed_at);
  }
  for (const [hash, value] of phones)
    yield { key: keyOf('phone', hash), value, revision: 1, changed_at: value.claimed_at };
}

/**
 * Acts that can be taken back, each with what it touched as that stood before, and the archive. Numbered anew, in their order:
 * two that fell into one commit shared a number.
 */
export function* recordsOfAside(rows: Iterable<AsideRow>): Iterable<StoredRecord> {
  const acts = new Map<string, { readonly why: ActReason; readonly at: number; readonly rows: AsideRow[] }>();
  const archive = new Map<string, AsideRow>();
  for (const row of rows) {
    if (row.why === 'archive') {
      archive.set(row.id, row); // the newest of each
      continue;
    }
    const name = `${row.act} ${row.why}`;
    const why = row.why === 'overwritten' ? 'joined' : (row.why as ActReason);
    const act = acts.get(name) ?? { why, at: row.at, rows: [] };
    acts.set(name, act);
    act.rows.push(row);
  }
  let number = 0;
  for (const { why, at, rows: touched } of acts.values()) {
    number += 1;
    const clients = touched.filter(({ kind }) => kind === 'client').length;
    yield { key: keyOf('act', String(number)), value: { why, at, clients }, revision: 1, changed_at: at };
    // What one act did twice ends where it began.
    const before = new Map(touched.toReversed().flatMap((row) => [...stoodBefore(row)]));
    for (const [key, stood] of before) {
      yield { key: keyOf('before', `${number}/${key}`), value: { stood }, revision: 1, changed_at: at };
    }
  }
  for (const [id, row] of archive) {
    const records = Object.fromEntries(stoodOfClient(row).filter(([, stood]) => stood !== null));
    yield { key: keyOf('archive', id), value: { records }, revision: 1, changed_at: row.at };
  }
}

const timesOf = ({ revision, changed_at }: ClientRow): Pick<Stood, 'revision' | 'changed_at'> => ({
  revision,
  changed_at,
});

/** A row that says nothing of marks leaves the field out: it may be of a time when there were none. */
function* valuesOfClient(row: ClientRow): Iterable<readonly [key: string, value: JsonObject]> {
  const { id, name, output, extra, seen_at, mute_all, marks } = row;
  yield [keyOf('mix', id), { ...(JSON.parse(row.mix) as JsonObject), mute_all: mute_all === 1 }];
  const said = marks === '' ? {} : { marks: JSON.parse(marks) as unknown };
  yield [keyOf('person', id), { name, ...said, seen_at }];
  if (output !== null) yield [keyOf('output', pairId(output)), { client_id: id }];
  if (extra !== NOTHING_EXTRA) yield [keyOf('unread', id), { json: extra }];
}

/** Undefined for one that says nothing, and for a claim, of which several make one record. */
function recordOfSetting(key: string, value: string): Pick<StoredRecord, 'key' | 'value'> | undefined {
  if (SAYS_NOTHING.has(value)) return undefined;
  if (key === CLIENT_ORDER)
    return { key: keyOf('house', HOUSE_ID), value: { order: JSON.parse(value) as unknown } };
  if (key === FILE_EXTRA) return { key: keyOf('unread', FILE_ID), value: { json: value } };
  return undefined;
}

const KEYS_OF_SETTINGS: Readonly<Record<string, string>> = {
  [CLIENT_ORDER]: keyOf('house', HOUSE_ID),
  [FILE_EXTRA]: keyOf('unread', FILE_ID),
};

function stoodBefore(row: AsideRow): readonly (readonly [key: string, stood: Stood | null])[] {
  if (row.kind === 'client') return stoodOfClient(row);
  const key = KEYS_OF_SETTINGS[row.id];
  if (key === undefined) return [];
  const record = recordOfSetting(row.id, row.before ?? '');
  return [[key, record === undefined ? null : { value: record.value, revision: 1, changed_at: row.at }]];
}

/** What was not there is null, so that taking an act back takes away what the act brought. */
function stoodOfClient({ id, before }: AsideRow): readonly (readonly [key: string, stood: Stood | null])[] {
  const stood = new Map<string, Stood | null>();
  for (const kind of ['mix', 'person', 'unread'] as const) stood.set(keyOf(kind, id), null);
  if (before !== null) {
    const row = clientRowOf(JSON.parse(before) as ClientRow);
    for (const [key, value] of valuesOfClient(row)) stood.set(key, { value, ...timesOf(row) });
  }
  return [...stood];
}
