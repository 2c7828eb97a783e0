/** The records that say what a musician's mix is, and the events that change them. */
import {
  type EventBody,
  joinedPatches,
  type JsonObject,
  pairId,
  type Patch,
  type Watched,
  type WireRecord,
} from '@foldback/protocol';
import type { MyMix } from '../../src/mixes/my-mix.ts';
import { patchOf, recordOf, type Wish } from '../../src/mixes/wish.ts';

/** What a mix record holds. */
export const mixValue = ({ mix, mute_all }: MyMix): JsonObject => ({ ...mix, mute_all });

/** What a person record holds. */
export const personValue = ({ marks }: MyMix, name: string): JsonObject => ({ name, marks, seen_at: 0 });

/** Of what everybody sees: the output that plays the mix. */
export const outputsOf = ({ client_id, output }: MyMix, revision = 1): WireRecord[] =>
  output === null
    ? []
    : [{ key: `output/${pairId(output)}`, revision, saved: revision, value: { client_id } }];

/** @param revision of the mix; the person is at 2 */
export const watchedOf = (state: MyMix, revision: number, saved = revision): Watched => ({
  client_id: state.client_id,
  records: [
    { key: `mix/${state.client_id}`, revision, saved, value: mixValue(state) },
    { key: `person/${state.client_id}`, revision: 2, saved: 2, value: personValue(state, 'Ana') },
  ],
  mix_number: state.mix_number,
});

/** Sam's hand on a record. */
export const samDid = (
  change: Pick<EventBody<'change'>, 'key' | 'base' | 'revision' | 'patch'>,
): EventBody<'change'> => ({
  ...change,
  author: 'sam',
  author_name: 'Sam',
  gesture: 's-1',
  reason: 'command',
  timestamp: 0,
});

/** Sam's hand on one of a musician's records: the one the wishes are about. */
export const fromSam = (state: MyMix, revision: number, first: Wish, ...others: Wish[]) =>
  samDid({
    key: recordOf(first, state.client_id),
    base: revision - 1,
    revision,
    patch: others.reduce<Patch>(
      (patch, wish) => joinedPatches(patch, patchOf(state.mix, wish)),
      patchOf(state.mix, first),
    ),
  });
