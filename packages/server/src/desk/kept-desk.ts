/** A desk with its store and no doors: what a server begins with, and all that `foldback state` needs. */
import { EmbeddedStore } from '../store/embedded-store.ts';
import type { EditedFile, Loaded, StoreNotice } from '../store/state-store.ts';
import { Desk } from './desk.ts';
import { Reunion } from './reunion.ts';
import { SavedActs } from './saved-acts.ts';
import type { Effects } from './world-editor.ts';

export interface KeptDeskOptions {
  /** The config directory. */
  readonly directory: string;
  readonly effects: Effects;
  /** This revision of a record is on disk. */
  readonly showSaved: (key: string, revision: number) => void;
  readonly tell: (notice: StoreNotice) => void;
  /** The place of the store is another, or can be used only now. */
  readonly opened?: () => void;
  /** ms since 1970. */
  readonly now: () => number;
  readonly autoRoute: boolean;
  /** For so long, in ms, an output pair that is lent waits for a musician who has left. */
  readonly outputWaitMs: number;
  /** A client unseen for so long, while others were seen, goes into the archive (SPEC S13), in ms. */
  readonly archiveAfterMs: number;
}

export class KeptDesk {
  readonly store: EmbeddedStore;
  readonly desk: Desk;
  readonly acts: SavedActs;

  constructor(options: KeptDeskOptions) {
    const { directory, effects, showSaved, tell, opened = () => undefined } = options;
    const { now, autoRoute, outputWaitMs, archiveAfterMs } = options;
    this.store = new EmbeddedStore({
      directory,
      listener: { saved: (revisions, commits) => this.desk.noteSaved(revisions, commits), notice: tell },
    });
    const outlets = { ...effects, showSaved, store: this.store };
    this.desk = new Desk({ now, autoRoute, outputWaitMs, outlets });
    const tellNow = (notice: Omit<StoreNotice, 'at'>): void => tell({ ...notice, at: now() });
    this.acts = new SavedActs({ desk: this.desk, store: this.store, archiveAfterMs, tell: tellNow });
    const edited = (file: EditedFile): void => this.acts.takeIn(file);
    this.store.watch(new Reunion({ desk: this.desk, tell: tellNow, edited, opened }));
  }

  /**
   * Everything saved is in the desk when this resolves, also what an edited channels_state.json brings.
   * @throws StoreInUseError
   */
  async load(): Promise<Loaded['source']> {
    const loaded = await this.store.load();
    this.desk.restore(loaded);
    if (loaded.edited !== undefined) this.acts.takeIn(loaded.edited);
    void this.acts.archiveLongUnseen();
    return loaded.source;
  }
}
