/** One musician's mix as it is drawn: what the records say of it. Pure. */
import {
  type Colour,
  EMPTY_MIX,
  type Marks,
  type Mix,
  type MixValue,
  NO_MARKS,
  THIS_COMPUTER,
  type ValueOf,
  type Watched,
} from '@foldback/protocol';
import type { RecordStore } from './record-store.ts';

export interface MyMix {
  readonly client_id: string;
  readonly mix: Mix;
  readonly mute_all: boolean;
  readonly marks: Marks;
  /** Theirs by choice; absent or null for the one that is found for them. */
  readonly colour?: Colour | null;
  /** The output pair that plays it, from 0; null for none. */
  readonly output: number | null;
  /** Names the mix in binary meter frames. */
  readonly mix_number: number;
}

const OUTPUT = `output/${THIS_COMPUTER}/`;

/** Of so many output pairs, those that play nobody else. */
export function openPairs({ client_id, records }: Omit<Watched, 'mix_number'>, pairs: number): number[] {
  const taken = new Set(
    records.flatMap(({ key, value }) => (value['client_id'] === client_id ? [] : value['client_id'] && key)),
  );
  return Array.from({ length: pairs }, (_, pair) => pair).filter((pair) => !taken.has(OUTPUT + pair));
}

/** A record that is not there, and a field that it lacks, counts as empty. */
export function myMixOf(records: RecordStore, clientId: string, mixNumber: number): MyMix {
  const value: Partial<MixValue> = records.value(`mix/${clientId}`);
  const { mute_all = false, ...mix } = { ...EMPTY_MIX, ...value };
  const { marks = NO_MARKS, colour = null }: Partial<ValueOf<'person'>> = records.value(`person/${clientId}`);
  const output = records.all().find(({ key, value: { client_id } }) => {
    return client_id === clientId && key.startsWith(OUTPUT);
  });
  return {
    client_id: clientId,
    mix,
    mute_all,
    marks,
    colour,
    output: output === undefined ? null : Number(output.key.slice(OUTPUT.length)),
    mix_number: mixNumber,
  };
}
