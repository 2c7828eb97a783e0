/**
 * What has been done to a mix, as the page asks for it: gesture by gesture, and the way back and forth through this phone's own
 * (SPEC S10). The server's timeline is to be the truth of it; until the page can ask for that, it is what the page has seen.
 */
import type { MyMix } from '../mixes/my-mix.ts';
import type { Wish } from '../mixes/wish.ts';
import type { Step } from './step.ts';

/** Names a gesture here, on the wire and in the server's history. */
export type GestureId = string;

/** A gesture that is told by a name of its own, and not by its steps. */
export type NamedAct = 'more_me' | 'everybody';

/** One gesture. */
export interface Entry {
  readonly gesture: GestureId;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Who; undefined for this phone, empty for the server itself. */
  readonly by: string | undefined;
  /** One for each control. */
  readonly steps: readonly Step[];
  readonly as?: NamedAct | undefined;
}

/** What somebody else has changed since, and is left as it is. */
export interface Left {
  readonly step: Step;
  /** Who; undefined when this page has not heard. */
  readonly by: string | undefined;
}

/** What comes of an undo or redo. */
export interface WayBack {
  /** What is undone or redone, in the direction in which it goes; all of it when nothing could be. */
  readonly entry: Entry;
  /** To be carried out; none when all of it has been changed since. */
  readonly wishes: readonly Wish[];
  readonly left: readonly Left[];
}

export interface History {
  /** The gesture of this phone that comes next; undefined when there is none. */
  readonly undoable: GestureId | undefined;
  readonly redoable: GestureId | undefined;
  canUndo(gesture: GestureId): boolean;
  /** Goes on with the entry of the same gesture. @returns what it is now; undefined when it is back where it began */
  record(entry: Entry): Entry | undefined;
  /** @param mix as it is now; @returns undefined when there is no such gesture to take back */
  undo(gesture: GestureId, mix: MyMix): WayBack | undefined;
  redo(gesture: GestureId, mix: MyMix, at: number): WayBack | undefined;
  /** What was done to one channel, by anybody, newest first. */
  ofChannel(channel: number, count: number): readonly Entry[];
  /** Another musician's mix from now on. */
  clear(): void;
}
