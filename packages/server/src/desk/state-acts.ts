/** What `foldback state` may do to everything saved: with the desk of the server that runs, or with one of its own. */
import type { MadeBackup } from '../store/backups.ts';

export interface ActReport {
  /** How many clients are different now. */
  readonly changed: number;
}

export interface StateActs {
  import(text: string): Promise<ActReport>;
  backup(): Promise<MadeBackup>;
  restore(backup: string): Promise<ActReport>;
  undo(act: number): Promise<ActReport>;
  clear(ids: readonly string[]): Promise<ActReport>;
  /** Brings people back out of the archive. */
  return(ids: readonly string[]): Promise<ActReport>;
}

export const STATE_ACTS = [
  'import',
  'backup',
  'restore',
  'undo',
  'clear',
  'return',
] as const satisfies (keyof StateActs)[];
