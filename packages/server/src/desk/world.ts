/** Every record the mixer plays by, as it stands. Only the desk changes it; steps read it. */
import { kinds, pairId, type KindName, type RecordOf, type ValueOf } from '@foldback/protocol';
import type { Client } from './client.ts';
import { OutputPairs } from './output-pairs.ts';
import { Speakers } from './speakers.ts';

/** What the interface offers; a channel or an output it lacks is refused (SPEC M2). */
export interface Stage {
  readonly inputs: number;
  readonly outputPairs: number;
}

export interface ReadableWorld {
  readonly stage: Stage;
  get<Kind extends KindName>(kind: Kind, id: string): RecordOf<Kind> | undefined;
  /** What is not there counts as its kind's empty value. */
  value<Kind extends KindName>(kind: Kind, id: string): ValueOf<Kind>;
  all<Kind extends KindName>(kind: Kind): IterableIterator<[id: string, record: RecordOf<Kind>]>;
  /** A musician with their records side by side; undefined without a mix. */
  client(id: string): Client | undefined;
  clients(): IterableIterator<Client>;
  readonly pairs: OutputPairs;
  readonly speakers: Speakers;
  isConnected(id: string): boolean;
  /** Whether a musician has been away for so long that what was lent to them is there for others. */
  isLongAway(id: string): boolean;
  /** Whether what is kept of a musician was cleared while they are here. */
  isLingering(id: string): boolean;
  /** Whether a record is among what is kept: here, and not of somebody who lingers. */
  isStored(kind: KindName, id: string): boolean;
}

type Shelves = { readonly [Kind in KindName]: Map<string, RecordOf<Kind>> };

/** What of a musician goes with them. */
export const CLIENT_KINDS = ['mix', 'person', 'unread'] as const satisfies readonly KindName[];
const OF_CLIENTS: ReadonlySet<KindName> = new Set(CLIENT_KINDS);
export const isOfClient = (kind: KindName): boolean => OF_CLIENTS.has(kind);

const NOBODY_IS_HERE = { isConnected: () => false, isLongAway: () => false };

export class World implements ReadableWorld {
  stage: Stage = { inputs: 0, outputPairs: 0 };
  readonly pairs = new OutputPairs();
  readonly speakers = new Speakers();
  readonly lingering = new Set<string>();
  readonly #presence: Pick<ReadableWorld, 'isConnected' | 'isLongAway'>;
  readonly #shelves = Object.fromEntries(
    Object.keys(kinds).map((kind) => [kind, new Map<string, RecordOf>()]),
  ) as Shelves;
  /** Put together when somebody asks, and anew when one of their records is another. */
  readonly #clients = new Map<string, Client>();

  constructor(presence: Pick<ReadableWorld, 'isConnected' | 'isLongAway'> = NOBODY_IS_HERE) {
    this.#presence = presence;
  }

  get<Kind extends KindName>(kind: Kind, id: string): RecordOf<Kind> | undefined {
    return this.#shelves[kind].get(id) as RecordOf<Kind> | undefined;
  }

  value<Kind extends KindName>(kind: Kind, id: string): ValueOf<Kind> {
    return this.get(kind, id)?.value ?? (kinds[kind].empty as ValueOf<Kind>);
  }

  all<Kind extends KindName>(kind: Kind): IterableIterator<[string, RecordOf<Kind>]> {
    return this.#shelves[kind].entries() as IterableIterator<[string, RecordOf<Kind>]>;
  }

  isConnected(id: string): boolean {
    return this.#presence.isConnected(id);
  }

  isLongAway(id: string): boolean {
    return this.#presence.isLongAway(id);
  }

  isLingering(id: string): boolean {
    return this.lingering.has(id);
  }

  isStored(kind: KindName, id: string): boolean {
    return this.#shelves[kind].has(id) && !(isOfClient(kind) && this.lingering.has(id));
  }

  get size(): number {
    return this.#shelves.mix.size;
  }

  client(id: string): Client | undefined {
    const known = this.#clients.get(id);
    if (known !== undefined) return known;
    const mix = this.#shelves.mix.get(id);
    if (mix === undefined) return undefined;
    const { name, marks, seen_at } = this.value('person', id);
    const client: Client = {
      id,
      mix: mix.value,
      name,
      output: this.pairs.pairOf(id) ?? null,
      marks,
      revision: mix.revision,
      changed_at: mix.changed_at,
      seen_at,
    };
    this.#clients.set(id, client);
    return client;
  }

  *clients(): IterableIterator<Client> {
    for (const id of this.#shelves.mix.keys()) {
      const client = this.client(id);
      if (client !== undefined) yield client;
    }
  }

  /** One record is another from now on; undefined takes it away. Kinds that are not resident are not held here. */
  set<Kind extends KindName>(kind: Kind, id: string, record: RecordOf<Kind> | undefined): void {
    if (!kinds[kind].resident) return;
    const shelf = this.#shelves[kind] as Map<string, RecordOf>;
    const before = shelf.get(id);
    if (this.#clients.size > 0)
      for (const clientId of clientsOf(kind, id, before, record)) this.#clients.delete(clientId);
    if (record === undefined) shelf.delete(id);
    else shelf.set(id, record);
    if (kind === 'output') this.pairs.note(id, record as RecordOf<'output'> | undefined);
    if (kind === 'phone') {
      this.speakers.note(id, before as RecordOf<'phone'>, record as RecordOf<'phone'> | undefined);
    }
  }
}

/** Everything that is kept of one musician, as it stands: their records and their output's. */
export function* recordsOf(world: ReadableWorld, id: string): Generator<[KindName, string, RecordOf]> {
  for (const kind of CLIENT_KINDS) {
    const record = world.get(kind, id);
    if (record !== undefined) yield [kind, id, record];
  }
  const pair = world.pairs.pairOf(id);
  const output = pair === undefined ? undefined : world.get('output', pairId(pair));
  if (pair !== undefined && output !== undefined) yield ['output', pairId(pair), output];
}

/** The musicians a record is about. */
export function clientsOf(kind: KindName, id: string, ...records: (RecordOf | undefined)[]): string[] {
  if (kind === 'mix' || kind === 'person') return [id];
  if (kind !== 'output') return [];
  return (records as (RecordOf<'output'> | undefined)[]).flatMap((record) => record?.value.client_id ?? []);
}
