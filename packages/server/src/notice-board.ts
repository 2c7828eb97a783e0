/** What everybody should know, for those who come later too. */
import { NOTICE_ENDS, type Notice } from '@foldback/protocol';
import type { StoreNotice } from './store/state-store.ts';

/** What of the store's notices is for musicians; the rest is for the log. */
const FOR_EVERYBODY: Readonly<Partial<Record<StoreNotice['code'], Notice['code']>>> = {
  save_failed: 'not_saved',
  save_recovered: 'saved_again',
  recovered: 'recovered',
  newer_version: 'newer_version',
  import_refused: 'import_refused',
  edited_while_running: 'edited_while_running',
  repaired: 'repaired',
};

const ENDED_BY: Readonly<Partial<Record<Notice['code'], readonly Notice['code'][]>>> = NOTICE_ENDS;

/** Sentences in the notice of what was repaired, each cut to so many characters; the log has all of them in full. */
const REPAIRS_TOLD_MAX = 5;
const REPAIR_LENGTH_MAX = 200;
const cut = (text: string): string =>
  text.length > REPAIR_LENGTH_MAX ? `${text.slice(0, REPAIR_LENGTH_MAX)}…` : text;

export class NoticeBoard {
  readonly #standing = new Map<Notice['code'], Notice>();
  /** What was repaired since the start, each once however often it was read. */
  readonly #repairs = new Set<string>();
  readonly #repairsTold: string[] = [];

  /** @returns the notice as everybody should hear it now; undefined when it is none of their business */
  post({ code, level, message, at }: StoreNotice): Notice | undefined {
    const known = FOR_EVERYBODY[code];
    if (known === undefined) return undefined;
    if (known !== 'repaired') return this.put({ code: known, message, at });
    return level === 'info' ? undefined : this.#repaired(message, at); // else it is where the file as it was is kept
  }

  /** Many repairs are one notice. */
  #repaired(message: string, at: number): Notice | undefined {
    if (this.#repairs.has(message)) return undefined;
    this.#repairs.add(message);
    if (this.#repairsTold.length < REPAIRS_TOLD_MAX) this.#repairsTold.push(cut(message));
    return this.put({
      code: 'repaired',
      message: this.#repairsTold.join('\n'),
      count: this.#repairs.size,
      at,
    });
  }

  /** For everybody, now and until something says that it no longer holds. */
  put(notice: Notice): Notice {
    const ended = ENDED_BY[notice.code];
    if (ended === undefined) this.#standing.set(notice.code, notice);
    else for (const code of ended) this.#standing.delete(code);
    return notice;
  }

  /** What still holds. */
  standing(): Notice[] {
    return [...this.#standing.values()];
  }
}
