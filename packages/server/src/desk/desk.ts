/** Sole owner of the world. Everything that alters sound passes through apply(). */
import { commands, splitKey, type CommandAnswer, type CommandBody, type RecordOf } from '@foldback/protocol';
import {
  NotSavedError,
  type CommitOutcome,
  type FoundStore,
  type SavedRevision,
  type StoreBatch,
  type StateStore,
  type StoreDurability,
  type StoreWrite,
} from '../store/state-store.ts';
import { admitted, broughtBack, type OlderClient } from './arrivals.ts';
import { MIXER, type Author } from './author.ts';
import type { Client } from './client.ts';
import { Keeping, notSaved } from './keeping.ts';
import { MixNumbers } from './mix-numbers.ts';
import { Presence } from './presence.ts';
import { steps, type StepCommand } from './steps/all.ts';
import { updateMix, type MixUpdate } from './steps/mix.ts';
import { assigned, helpedOut, released } from './steps/output.ts';
import { seen } from './steps/person.ts';
import { requireClient } from './steps/step.ts';
import { takenBack } from './taking-back.ts';
import { World, type ReadableWorld, type Stage } from './world.ts';
import { WorldEditor, type Effects, type Occasion, type Reason } from './world-editor.ts';
import type { RecordChange, Write } from './write.ts';

/** What goes with a change. */
export interface Circumstances extends Occasion {
  readonly durability: StoreDurability;
  /** SHA-256 of the file people know that this takes in. */
  readonly takenIn?: string | undefined;
}

/** Where effects go, in this order: hear first, show second, keep third. */
export interface Outlets extends Effects {
  /** This revision of a record is on disk. */
  showSaved(key: string, revision: number): void;
  readonly store: StateStore;
}

export interface DeskOptions {
  readonly outlets: Outlets;
  /** ms since 1970. */
  readonly now: () => number;
  /** Gives a musician who has none an output pair when they come. */
  readonly autoRoute: boolean;
  /** For so long, in ms, a pair that is lent waits for a musician who has left. */
  readonly outputWaitMs: number;
  /** Tells this run of the server from others, in the names of gestures. */
  readonly run?: string;
}

/** What apply() has done, and when it is on disk. */
export interface Applied {
  readonly changes: readonly RecordChange[];
  /** What the store was told. */
  readonly writes: readonly StoreWrite[];
  readonly durable: Promise<CommitOutcome>;
}

const NOTHING: Applied = { changes: [], writes: [], durable: Promise.resolve({ kind: 'committed' }) };

/** So often in a row may another server be quicker. */
const CONFLICTS_MAX = 8;

export class Desk {
  readonly #presence: Presence;
  readonly #world: World = new World({
    isConnected: (id) => this.#presence.has(id),
    isLongAway: (id) => this.#presence.isLongAway(id, this.#world.value('person', id).seen_at),
  });
  readonly #numbers = new MixNumbers();
  readonly #keeping = new Keeping();
  /** By musician: the kept change that waits for the disk, and those behind it. Never rejects. */
  readonly #waiting = new Map<string, Promise<unknown>>();
  readonly #editor: WorldEditor;
  #lastLive: Promise<CommitOutcome> | undefined;
  readonly #options: DeskOptions;
  readonly #outlets: Outlets;

  constructor(options: DeskOptions) {
    this.#options = options;
    this.#outlets = options.outlets;
    const { now, outputWaitMs, run = now().toString(36) } = options;
    this.#presence = new Presence(now, outputWaitMs);
    this.#editor = new WorldEditor(this.#world, this.#outlets, now, run);
  }

  get world(): ReadableWorld {
    return this.#world;
  }

  get keeping(): Keeping {
    return this.#keeping;
  }

  get now(): number {
    return this.#options.now();
  }

  /** Takes in what the store had. Nothing is heard yet: the engine asks for every mix when it opens. */
  restore({ records, storeId, commits }: Pick<FoundStore, 'records' | 'storeId' | 'commits'>): void {
    this.#keeping.store = { storeId, commits };
    for (const record of records) this.adopt(record);
  }

  /** A record as the store has it, without a word to anybody. */
  adopt(record: RecordOf): void {
    const { kind, id } = splitKey(record.key);
    this.#world.set(kind, id, record);
    this.#keeping.found(record);
  }

  /** The interface that is open now: which channels and outputs may be asked for. */
  setStage(stage: Stage): void {
    this.#world.stage = stage;
  }

  get size(): number {
    return this.#world.size;
  }

  clients(): IterableIterator<Client> {
    return this.#world.clients();
  }

  find(id: string): Client | undefined {
    return this.#world.client(id);
  }

  /** @throws Refusal unknown_client */
  get(id: string, field = 'client_id'): Client {
    requireClient(this.#world, id, field);
    return this.#world.client(id) as Client;
  }

  /** Names the client's mix in the engine and in meter frames. */
  mixNumber(id: string): number {
    return this.#numbers.of(id);
  }

  isConnected(id: string): boolean {
    return this.#presence.has(id);
  }

  /** Whether a client's state is among the saved ones: cleared ones are not until they change again. */
  isKept(id: string): boolean {
    return this.#world.isStored('mix', id);
  }

  /** Made here in this run, and moved by nobody since. */
  isUntouched(key: string): boolean {
    return this.#editor.isUntouched(key);
  }

  goneRevision(key: string): number {
    return this.#editor.goneRevision(key);
  }

  /** The store says what is on disk. */
  noteSaved(revisions: readonly SavedRevision[], commits: number): void {
    this.#keeping.noteCommits(commits);
    for (const saved of revisions) {
      if (this.#keeping.noteSaved(saved))
        this.#editor.guard('showSaved', () => this.#outlets.showSaved(saved.key, saved.revision));
    }
  }

  /**
   * Does a command that changes records, live or kept as its row says, and answers with what is stored.
   * @param id the musician it is about. @throws Refusal and changes nothing
   */
  do<T extends StepCommand>(
    type: T,
    id: string,
    body: CommandBody<T>,
    author: Author,
    gesture?: string,
  ): CommandAnswer<T> | Promise<CommandAnswer<T>> {
    const answer = () => steps[type].answer(this.#world, body, id);
    if (commands[type].keeping === 'kept') return this.runKept(type, id, body, author).then(answer);
    this.run(type, id, body, author, gesture);
    return answer();
  }

  /** A live change: heard, shown and on its way to the disk when this returns. @throws Refusal and changes nothing */
  run<T extends StepCommand>(
    type: T,
    id: string,
    body: CommandBody<T>,
    author: Author,
    gesture?: string,
  ): Client {
    const writes = steps[type].write(this.#world, body, id);
    this.apply(writes, { author, reason: 'command', command: type, durability: 'live', gesture });
    return this.get(id);
  }

  /** What subscribe brings: several values of one mix. @throws Refusal and changes nothing */
  update(id: string, update: MixUpdate, author: Author): Client {
    const writes = updateMix(this.#world, update, id);
    this.apply(writes, { author, reason: 'command', durability: 'live' });
    return this.get(id);
  }

  /**
   * A kept change: heard and shown at once, answered when it is on disk. When the disk refuses it is taken back, so that
   * what people see is what they will find tomorrow. One waits for the disk at a time: the next stands on what is saved.
   *
   * @param id the musician it is about
   * @throws Refusal and changes nothing
   */
  runKept<T extends StepCommand>(type: T, id: string, body: CommandBody<T>, author: Author): Promise<void> {
    const make = () => steps[type].write(this.#world, body, id);
    const first = this.#waiting.get(id);
    const run = () => this.applyKept(make, author, 'command');
    const kept = first ? first.then(run) : run();
    const settled: Promise<unknown> = kept
      .catch(() => undefined)
      .then(() => {
        if (this.#waiting.get(id) === settled) this.#waiting.delete(id);
      });
    this.#waiting.set(id, settled);
    return kept.then(() => undefined);
  }

  /**
   * Applies what `make` makes of the world, and waits until it is on disk; where another server was quicker, what it makes
   * of the newer records.
   * @throws Refusal
   */
  async applyKept(
    make: () => readonly Write[],
    author: Author,
    reason: Reason,
  ): Promise<readonly RecordChange[]> {
    for (let tries = 0; tries < CONFLICTS_MAX; tries += 1) {
      const { changes, writes, durable } = this.apply(make(), { author, reason, durability: 'kept' });
      try {
        const outcome = await durable;
        if (outcome.kind === 'committed') return changes;
        const newest = this.#keeping.refused(writes);
        this.#meet(new Map([...outcome.newer].filter(([key]) => newest.has(key))), changes);
      } catch (error) {
        this.#keeping.refused(writes);
        this.#takeBack(changes);
        throw error instanceof NotSavedError ? notSaved(error.reason) : error;
      }
    }
    throw notSaved('others are changing the same all the time');
  }

  /** Gives a mix an output pair, taking it from whoever had it: for `--route`, where the person at the computer decides. */
  assignOutput(id: string, output: number): void {
    this.#live(assigned(this.#world, id, output), 'route');
  }

  /**
   * A musician appears: for the first time, with an older mix or none, or out of the archive, as they were.
   * @param mayGetOutput whether they are given an output pair besides the one they had
   */
  admit(id: string, name: string | null, older?: OlderClient, mayGetOutput = true): Client {
    const autoRoute = this.#options.autoRoute && mayGetOutput;
    this.#live(admitted(this.#world, { id, name, now: this.now, autoRoute }, older), 'arrival');
    return this.get(id);
  }

  /** What is left of a musician who was let in without waiting for it: theirs again, unless they have begun another mix. */
  bringBack(id: string, older: OlderClient): void {
    if (!this.isUntouched(`mix/${id}`)) return;
    const arriving = { id, name: this.find(id)?.name ?? null, now: this.now, autoRoute: false };
    this.#live(broughtBack(this.#world, arriving, older), 'arrival');
  }

  /** One more phone of this musician is here. @param mayGetOutput whether one who has no output pair is given one */
  arrive(id: string, mayGetOutput = false): void {
    if (!this.#presence.arrive(id)) return;
    if (mayGetOutput && this.#options.autoRoute) this.#live(helpedOut(this.#world, id), 'arrival');
    this.#presenceChanged(id);
  }

  /** One phone less. */
  leave(id: string): void {
    if (!this.#presence.leave(id)) return;
    if (this.#world.isLingering(id)) this.#forget(id);
    else this.#presenceChanged(id);
  }

  /** Records as another server has them: they are so from now on, heard and seen. */
  take(newer: ReadonlyMap<string, RecordOf | null>): void {
    this.#editor.take(newer, { author: MIXER, reason: 'joined' });
    for (const [key, record] of newer) {
      if (record === null) this.#keeping.gone(key);
      else this.#keeping.found(record);
    }
  }

  /** Of a kept change that met newer records nothing was written: they are as in the store again, and the rest as before. */
  #meet(newer: ReadonlyMap<string, RecordOf | null>, changes: readonly RecordChange[]): void {
    const ahead = new Map<string, RecordOf | null>();
    const back: Write[] = [];
    for (const { key } of changes) this.#keeping.giveUp(key);
    for (const [key, record] of newer) {
      const { kind, id } = splitKey(key);
      const own = this.#world.get(kind, id);
      if (record === null || own === undefined || own.revision <= record.revision) {
        ahead.set(key, record);
      } else {
        // Revisions only grow, also where the newer one is of something that was refused.
        this.#keeping.found(record);
        back.push({ kind, id, base: own.revision, next: record.value, changedAt: record.changed_at });
      }
    }
    this.take(ahead);
    this.#takeBack(
      changes.filter(({ key }) => !newer.has(key)),
      back,
    );
  }

  #takeBack(changes: readonly RecordChange[], besides: readonly Write[] = []): void {
    for (const { kind, id, wasCleared } of changes) {
      if (wasCleared && this.#world.get(kind, id) !== undefined) this.#world.lingering.add(id);
    }
    const back = [...besides, ...takenBack(this.#world, changes)];
    this.apply(back, { author: MIXER, reason: 'taken_back', durability: 'live' });
  }

  /** The only way into the world: all of the writes are heard, then seen, then on their way to the disk. */
  apply(writes: readonly Write[], circumstances: Circumstances): Applied {
    const { durability, takenIn } = circumstances;
    const { changes, signature } = this.#editor.change(writes, circumstances);
    if (changes.length === 0 && takenIn === undefined) return NOTHING;
    const storeWrites = changes.map((change) => this.#keeping.writeOf(change, signature));
    return { changes, writes: storeWrites, durable: this.#keep(storeWrites, durability, takenIn) };
  }

  /** The same for a store that is being joined, which is told by whoever joins it. */
  applyUnkept(writes: readonly Write[], reason: Reason): void {
    this.#editor.change(writes, { author: MIXER, reason });
  }

  #keep(
    writes: readonly StoreWrite[],
    durability: StoreDurability,
    takenIn: string | undefined,
  ): Promise<CommitOutcome> {
    const batch = takenIn === undefined ? { writes } : { writes, takenIn };
    const durable = this.#commit(batch, durability);
    // Nobody has to wait for a live change, so its trouble is told here: once for all that wait for one commit.
    if (durability === 'live' && durable !== this.#lastLive) {
      this.#lastLive = durable;
      durable.catch((error: unknown) => this.#outlets.trouble('keep', error));
    }
    return durable;
  }

  /** As the store does it; a store that throws is no different from one that rejects. */
  #commit(batch: StoreBatch, durability: StoreDurability): Promise<CommitOutcome> {
    try {
      return this.#outlets.store.commit(batch, durability);
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  #live(writes: readonly Write[], reason: Reason): void {
    this.apply(writes, { author: MIXER, reason, durability: 'live' });
  }

  #presenceChanged(id: string): void {
    const client = this.find(id);
    if (!client) return;
    if (!this.#world.isLingering(id)) this.#live(seen(this.#world, id, this.#options.now()), 'presence');
    // Whether anybody listens decides whether the engine works at it, also where the record stays.
    if (this.find(id) === client) this.#editor.guard('hear', () => this.#outlets.hear(client, client));
    this.#editor.guard('showList', () => this.#outlets.showList());
  }

  /** Somebody who was cleared while they were here has left. */
  #forget(id: string): void {
    this.#live(released(this.#world, id), 'clear');
    this.#editor.forget(id, { author: MIXER, reason: 'clear' });
  }
}
