/** Everything the page draws, but for meters. Replaced, never changed. */
import type { DeviceSummary, MixState } from '@foldback/protocol';
import type { LinkView } from '../connection/link.ts';
import type { Me } from './session.ts';
import type { StandingNotice } from './standing-notices.ts';

export interface View extends LinkView, Me {
  readonly device: DeviceSummary | undefined;
  readonly mix: MixState | undefined;
  /** All of it is on the server's disk (SPEC S3). */
  readonly saved: boolean;
  /** What the server told everybody, and still holds. */
  readonly notices: readonly StandingNotice[];
}
