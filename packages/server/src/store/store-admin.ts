/** What an engineer may do to everything that is saved: import, back up, restore, and take any of it back. */
import type { MadeBackup } from './backups.ts';
import type { BackupFile } from './backup-files.ts';
import type { Act } from './database.ts';
import type { Loaded } from './state-store.ts';

/** Everything saved as it is after the act, for the desk to take over; `changed` counts the clients that differ. */
export interface AfterAct extends Pick<Loaded, 'clients' | 'order'> {
  readonly changed: number;
}

export interface StoreAdmin {
  /** Kept change: takes in a channels_state.json. Who is not in it stays. @throws Error when it cannot be read, NotSavedError */
  importFile(text: string): Promise<AfterAct>;

  /** A backup that was read back and found whole. @throws Error */
  backup(): Promise<MadeBackup>;

  /** Newest first. */
  backups(): Promise<readonly BackupFile[]>;

  /** Kept change: everybody as in this backup; who is not in it is set aside. @throws Error when it is damaged */
  restore(backup: string): Promise<AfterAct>;

  /** What can be undone, newest first. */
  acts(): Promise<readonly Act[]>;

  /** Kept change: takes back a clear, import, restore or undo. @throws Error */
  undo(act: number): Promise<AfterAct>;
}
