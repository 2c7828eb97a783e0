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
};

const ENDED_BY: Readonly<Partial<Record<Notice['code'], readonly Notice['code'][]>>> = NOTICE_ENDS;

export class NoticeBoard {
  readonly #standing = new Map<Notice['code'], Notice>();

  /** @returns the notice as everybody should hear it now; undefined when it is none of their business */
  post({ code, message, at }: StoreNotice): Notice | undefined {
    const known = FOR_EVERYBODY[code];
    return known === undefined ? undefined : this.put({ code: known, message, at });
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
