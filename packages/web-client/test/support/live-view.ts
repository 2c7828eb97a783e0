/** What the client shows of a musician whose phone is connected and whose mix is saved. */
import type { View } from '../../src/mixes/view.ts';

const LIVE: View = {
  link: 'live',
  frozen: false,
  lostForMs: undefined,
  attempt: 0,
  soundAfter: undefined,
  name: 'Ana',
  clientId: 'ana',
  role: 'musician',
  join: 'band',
  audioInterface: undefined,
  mix: undefined,
  saved: true,
  notices: [],
  shutOut: false,
  outdated: false,
  mayBe: undefined,
  guest: undefined,
};

/** @param rest what is different, or matters */
export const liveView = (rest: Partial<View>): View => ({ ...LIVE, ...rest });
