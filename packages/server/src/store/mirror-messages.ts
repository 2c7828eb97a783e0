/** What the store's worker and the mirror's worker say to each other. */
import type { MirrorHashes } from './database.ts';
import type { StoreNotice } from './state-store.ts';

export type ToMirror =
  | { readonly kind: 'follow'; readonly hashes: MirrorHashes }
  | { readonly kind: 'changed'; readonly removed: boolean }
  | { readonly kind: 'hashes_kept' }
  | { readonly kind: 'hashes_refused'; readonly message: string }
  | { readonly kind: 'close' };

export type FromMirror =
  | { readonly kind: 'keep_hashes'; readonly hashes: MirrorHashes }
  | { readonly kind: 'notice'; readonly notice: StoreNotice }
  | { readonly kind: 'closed' };

export interface MirrorWorkerData {
  readonly directory: string;
}
