/** Everything the page draws, but for meters. Replaced, never changed. */
import type { Colour, InterfaceSummary } from '@foldback/protocol';
import type { GuestView } from '../connection/admission.ts';
import type { LinkView } from '../connection/link.ts';
import { personColour } from './channel-colour.ts';
import type { MyMix } from './my-mix.ts';
import type { Me } from '../connection/session.ts';
import type { StandingNotice } from '../app/standing-notices.ts';

export interface View extends LinkView, Me {
  /** What a guest sees; undefined for whoever was let in. */
  readonly guest: GuestView | undefined;
  readonly audioInterface: InterfaceSummary | undefined;
  readonly mix: MyMix | undefined;
  /** All of it is on the server's disk (SPEC S3). */
  readonly saved: boolean;
  /** What the server told everybody, and still holds. */
  readonly notices: readonly StandingNotice[];
}

/** Theirs by choice, or the one that is found for them. */
export const colourOf = ({ clientId, mix }: View): Colour => mix?.colour ?? personColour(clientId ?? '');
