/** What an engineer may do to everything saved, server running or not: each a list of writes, kept, and taken back by undo. */
import { keyOf, type ActReason, type RecordOf } from '@foldback/protocol';
import type { BackupFile } from '../store/backup-files.ts';
import type { MadeBackup } from '../store/backups.ts';
import type { EditedFile, StateStore, StoreFiles, StoreNotice } from '../store/state-store.ts';
import { Turns } from '../turns.ts';
import { actsIn, asAct, cleared, forgotten, imported, restored, touched, undone, type Act } from './acts.ts';
import { admitted, archived, longUnseen, type OlderClient } from './arrivals.ts';
import { MIXER, type Author } from './author.ts';
import type { Desk } from './desk.ts';
import type { ActReport, StateActs } from './state-acts.ts';
import type { Write } from './write.ts';

/** How long an act can be undone, in ms. */
const UNDO_KEPT_MS = 90 * 24 * 3600 * 1000;

export interface SavedActsOptions {
  readonly desk: Desk;
  readonly store: StateStore & StoreFiles;
  /** A client unseen for so long, while others were seen, goes into the archive (SPEC S13), in ms. */
  readonly archiveAfterMs: number;
  readonly tell: (notice: Omit<StoreNotice, 'at'>) => void;
}

export class SavedActs implements StateActs {
  readonly #options: SavedActsOptions;
  /** One at a time: each reads the disk before it writes. */
  readonly #turns = new Turns();

  constructor(options: SavedActsOptions) {
    this.#options = options;
  }

  /** Takes in a channels_state.json. Who is not in it stays. @throws UnreadableFileError, Refusal not_saved */
  import(text: string): Promise<ActReport> {
    return this.#turns.take(async () => {
      const { desk, store } = this.#options;
      const file = await store.parseFile(text);
      return this.#act('import', () => imported(desk.world, file, desk.now), MIXER);
    });
  }

  backup(): Promise<MadeBackup> {
    return this.#options.store.backup();
  }

  backups(): Promise<readonly BackupFile[]> {
    return this.#options.store.backups();
  }

  /** Everybody as in a backup; who is not in it goes. @throws Error when it is damaged or not there, Refusal not_saved */
  restore(backup: string): Promise<ActReport> {
    return this.#turns.take(async () => {
      const { desk, store } = this.#options;
      const records = await store.readBackup(backup);
      return this.#act('restore', () => restored(desk.world, records), MIXER);
    });
  }

  /** Forgets the saved state of clients (SPEC S8). @throws Refusal not_saved; nothing is then cleared */
  clear(ids: readonly string[], author: Author = MIXER): Promise<ActReport> {
    return this.#turns.take(() => this.#act('clear', () => cleared(this.#options.desk.world, ids), author));
  }

  /** Takes back a clear, import, restore or undo, or brings what was found otherwise. @throws Error, Refusal not_saved */
  undo(act: number): Promise<ActReport> {
    return this.#turns.take(async () => {
      const { desk, store } = this.#options;
      if (desk.world.get('act', `${act}`) === undefined) throw new Error(`there is no act ${act}`);
      const before = (await store.read(`before/${act}/`)) as readonly RecordOf<'before'>[];
      return this.#act('undo', () => undone(desk.world, before), MIXER);
    });
  }

  /** What can be undone, newest first. */
  acts(): readonly Act[] {
    return actsIn(this.#options.desk.world);
  }

  /** What there is of a musician who is not in the world (SPEC S7, S13). */
  async older(id: string): Promise<OlderClient | undefined> {
    const { store } = this.#options;
    const archive = await this.#archiveOf(id);
    if (archive !== undefined) return { from: 'archive', record: archive };
    const mix = await store.olderMix(id);
    return mix === undefined ? undefined : { from: 'devices.json', mix };
  }

  async #archiveOf(id: string): Promise<RecordOf<'archive'> | undefined> {
    const key = keyOf('archive', id);
    const found = await this.#options.store.read(key);
    return found.find((record) => record.key === key) as RecordOf<'archive'> | undefined;
  }

  /** The file people know, edited or from elsewhere. Live: at a start nobody waits for the disk. */
  takeIn({ file, hash, newerOnly }: EditedFile): void {
    const { desk, tell } = this.#options;
    const writes = imported(desk.world, file, desk.now, newerOnly);
    const changed = touched(writes);
    desk.apply(asAct(desk.world, 'import', desk.now, writes), {
      author: MIXER,
      reason: 'import',
      durability: 'live',
      takenIn: hash,
    });
    if (changed === 0) return;
    const message = `${changed} of ${file.clients.length} clients taken in from channels_state.json`;
    tell({ level: 'info', code: 'imported', message });
  }

  /** Brings people back out of the archive. @throws Error when one of them is not in it, Refusal not_saved */
  return(ids: readonly string[]): Promise<ActReport> {
    return this.#turns.take(async () => {
      const { desk } = this.#options;
      const coming: (readonly [id: string, older: OlderClient])[] = [];
      for (const id of new Set(ids)) {
        const older = desk.find(id) === undefined ? await this.older(id) : undefined;
        if (older?.from !== 'archive') throw new Error(`"${id}" is not in the archive`);
        coming.push([id, older]);
      }
      for (const [id, older] of coming) {
        const arriving = { id, name: null, now: desk.now, autoRoute: false };
        await desk.applyKept(() => admitted(desk.world, arriving, older), MIXER, 'arrival');
      }
      return { changed: coming.length };
    });
  }

  /** Puts away whom nobody has seen for long, but for who has another mix in the archive: nothing is put over that. */
  archiveLongUnseen(): Promise<void> {
    const archive = async (): Promise<void> => {
      const { desk, archiveAfterMs } = this.#options;
      const inArchive = new Set<string>();
      for (const id of longUnseen(desk.world, desk.now, archiveAfterMs)) {
        if ((await this.#archiveOf(id)) !== undefined) inArchive.add(id);
      }
      // Looked for again: somebody may have come meanwhile.
      const unseen = longUnseen(desk.world, desk.now, archiveAfterMs).filter((id) => !inArchive.has(id));
      if (unseen.length > 0) this.#archive(unseen);
    };
    return this.#turns.take(archive).catch((error: unknown) => {
      const message = `nobody is put into the archive for now: ${String(error)}`;
      this.#options.tell({ level: 'warn', code: 'archive_failed', message });
    });
  }

  #archive(unseen: readonly string[]): void {
    const { desk, tell } = this.#options;
    const writes = unseen.flatMap((id) => archived(desk.world, id));
    desk.apply(writes, { author: MIXER, reason: 'archive', durability: 'live' });
    const message = `${unseen.length} clients nobody has seen for long were put into the archive; their mixes come back with them`;
    tell({ level: 'info', code: 'archived', message });
  }

  /** Lets go of acts that are too old to be undone. */
  async forgetOldActs(): Promise<void> {
    const { desk, store } = this.#options;
    for (const { act, at } of this.acts()) {
      if (at >= desk.now - UNDO_KEPT_MS) continue;
      const before = await store.read(`before/${act}/`);
      desk.apply(forgotten(desk.world, act, before), { author: MIXER, reason: 'tidy', durability: 'live' });
    }
  }

  async #act(
    why: Exclude<ActReason, 'joined'>,
    make: () => readonly Write[],
    author: Author,
  ): Promise<ActReport> {
    const { desk } = this.#options;
    let changed = 0;
    await desk.applyKept(
      () => {
        const writes = make();
        changed = touched(writes);
        return asAct(desk.world, why, desk.now, writes);
      },
      author,
      why,
    );
    return { changed };
  }
}
