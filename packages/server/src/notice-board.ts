/** What everybody should know, for those who come later too. */
import type { Notice } from '@foldback/protocol';
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

export class NoticeBoard {
  readonly #standing = new Map<Notice['code'], Notice>();

  /** @returns the notice as everybody should hear it now; undefined when it is none of their business */
  post({ code, message, at }: StoreNotice): Notice | undefined {
    const known = FOR_EVERYBODY[code];
    if (known === undefined) return undefined;
    const notice = { code: known, message, at };
    if (known === 'saved_again') this.#standing.delete('not_saved');
    else this.#standing.set(known, notice);
    return notice;
  }

  /** What still holds. */
  standing(): Notice[] {
    return [...this.#standing.values()];
  }
}
