/** What happened, for one line on the page. */
import type { ErrorBody } from '@foldback/protocol';
import type { MixDifference } from './mix-difference.ts';

export type News =
  | { readonly kind: 'refused'; readonly error: ErrorBody }
  /** The connection is back after a loss that was shown. */
  | { readonly kind: 'back'; readonly changed: MixDifference }
  | { readonly kind: 'interface_back' | 'recording' };
