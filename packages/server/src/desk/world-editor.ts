/** Makes writes true: the one place that changes the world, and tells what is heard and seen of it. */
import {
  differenceOf,
  isSame,
  kinds,
  splitKey,
  toldDifference,
  type CommandType,
  type JsonObject,
  type KindName,
  type RecordOf,
} from '@foldback/protocol';
import type { Author } from './author.ts';
import type { Client } from './client.ts';
import { Gestures } from './gestures.ts';
import type { Signature } from './keeping.ts';
import { clientsOf, isOfClient, recordsOf, type World } from './world.ts';
import { keyOfWrite, type RecordChange, type Write } from './write.ts';

/** Why records changed. */
export type Reason =
  | 'command'
  | 'arrival'
  | 'presence'
  | 'claim'
  | 'route'
  | 'taken_back'
  | 'import'
  | 'restore'
  | 'undo'
  | 'clear'
  | 'archive'
  | 'tidy'
  | 'joined';

/** Whose hand it was, and why. */
export interface Occasion {
  readonly author: Author;
  readonly reason: Reason;
  /** The command that asked for it, where one did. */
  readonly command?: CommandType | undefined;
  /** The gesture it belongs to, as the hand named it; found out when absent. */
  readonly gesture?: string | undefined;
}

/** An accepted change of one record, for those who may see it. */
export interface ShownChange extends RecordChange {
  readonly author: Author;
  readonly gesture: string;
  readonly reason: Reason;
  readonly command?: CommandType | undefined;
}

/** What is heard and seen. The trouble of one outlet is not the others': each call is guarded. */
export interface Effects {
  /** `before` is undefined for a mix that appears, `after` for one that goes. */
  hear(before: Client | undefined, after: Client | undefined): void;
  show(change: ShownChange): void;
  /** The list of musicians, or something in it, is another. */
  showList(): void;
  /** An outlet has failed. */
  trouble(outlet: string, error: unknown): void;
}

export class WorldEditor {
  readonly #world: World;
  readonly #effects: Effects;
  readonly #now: () => number;
  readonly #gestures: Gestures;
  /** The last revision of records that have gone: pages that still watch them only accept revisions that grow. */
  readonly #goneRevisions = new Map<string, number>();
  /** Keys of what was made here in this run, and moved by nobody since. */
  readonly #untouched = new Set<string>();

  /** @param now ms since 1970; @param run tells this run of the server from others, in the names of gestures */
  constructor(world: World, effects: Effects, now: () => number, run: string) {
    this.#world = world;
    this.#effects = effects;
    this.#now = now;
    this.#gestures = new Gestures(run);
  }

  isUntouched(key: string): boolean {
    return this.#untouched.has(key);
  }

  goneRevision(key: string): number {
    return this.#goneRevisions.get(key) ?? 0;
  }

  /** All of the writes, then what is heard of them, then what is seen. @returns what the store is to be told */
  change(
    writes: readonly Write[],
    occasion: Occasion,
  ): { readonly changes: readonly RecordChange[]; readonly signature: Signature } {
    const { author, reason } = occasion;
    const at = this.#now();
    const changes: RecordChange[] = this.#resaved(writes);
    for (const write of writes) {
      const change = this.#changeBy(write, at);
      if (change !== undefined) changes.push(change);
      if (author.kind === 'person') this.#untouched.delete(keyOfWrite(write));
      else if (reason === 'arrival' && write.base === 0) this.#untouched.add(keyOfWrite(write));
    }
    const gestureOf = this.#gesturesOf(occasion, at, changes.length > 1);
    this.#become(changes, occasion, gestureOf);
    const authorName =
      author.kind === 'person' ? (this.#world.client(author.clientId)?.name ?? author.name) : '';
    return { changes, signature: { author, authorName, reason, at, gestureOf } };
  }

  /** Records as somebody else has them. */
  take(newer: ReadonlyMap<string, RecordOf | null>, occasion: Occasion): void {
    const changes = [...newer].map(([key, record]): RecordChange => {
      const { kind, id } = splitKey(key);
      const before = this.#world.get(kind, id);
      const after = record ?? undefined;
      return { kind, id, key, base: 0, before, after };
    });
    this.#become(changes, occasion, this.#gesturesOf(occasion, this.#now(), true));
  }

  /** Somebody who was cleared while they were here has left: nothing of them is kept already. */
  forget(id: string, occasion: Occasion): void {
    this.#world.lingering.delete(id);
    const changes = [...recordsOf(this.#world, id)].map(([kind, recordId, record]): RecordChange => {
      const { key, revision } = record;
      return { kind, id: recordId, key, base: revision, before: record, after: undefined };
    });
    this.#become(
      changes.filter(({ kind }) => kind !== 'output'),
      occasion,
      this.#gesturesOf(occasion, this.#now(), true),
    );
  }

  guard(outlet: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#effects.trouble(outlet, error);
    }
  }

  #gesturesOf({ author, gesture }: Occasion, at: number, isMany: boolean): (key: string) => string {
    let one = gesture ?? (isMany ? this.#gestures.one() : undefined);
    return (key) => (one ??= this.#gestures.of(author, key, at)); // of a single record, told twice
  }

  /** Undefined when it stands so already. */
  #changeBy({ kind, id, base, next, changedAt, lingers }: Write, at: number): RecordChange | undefined {
    const key = keyOfWrite({ kind, id });
    const before = this.#world.get(kind, id);
    const isCleared = before !== undefined && !this.#world.isStored(kind, id);
    if (next === null) {
      const isGone = kinds[kind].resident ? before === undefined || (lingers && isCleared) : base === 0;
      if (isGone) return undefined;
      return { kind, id, key, base, before, after: undefined, ...(lingers && { lingers }) };
    }
    const isAsThen = changedAt === undefined || before?.changed_at === changedAt;
    const isAsItWas = before !== undefined && isSame(before.value, next);
    if (isAsItWas && isAsThen && !isCleared) return undefined;
    const isUntold = before !== undefined && isAsThen && (isAsItWas || isQuiet(kind, before.value, next));
    const after: RecordOf = {
      key,
      value: next,
      revision: isUntold ? before.revision : this.#revisionAfter(key, base, before),
      changed_at: isUntold ? before.changed_at : (changedAt ?? at),
    };
    const change = { kind, id, key, base, before, after };
    return isCleared ? { ...change, wasCleared: true } : change;
  }

  #revisionAfter(key: string, base: number, before: RecordOf | undefined): number {
    return Math.max(base, before?.revision ?? 0, this.goneRevision(key)) + 1;
  }

  /** Whoever was cleared and is here still is kept again as soon as anything of theirs changes: all of it. */
  #resaved(writes: readonly Write[]): RecordChange[] {
    const { lingering } = this.#world;
    if (lingering.size === 0) return [];
    const touched = new Set<string>();
    for (const { kind, id, next } of writes) {
      if (next !== null && isOfClient(kind) && lingering.has(id)) touched.add(id);
    }
    const written = new Set(writes.map(keyOfWrite));
    return [...touched].flatMap((clientId) =>
      [...recordsOf(this.#world, clientId)]
        .filter(([kind, id, { key }]) => !this.#world.isStored(kind, id) && !written.has(key))
        .map(([kind, id, after]): RecordChange => {
          const { key, revision: base } = after;
          return { kind, id, key, base, before: after, after, wasCleared: true };
        }),
    );
  }

  #become(
    changes: readonly RecordChange[],
    { author, reason, command }: Occasion,
    gestureOf: (key: string) => string,
  ): void {
    const before = new Map<string, Client | undefined>();
    for (const { kind, id, before: was, after, lingers } of changes) {
      if (lingers) continue;
      for (const clientId of clientsOf(kind, id, was, after)) {
        if (!before.has(clientId)) before.set(clientId, this.#world.client(clientId));
      }
    }
    for (const change of changes) this.#set(change);
    let isListNew = false;
    for (const [id, was] of before) {
      const is = this.#world.client(id);
      if (was !== is) this.guard('hear', () => this.#effects.hear(was, is));
      isListNew ||=
        was?.name !== is?.name || was?.output !== is?.output || (was === undefined) !== (is === undefined);
    }
    for (const change of changes) {
      isListNew ||= change.kind === 'house';
      if (change.lingers || change.before?.revision === change.after?.revision) continue;
      this.guard('show', () => {
        this.#effects.show({ ...change, author, reason, command, gesture: gestureOf(change.key) });
      });
    }
    if (isListNew) this.guard('showList', () => this.#effects.showList());
  }

  #set({ kind, id, key, before, after, lingers }: RecordChange): void {
    if (lingers) {
      this.#world.lingering.add(id);
      return;
    }
    if (isOfClient(kind) && after !== undefined) this.#world.lingering.delete(id);
    if (before === after) return;
    this.#world.set(kind, id, after);
    if (after === undefined && before !== undefined) this.#goneRevisions.set(key, before.revision);
    else this.#goneRevisions.delete(key);
  }
}

/** Whether only fields differ that change by themselves. */
const isQuiet = (kind: KindName, was: RecordOf['value'], is: RecordOf['value']): boolean =>
  kinds[kind].quiet.length > 0 &&
  toldDifference(kind, differenceOf(was as JsonObject, is as JsonObject)) === undefined;
