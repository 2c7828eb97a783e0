/** One musician as engine, lists and logs see them: their records side by side. */
import { shownText, type Marks, type MixValue } from '@foldback/protocol';

export interface Client {
  readonly id: string;
  readonly mix: MixValue;
  /** The name people see; null when nobody gave one. */
  readonly name: string | null;
  /** Hardware output pair, from 0; null for none. */
  readonly output: number | null;
  readonly marks: Marks;
  /** Of the mix. */
  readonly revision: number;
  /** ms since 1970 of the newest change of the mix: the `timestamp` of the file people know. */
  readonly changed_at: number;
  /** ms since 1970 when somebody was last connected to this mix. */
  readonly seen_at: number;
}

/** An id may be any text, and a name may be from a time when it might. */
export const displayName = ({ id, name }: Pick<Client, 'id' | 'name'>): string =>
  shownText(name ?? '') || shownText(id) || id;
