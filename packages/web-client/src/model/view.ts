/** Everything the page draws, but for meters. Replaced, never changed. */
import type { DeviceSummary, MixState, Role } from '@foldback/protocol';
import type { LinkState } from '../connection/link.ts';
import type { StandingNotice } from './standing-notices.ts';

export interface View {
  readonly link: LinkState;
  /** Nothing may be moved: not connected yet, or not any more. */
  readonly frozen: boolean;
  /** How long the connection had been lost when this was drawn up, and which attempt to mend it this is. */
  readonly lostForMs: number | undefined;
  readonly attempt: number;
  readonly name: string;
  readonly clientId: string | undefined;
  /** What this phone may do; undefined before the server has said. */
  readonly role: Role | undefined;
  readonly device: DeviceSummary | undefined;
  readonly mix: MixState | undefined;
  /** All of it is on the server's disk (SPEC S3). */
  readonly saved: boolean;
  /** What the server told everybody, and still holds. */
  readonly notices: readonly StandingNotice[];
  /** Another device speaks for this musician, and this one cannot show that it may (SPEC A1). */
  readonly shutOut: boolean;
  /** The server speaks another version of the protocol: this page can only be loaded again. */
  readonly outdated: boolean;
}
