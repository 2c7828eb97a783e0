/** Sole owner of the current state of every mix. Everything that alters sound passes through here. */
import { EMPTY_MIX, NO_MARKS, Refusal, type Change, type CommandBody } from '@foldback/protocol';
import {
  NotSavedError,
  type ArchivedState,
  type Loaded,
  type OlderClient,
  type StateStore,
} from '../store/state-store.ts';
import type { AfterAct } from '../store/store-admin.ts';
import { changesBetween, everythingOf } from './changes.ts';
import type { Client } from './client.ts';
import { edits, updateMix, type EditCommand, type MixUpdate, type Stage } from './edits.ts';

/** Whose hand it was. One object per connection, so that the author can be told from the audience. */
export interface Author {
  readonly clientId: string;
  readonly name: string;
}

export const SERVER_AUTHOR: Author = { clientId: 'server', name: 'Foldback' };

/** An accepted change, for those who see the mix. */
export interface DeskChange {
  readonly before: Client;
  readonly after: Client;
  readonly changes: readonly Change[];
  readonly author: Author;
}

/**
 * Where effects go, in this order: hear first, show second, keep third. None of them throws into the desk:
 * each reports its own trouble.
 */
export interface Outlets {
  /** `before` is undefined for a mix that appears, `after` for one that goes. */
  hear(before: Client | undefined, after: Client | undefined): void;
  show(change: DeskChange): void;
  /** The list of musicians, or something in it, is another. */
  showList(): void;
  /** This revision of a client is on disk. */
  showSaved(id: string, revision: number): void;
  readonly store: StateStore;
}

export interface DeskOptions {
  readonly outlets: Outlets;
  /** ms since 1970. */
  readonly now: () => number;
  /** Gives a musician nobody has seen before the first free output pair. */
  readonly autoRoute: boolean;
}

/** Commands answered when they are on disk. */
type KeptCommand = 'set_output' | 'set_client_name' | 'mark_channels';
/** What they change. */
const KEPT_FIELDS = ['name', 'marks', 'output'] as const;

/** The engine's routes hold them as int32, where negative means none. */
const MIX_NUMBERS = 2 ** 31;

export class Desk {
  readonly #clients = new Map<string, Client>();
  readonly #mixNumbers = new Map<string, number>();
  readonly #numbersTaken = new Set<number>();
  readonly #savedRevisions = new Map<string, number>();
  /** How many phones are connected, by client; absent for none. */
  readonly #presence = new Map<string, number>();
  /** Connected clients whose saved state was cleared: they go for good when they disconnect unchanged. */
  readonly #cleared = new Set<string>();
  /** The last revision of those who were forgotten: pages that still watch them only accept revisions that grow. */
  readonly #forgottenRevisions = new Map<string, number>();
  /**
   * Everybody as they were when an act on many began; nobody when there is none. That one of them comes or goes meanwhile is
   * not sent to the disk at once: it would put a mix there that the act has just taken away, or the older one over what the
   * act has brought.
   */
  #heldBack: ReadonlyMap<string, Client> = new Map();
  /** Acts on many go one after the other. */
  #lastAct: Promise<unknown> = Promise.resolve();
  /** By client: the kept change that waits for the disk, and those behind it. Never rejects. */
  readonly #keeping = new Map<string, Promise<unknown>>();
  readonly #options: DeskOptions;
  readonly #outlets: Outlets;
  #order: readonly string[] = [];
  #stage: Stage = { inputs: 0, outputPairs: 0 };

  constructor(options: DeskOptions) {
    this.#options = options;
    this.#outlets = options.outlets;
  }

  /** Takes in what the store had. Nothing is heard yet: the engine asks for `clients()` when it opens. */
  restore(loaded: Loaded): void {
    for (const client of loaded.clients) {
      this.#put(client);
      this.#savedRevisions.set(client.id, client.revision);
    }
    this.#order = loaded.order;
    for (const client of this.#withoutAPair(this.#clients)) {
      this.#accept(client, { ...client, output: null }, SERVER_AUTHOR, true);
    }
  }

  /**
   * An act on everything saved (restore, import, undo): what it leaves behind becomes what is played and seen. A mix moved,
   * and a musician who came, while the store was busy are newer and stay; somebody who is connected keeps playing what
   * they have.
   *
   * @returns how many clients the act changed
   */
  takeOver(act: () => Promise<AfterAct>): Promise<number> {
    return this.#actOnMany(act, ({ clients, order, changed }, began) => {
      const gone = new Set(began.keys());
      const next = new Map<string, Client>();
      for (const row of clients) {
        gone.delete(row.id);
        const client = this.#newest(row, began.get(row.id));
        if (client !== undefined) next.set(row.id, client);
      }
      for (const id of gone) if (this.#isAsIn(began, id)) this.#drop(id);
      this.#order = order;
      this.#appear(next);
      this.#outlets.showList();
      return changed;
    });
  }

  /** The device that is open now: which channels and outputs may be asked for. */
  setStage(stage: Stage): void {
    this.#stage = stage;
  }

  get order(): readonly string[] {
    return this.#order;
  }

  clients(): IterableIterator<Client> {
    return this.#clients.values();
  }

  get size(): number {
    return this.#clients.size;
  }

  find(id: string): Client | undefined {
    return this.#clients.get(id);
  }

  /** @throws Refusal unknown_client */
  get(id: string, field = 'client_id'): Client {
    const client = this.#clients.get(id);
    if (!client)
      throw new Refusal('unknown_client', field, `${field}: there is no client ${JSON.stringify(id)}`);
    return client;
  }

  /**
   * Names the client's mix in the engine and in meter frames. The same after a restart of the server, because the engine plays
   * on meanwhile; but for two ids in two thousand million, which then change places.
   */
  mixNumber(id: string): number {
    let number = this.#mixNumbers.get(id);
    if (number === undefined) {
      number = hashOf(id);
      while (this.#numbersTaken.has(number)) number = (number + 1) % MIX_NUMBERS;
      this.#mixNumbers.set(id, number);
      this.#numbersTaken.add(number);
    }
    return number;
  }

  /** The newest revision of a client known to be on disk; 0 for none. */
  savedRevision(id: string): number {
    return this.#savedRevisions.get(id) ?? 0;
  }

  /** The store says what is on disk. */
  noteSaved(id: string, revision: number): void {
    if (revision <= this.savedRevision(id)) return;
    this.#savedRevisions.set(id, revision);
    this.#outlets.showSaved(id, revision);
  }

  isConnected(id: string): boolean {
    return this.#presence.has(id);
  }

  /**
   * A musician appears: for the first time, with an older mix or none, or out of the archive, as they were. The pair they
   * had is theirs again unless somebody else plays on it by now.
   */
  admit(id: string, name: string | null, older?: OlderClient): Client {
    const now = this.#options.now();
    const archived = older?.from === 'archive' ? older.client : undefined;
    const client: Client = {
      id,
      mix: archived?.mix ?? (older?.from === 'devices.json' ? older.mix : EMPTY_MIX),
      name: archived?.name ?? name,
      output: this.#outputFor(archived?.output ?? null),
      mute_all: archived?.mute_all ?? false,
      marks: archived?.marks ?? NO_MARKS,
      revision: this.#revisionAbove(id, (archived?.revision ?? 0) + 1),
      changed_at: archived?.changed_at ?? now,
      seen_at: now,
    };
    this.#show(undefined, client, SERVER_AUTHOR);
    this.#outlets.showList();
    this.#outlets.store.record(client);
    return client;
  }

  /** The store has put these into its archive: whoever is not here and is still as it was there goes, and comes back with it. */
  noteArchived(states: readonly ArchivedState[]): void {
    for (const { id, revision, seen_at } of states) {
      const client = this.#clients.get(id);
      if (client?.revision === revision && client.seen_at === seen_at && !this.isConnected(id))
        this.#drop(id);
    }
  }

  /** What is left of a musician who was let in without waiting for it: theirs again, unless they have begun another mix. */
  bringBack(id: string, older: OlderClient): void {
    const client = this.find(id);
    if (client?.mix !== EMPTY_MIX) return;
    const { mix, marks, name } = older.from === 'archive' ? older.client : { ...client, mix: older.mix };
    this.#accept(client, { ...client, mix, marks, name: name ?? client.name }, SERVER_AUTHOR, true);
  }

  /** One more phone of this musician is here. */
  arrive(id: string): void {
    const phones = this.#presence.get(id) ?? 0;
    this.#presence.set(id, phones + 1);
    if (phones === 0) this.#presenceChanged(id);
  }

  /** One phone less. */
  leave(id: string): void {
    const phones = this.#presence.get(id) ?? 0;
    if (phones > 1) {
      this.#presence.set(id, phones - 1);
      return;
    }
    this.#presence.delete(id);
    if (this.#cleared.has(id)) this.#forget(id);
    else this.#presenceChanged(id);
  }

  /** A live change: heard, shown and on its way to the disk when this returns. @throws Refusal and changes nothing */
  run<T extends EditCommand>(type: T, id: string, body: CommandBody<T>, author: Author): Client {
    const before = this.get(id, 'target_client_id');
    return this.#accept(before, edits[type](before, body, this.#stage), author, true);
  }

  /** What subscribe and import bring: several values of one mix. @throws Refusal and changes nothing */
  update(id: string, update: MixUpdate, author: Author): Client {
    const before = this.get(id);
    return this.#accept(before, updateMix(before, update, this.#stage), author, true);
  }

  /**
   * A kept change: heard and shown at once, answered when it is on disk. When the disk refuses it is taken back, so that
   * what people see is what they will find tomorrow. One waits for the disk at a time: the next stands on what is saved.
   *
   * @throws Refusal and changes nothing
   */
  runKept<T extends KeptCommand>(type: T, id: string, body: CommandBody<T>, author: Author): Promise<Client> {
    const first = this.#keeping.get(id);
    const run = () => this.#runKeptNow(type, id, body, author);
    const kept = first ? first.then(run) : run();
    const settled = kept
      .catch(() => undefined)
      .then(() => {
        if (this.#keeping.get(id) === settled) this.#keeping.delete(id);
      });
    this.#keeping.set(id, settled);
    return kept;
  }

  /** Gives a mix an output pair, taking it from whoever had it: for `--route`, where the person at the computer decides. */
  assignOutput(id: string, output: number): void {
    for (const other of this.#clients.values()) {
      if (other.output === output && other.id !== id) {
        this.#accept(other, { ...other, output: null }, SERVER_AUTHOR, true);
      }
    }
    const before = this.get(id);
    this.#accept(before, edits.set_output(before, { output }, this.#stage), SERVER_AUTHOR, true);
  }

  /**
   * Forgets the saved state of clients (SPEC S8). A mix nobody is connected to goes out of the engine; one that somebody is
   * playing with goes on sounding as it is until they leave, because nobody's ears are cleared in the middle of a song. One
   * that is moved while the disk is at it stays: the move is newer.
   *
   * @returns how many had a saved state
   * @throws Refusal when the disk refused; nothing is then cleared
   */
  clear(ids: readonly string[]): Promise<number> {
    const clear = async (): Promise<readonly string[]> => {
      const known = ids.filter((id) => this.isKept(id));
      await this.#outlets.store.clear(known);
      return known;
    };
    return this.#actOnMany(clear, (known, began) => {
      for (const id of known) if (this.#isAsIn(began, id)) this.#drop(id);
      return known.length;
    });
  }

  /** Whether a client's state is among the saved ones: cleared ones are not until they change again. */
  isKept(id: string): boolean {
    return this.#clients.has(id) && !this.#cleared.has(id);
  }

  /** @throws Refusal when the disk refused */
  async setOrder(order: readonly string[]): Promise<void> {
    try {
      await this.#outlets.store.keepOrder(order);
    } catch (error) {
      throw asRefusal(error);
    }
    this.#order = order;
    this.#outlets.showList();
  }

  /** Clients in the order people chose, then the others as they came. */
  *listed(): Generator<Client> {
    const first = new Set(this.#order);
    for (const id of this.#order) {
      const client = this.#clients.get(id);
      if (client) yield client;
    }
    for (const client of this.#clients.values()) if (!first.has(client.id)) yield client;
  }

  /**
   * Waits for its turn and for the store; `finish` sees everybody as they were when the act began. Whoever moved, came or
   * went meanwhile goes to the disk once more, since the act may have come after what they had recorded.
   *
   * @throws Refusal when the disk refused
   */
  #actOnMany<Result, Answer>(
    act: () => Promise<Result>,
    finish: (result: Result, began: ReadonlyMap<string, Client>) => Answer,
  ): Promise<Answer> {
    const done = this.#lastAct.then(async () => {
      const began = new Map(this.#clients);
      this.#heldBack = began;
      let stirred: Client[] = [];
      try {
        const result = await act().finally(() => {
          this.#heldBack = new Map();
          stirred = [...this.#clients.values()].filter((now) => began.get(now.id) !== now);
        });
        return finish(result, began);
      } catch (error) {
        throw asRefusal(error);
      } finally {
        for (const { id } of stirred) if (this.isKept(id)) this.#outlets.store.record(this.get(id));
      }
    });
    this.#lastAct = done.catch(() => undefined);
    return done;
  }

  #isAsIn(began: ReadonlyMap<string, Client>, id: string): boolean {
    return this.#clients.get(id)?.revision === began.get(id)?.revision;
  }

  /** The saved state of a client is gone: so is the client, now or when they leave. */
  #drop(id: string): void {
    this.#savedRevisions.delete(id);
    if (this.isConnected(id)) this.#cleared.add(id);
    else this.#forget(id);
  }

  async #runKeptNow<T extends KeptCommand>(
    type: T,
    id: string,
    body: CommandBody<T>,
    author: Author,
  ): Promise<Client> {
    const before = this.get(id, 'target_client_id');
    const edited = edits[type](before, body, this.#stage);
    if (edited.output !== before.output) this.#requireFreeOutput(edited.output, id);
    const after = this.#accept(before, edited, author, false);
    try {
      await this.#outlets.store.keepClient(after);
    } catch (error) {
      this.#takeBack(before, after);
      throw asRefusal(error);
    }
    return after;
  }

  /** Of a refused change, what nobody has changed since; an output pair that somebody took meanwhile stays theirs. */
  #takeBack(before: Client, refused: Client): void {
    const now = this.find(refused.id);
    if (!now) return;
    const isStill = (field: (typeof KEPT_FIELDS)[number]) =>
      refused[field] !== before[field] && now[field] === refused[field];
    const freed = this.#playerOf(before.output, now.id) ? null : before.output;
    const undone: Client = {
      ...now,
      name: isStill('name') ? before.name : now.name,
      marks: isStill('marks') ? before.marks : now.marks,
      output: isStill('output') ? freed : now.output,
    };
    if (KEPT_FIELDS.some((field) => undone[field] !== now[field]))
      this.#accept(now, undone, SERVER_AUTHOR, true);
  }

  #accept(before: Client, edited: Client, author: Author, record: boolean): Client {
    if (edited === before) return before;
    const after: Client = { ...edited, revision: before.revision + 1, changed_at: this.#options.now() };
    this.#show(before, after, author);
    if (before.name !== after.name || before.output !== after.output) this.#outlets.showList();
    if (record) this.#outlets.store.record(after);
    return after;
  }

  /** A state becomes the one that is heard, then the one that is seen. */
  #show(before: Client | undefined, after: Client, author: Author): void {
    const wasForgotten = this.#forgottenRevisions.delete(after.id);
    this.#put(after);
    this.#cleared.delete(after.id);
    this.#outlets.hear(before, after);
    if (before) this.#outlets.show({ before, after, changes: changesBetween(before, after), author });
    else if (wasForgotten) {
      this.#outlets.show({ before: after, after, changes: everythingOf(after), author });
    }
  }

  /**
   * What holds after an act, of what it left in the store and what is here. @param was as it was when the act began
   * @returns undefined when nothing is to be done
   */
  #newest(row: Client, was: Client | undefined): Client | undefined {
    const own = this.#clients.get(row.id);
    if (own !== undefined && own.revision !== was?.revision) {
      // Pages and the store only accept revisions that grow, also where the act came before what is here.
      return own.revision > row.revision ? undefined : { ...own, revision: row.revision + 1 };
    }
    this.noteSaved(row.id, row.revision);
    if (own === undefined) return { ...row, revision: this.#revisionAbove(row.id, row.revision) };
    if (row.revision <= own.revision) return undefined;
    return { ...row, seen_at: Math.max(row.seen_at, own.seen_at) };
  }

  /** Many states at once: whose pair it is is settled before any of them is heard. */
  #appear(arrived: ReadonlyMap<string, Client>): void {
    const before = new Map(this.#clients);
    const next = new Map(arrived);
    for (const client of this.#withoutAPair(new Map([...before, ...arrived]))) {
      const { id, revision } = client;
      next.set(id, { ...client, output: null, revision: revision + 1, changed_at: this.#options.now() });
    }
    for (const [id, client] of next) this.#clients.set(id, client);
    for (const [id, client] of next) {
      this.#show(before.get(id), client, SERVER_AUTHOR);
      if (client.revision > this.savedRevision(id)) this.#outlets.store.record(client);
    }
  }

  /**
   * Those who must give way, where states of different times claim one pair. A pair plays one mix: that of whoever is
   * connected, and of those whoever plays there now; else whoever comes first.
   */
  #withoutAPair(clients: ReadonlyMap<string, Client>): Client[] {
    const claim = (client: Client): number =>
      (this.isConnected(client.id) ? 2 : 0) +
      (this.#clients.get(client.id)?.output === client.output ? 1 : 0);
    const holders = new Map<number, Client>();
    const losers: Client[] = [];
    for (const client of clients.values()) {
      if (client.output === null) continue;
      const holder = holders.get(client.output);
      const loses = holder !== undefined && claim(holder) >= claim(client);
      if (!loses) holders.set(client.output, client);
      if (holder !== undefined) losers.push(loses ? client : holder);
    }
    return losers;
  }

  /** @param least what it would be without a past */
  #revisionAbove(id: string, least: number): number {
    return Math.max(least, (this.#forgottenRevisions.get(id) ?? 0) + 1);
  }

  #presenceChanged(id: string): void {
    const before = this.#clients.get(id);
    if (!before) return;
    const after = { ...before, seen_at: this.#options.now() };
    this.#clients.set(id, after);
    this.#outlets.hear(before, after);
    this.#outlets.showList();
    if (!this.#cleared.has(id) && !this.#heldBack.has(id)) this.#outlets.store.record(after);
  }

  #forget(id: string): void {
    const client = this.#clients.get(id);
    if (client) this.#forgottenRevisions.set(id, client.revision);
    this.#clients.delete(id);
    this.#cleared.delete(id);
    this.#savedRevisions.delete(id);
    this.#outlets.hear(client, undefined);
    this.#outlets.showList();
  }

  #put(client: Client): void {
    this.#clients.set(client.id, client);
    this.mixNumber(client.id);
  }

  /** The pair somebody had, when it is free; else a free one, when that is wished. */
  #outputFor(had: number | null): number | null {
    const taken = new Set<number | null>();
    for (const client of this.#clients.values()) taken.add(client.output);
    if (had !== null && !taken.has(had)) return had;
    if (!this.#options.autoRoute) return null;
    for (let pair = 0; pair < this.#stage.outputPairs; pair++) if (!taken.has(pair)) return pair;
    return null;
  }

  /** Whose mix an output pair plays, other than one client's; undefined when it is free for them. */
  #playerOf(output: number | null, exceptId: string): Client | undefined {
    if (output === null) return undefined;
    for (const other of this.#clients.values())
      if (other.output === output && other.id !== exceptId) return other;
    return undefined;
  }

  #requireFreeOutput(output: number | null, id: string): void {
    const other = this.#playerOf(output, id);
    if (output === null || !other) return;
    const outputs = `outputs ${2 * output + 1}-${2 * output + 2}`;
    throw new Refusal(
      'output_taken',
      'output',
      `output: pair ${output} (${outputs}) plays the mix of ${other.name ?? other.id}`,
    );
  }
}

/** FNV-1a (Fowler, Noll, Vo; public domain), as a mix number. */
function hashOf(id: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(id)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0) % MIX_NUMBERS;
}

function asRefusal(error: unknown): unknown {
  return error instanceof NotSavedError ? new Refusal('not_saved', '', error.message) : error;
}
