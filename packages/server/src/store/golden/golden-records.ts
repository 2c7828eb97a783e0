/** What every golden store has in it, whatever its version: people, an order, a phone, acts that can be taken back, an archive. */
import { HOUSE_ID, keyOf, pairId, type KindName } from '@foldback/protocol';
import type { StoredRecord } from '../record-row.ts';

const AT = Date.UTC(2026, 6, 31, 20, 15);

const record = (
  kind: KindName,
  id: string,
  value: StoredRecord['value'],
  revision = 1,
  changed_at = AT,
): StoredRecord => ({ key: keyOf(kind, id), value, revision, changed_at });

const mix = (part: object, mute_all = false): StoredRecord['value'] => ({
  ...{ channels: [], gains: {}, pans: {}, mutes: {}, solos: [], master_gain: 1 },
  ...part,
  mute_all,
});
const NO_MARKS = { mine: [], hidden: [] };
const stood = (value: StoredRecord['value'], changed_at = AT) => ({ value, revision: 1, changed_at });

export const goldenRecords: readonly StoredRecord[] = [
  record(
    'mix',
    'Ana María (voz)',
    mix({ channels: [0, 2], gains: { 0: 0.7071, 2: 1.5, 9: 0.25 }, pans: { 9: -1 }, master_gain: 0.9 }),
    1,
    1_712_345_600_000,
  ),
  record('person', 'Ana María (voz)', { name: null, marks: NO_MARKS, seen_at: AT }, 1, 1_712_345_600_000),
  record('unread', 'Ana María (voz)', { json: '{"colour":"red"}' }, 1, 1_712_345_600_000),
  record(
    'mix',
    'drummer',
    mix({ channels: [1, 3], gains: { 1: 1 }, mutes: { 1: true }, solos: [1], master_gain: 1.25 }),
    1,
    1_712_345_600_001,
  ),
  record('person', 'drummer', { name: null, marks: NO_MARKS, seen_at: AT }, 1, 1_712_345_600_001),
  record(
    'mix',
    'leo',
    mix(
      {
        channels: [0, 3],
        gains: { 0: 0.7071067811865476, 3: 10 },
        pans: { 0: -1 },
        mutes: { 3: true },
        solos: [3],
        master_gain: 1.25,
      },
      true,
    ),
    42,
    AT + 0.5,
  ),
  record(
    'person',
    'leo',
    { name: 'Leo – batería', marks: { mine: [3], hidden: [0, 31] }, seen_at: AT },
    42,
    AT + 0.5,
  ),
  record('output', pairId(2), { client_id: 'leo' }, 42, AT + 0.5),
  record('unread', '', { json: '{"top":{"comment":"saved before the tour"},"entries":[]}' }, 1, 0),
  record('house', HOUSE_ID, { order: ['leo', 'drummer'] }, 1, 0),
  record('phone', 'abc', { speaks_for: ['leo'], claimed_at: AT }),
  record('act', '1', { why: 'import', at: AT, clients: 2 }),
  ...['mix', 'person', 'unread'].flatMap((kind) =>
    ['Ana María (voz)', 'drummer'].map((id) => record('before', `1/${kind}/${id}`, { stood: null })),
  ),
  record('before', '1/unread/', { stood: null }),
  record('act', '2', { why: 'clear', at: AT + 1000, clients: 1 }, 1, AT + 1000),
  record('before', '2/mix/gone', { stood: stood(mix({})) }, 1, AT + 1000),
  record('before', '2/person/gone', { stood: stood({ name: null, seen_at: AT }) }, 1, AT + 1000),
  record('before', '2/unread/gone', { stood: null }, 1, AT + 1000),
  record(
    'archive',
    'old',
    {
      records: {
        'mix/old': stood(mix({ channels: [5] }), 0),
        'person/old': stood({ name: 'Old', seen_at: 0 }, 0),
      },
    },
    1,
    AT + 2000,
  ),
];
