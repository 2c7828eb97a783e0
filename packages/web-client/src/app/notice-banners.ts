/** What the server told everybody, as banners. A code of the protocol that has no look here does not compile. */
import type { SVGTemplateResult } from 'lit';
import type { BannerKeys } from './banner-keys.ts';
import { bringBackIcon, diskIcon, plugIcon, speakerOffIcon, warningIcon } from '../elements/icons.ts';
import type { Banner } from '../elements/notice-banner.ts';
import { timeOfDay } from '../words/time.ts';
import type { NoticeWords } from '../words/en.ts';
import { words } from '../words/words.ts';
import type { StandingCode, StandingNotice } from './standing-notices.ts';
import type { View } from '../mixes/view.ts';

interface Look {
  /** `trouble` lasts until it is over; `report` until somebody has taken note of it; an `offer` until somebody takes it. */
  readonly kind: 'trouble' | 'report' | 'offer';
  readonly icon: SVGTemplateResult;
}

const LOOKS: Readonly<Record<StandingCode, Look>> = {
  not_saved: { kind: 'trouble', icon: diskIcon },
  interface_lost: { kind: 'trouble', icon: speakerOffIcon },
  interface_adjusted: { kind: 'report', icon: warningIcon },
  interface_offered: { kind: 'offer', icon: plugIcon },
  recovered: { kind: 'report', icon: bringBackIcon },
  newer_version: { kind: 'report', icon: warningIcon },
  import_refused: { kind: 'report', icon: warningIcon },
  edited_while_running: { kind: 'report', icon: warningIcon },
  repaired: { kind: 'report', icon: warningIcon },
  tracks_skipped: { kind: 'report', icon: warningIcon },
  recording_gaps: { kind: 'report', icon: diskIcon },
  recording_stopped: { kind: 'report', icon: diskIcon },
};

/** Of many repairs so many are named; the log on the computer has them all. */
const REPAIRS_SHOWN = 3;

function repairsInWords({ message, count = 1 }: StandingNotice): string {
  const shown = message.split('\n').slice(0, REPAIRS_SHOWN);
  const list = shown.join(' · ');
  return count > shown.length ? words.andMore(list, count - shown.length) : list;
}

/** One of each kind, the newest: what is wrong now, what somebody should take note of, and what this phone may take. */
export function noticeBanners(
  { notices, role }: Pick<View, 'notices' | 'role'>,
  { seen, useInterface }: Pick<BannerKeys, 'seen' | 'useInterface'>,
): Readonly<Record<Look['kind'], Banner | undefined>> {
  const newest = (kind: Look['kind']) => notices.findLast(({ code }) => LOOKS[code].kind === kind);
  const [trouble, report] = [newest('trouble'), newest('report')];
  const offer = role === 'engineer' ? newest('offer') : undefined;
  const { interface: offered = '' } = offer ?? {};
  const take = { face: words.useInterface, press: () => useInterface(offered) };
  const instead = offer !== undefined && trouble?.code === 'interface_lost';
  return {
    trouble: trouble && {
      ...banner(trouble),
      tone: 'warn',
      isAlert: true,
      ...(instead && { detail: words.interfaceOfferedInstead(offered), key: take }),
    },
    report: report && { ...banner(report), tone: 'note', key: { face: words.ok, press: () => seen(report) } },
    offer: offer && { ...banner(offer), tone: 'note', key: take },
  };
}

function banner(notice: StandingNotice): Pick<Banner, 'icon' | 'title' | 'detail'> {
  const { code, at, interface: name = '', count = 1 } = notice;
  const { title, detail = repairsInWords(notice) }: NoticeWords = words.notices[code];
  return {
    icon: LOOKS[code].icon,
    title: typeof title === 'string' ? title : title({ time: timeOfDay(at), name, count }),
    detail,
  };
}
