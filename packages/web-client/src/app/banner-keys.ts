/** What the keys on the banners do. */
import type { StandingNotice } from './standing-notices.ts';

export interface BannerKeys {
  readonly bringBack: () => void;
  readonly clearSolo: () => void;
  readonly startAnew: () => void;
  readonly reload: () => void;
  readonly seen: (notice: StandingNotice) => void;
  readonly useInterface: (name: string) => void;
  readonly putBack: () => void;
}
