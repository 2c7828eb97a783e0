/** A desk on a real store, without doors, engine or phones: what a server plays and keeps, by itself. */
import { KeptDesk, type KeptDeskOptions } from '../../src/desk/kept-desk.ts';
import type { StoreNotice } from '../../src/store/state-store.ts';

export interface QuietKeptDesk {
  readonly kept: KeptDesk;
  readonly notices: StoreNotice[];
}

/** Nobody hears or sees it, and what it tells can be looked at; nothing is loaded yet. */
export function quietKeptDesk(directory: string, part: Partial<KeptDeskOptions> = {}): QuietKeptDesk {
  const notices: StoreNotice[] = [];
  const kept = new KeptDesk({
    directory,
    now: Date.now,
    autoRoute: false,
    outputWaitMs: Infinity,
    archiveAfterMs: Infinity,
    showSaved: () => undefined,
    tell: (notice) => notices.push(notice),
    ...part,
    effects: {
      hear: () => undefined,
      show: () => undefined,
      showList: () => undefined,
      trouble(outlet, error) {
        throw new Error(`${outlet} has failed`, { cause: error });
      },
      ...part.effects,
    },
  });
  return { kept, notices };
}
