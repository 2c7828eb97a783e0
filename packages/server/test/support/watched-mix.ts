/** One musician as a test looks at them: their records side by side, and what a change of the mix moved, one value at a time. */
import {
  EMPTY_MIX,
  GAIN_DEFAULT,
  NO_MARKS,
  PAN_DEFAULT,
  pairId,
  keyOf,
  type EventBody,
  type Marks,
  type Mix,
  type MixChange,
  type MixValue,
  type ValueOf,
  type Watched,
  type WireRecord,
} from '@foldback/protocol';

export interface WatchedMix {
  readonly client_id: string;
  readonly mix: Mix;
  readonly mute_all: boolean;
  /** Of the mix. */
  readonly revision: number;
  /** The newest revision of the mix known to be on disk. */
  readonly saved_revision: number;
  readonly name: string | null;
  readonly marks: Marks;
  readonly mix_number: number;
}

/** The records of a watched musician as one. */
export function flat({ client_id, records, mix_number }: Watched): WatchedMix {
  const valueOf = (kind: 'mix' | 'person'): WireRecord | undefined =>
    records.find(({ key }) => key === keyOf(kind, client_id));
  const found = valueOf('mix');
  const { mute_all, ...mix } = (found?.value ?? { ...EMPTY_MIX, mute_all: false }) as unknown as MixValue;
  const { name, marks } = (valueOf('person')?.value ?? { name: null, marks: NO_MARKS }) as ValueOf<'person'>;
  return {
    client_id,
    mix,
    mute_all,
    revision: found?.revision ?? 0,
    saved_revision: found?.saved ?? 0,
    name,
    marks,
    mix_number,
  };
}

type Values = Readonly<Record<string, unknown>>;

/** What an event says of gains, pans, mutes, the master and mute-all; of lists it only says that they are others. */
export function changesOf({ key, patch }: EventBody<'change'>): MixChange[] {
  if (!key.startsWith('mix/') || patch === null) return [];
  const entries = (table: string, byDefault: unknown): [number, unknown][] =>
    Object.entries((patch[table] ?? {}) as Values).map(([channel, value]) => [
      Number(channel),
      value ?? byDefault,
    ]);
  const changes = [
    ...entries('gains', GAIN_DEFAULT).map(([channel, value]) => ({ type: 'gain', channel, value })),
    ...entries('pans', PAN_DEFAULT).map(([channel, value]) => ({ type: 'pan', channel, value })),
    ...entries('mutes', false).map(([channel, value]) => ({ type: 'mute', channel, value })),
    ...['master_gain', 'mute_all']
      .filter((type) => type in patch)
      .map((type) => ({ type, value: patch[type] })),
  ];
  return changes as MixChange[];
}

/** Which pairs play whose mix, as a page keeps them: from the answer to hello, and from every change since. */
export class OutputsHeard {
  readonly #players = new Map<string, string | null>();

  greeted(records: readonly WireRecord[]): void {
    for (const { key, value } of records) this.#note(key, value);
  }

  changed({ key, patch }: EventBody<'change'>): void {
    this.#note(key, patch ?? { client_id: null });
  }

  pairOf(clientId: string, pairs = 64): number | null {
    const pair = Array.from({ length: pairs }, (_, index) => index).find(
      (each) => this.#players.get(keyOf('output', pairId(each))) === clientId,
    );
    return pair ?? null;
  }

  #note(key: string, value: Values): void {
    if (key.startsWith('output/') && 'client_id' in value) {
      this.#players.set(key, value['client_id'] as string | null);
    }
  }
}
