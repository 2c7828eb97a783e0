/** What happened, for one line on the page. */
import type { ErrorBody } from '@foldback/protocol';
import type { MixDifference } from './mix-difference.ts';

export type News =
  | { readonly kind: 'refused'; readonly error: ErrorBody }
  /** The connection is back after a loss that was shown. */
  | { readonly kind: 'back'; readonly changed: MixDifference }
  /** The whole mix came anew, and is not as this phone knew it. */
  | { readonly kind: 'missed'; readonly changed: MixDifference }
  /** Somebody else has brought back what was all muted; empty for the server itself. */
  | { readonly kind: 'brought_back'; readonly by: string }
  /** Somebody else has decided where my mix plays. */
  | { readonly kind: 'output'; readonly by: string; readonly output: number | null }
  | { readonly kind: 'interface_back' | 'recording' };
