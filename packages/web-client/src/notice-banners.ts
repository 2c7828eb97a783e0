/** What the server told everybody, as banners. A code of the protocol that has no words here does not compile. */
import type { SVGTemplateResult } from 'lit';
import { bringBackIcon, diskIcon, speakerOffIcon, warningIcon } from './elements/icons.ts';
import type { Banner } from './elements/notice-banner.ts';
import { timeOfDay } from './format/time.ts';
import { words } from './i18n/words.ts';
import type { StandingCode, StandingNotice } from './model/standing-notices.ts';

interface Look {
  /** `trouble` lasts until it is over; `report` until somebody has taken note of it. */
  readonly kind: 'trouble' | 'report';
  readonly icon: SVGTemplateResult;
  readonly title: (time: string) => string;
  readonly detail: () => string;
}

const LOOKS: Readonly<Record<StandingCode, Look>> = {
  not_saved: {
    kind: 'trouble',
    icon: diskIcon,
    title: (time) => words.notSavedSince(time),
    detail: () => words.notSavedDetail,
  },
  device_lost: {
    kind: 'trouble',
    icon: speakerOffIcon,
    title: () => words.deviceLost,
    detail: () => words.deviceLostDetail,
  },
  recovered: {
    kind: 'report',
    icon: bringBackIcon,
    title: () => words.recovered,
    detail: () => words.recoveredDetail,
  },
  newer_version: {
    kind: 'report',
    icon: warningIcon,
    title: () => words.newerVersion,
    detail: () => words.newerVersionDetail,
  },
  import_refused: {
    kind: 'report',
    icon: warningIcon,
    title: () => words.importRefused,
    detail: () => words.importRefusedDetail,
  },
  edited_while_running: {
    kind: 'report',
    icon: warningIcon,
    title: () => words.editedWhileRunning,
    detail: () => words.editedWhileRunningDetail,
  },
};

/** One of each kind, the newest: what is wrong now, and what somebody should take note of. */
export function noticeBanners(
  notices: readonly StandingNotice[],
  seen: (notice: StandingNotice) => void,
): { readonly trouble: Banner | undefined; readonly report: Banner | undefined } {
  const newest = (kind: Look['kind']) => notices.findLast(({ code }) => LOOKS[code].kind === kind);
  const [trouble, report] = [newest('trouble'), newest('report')];
  return {
    trouble: trouble && { ...banner(trouble), tone: 'warn', isAlert: true },
    report: report && { ...banner(report), tone: 'note', key: { face: words.ok, press: () => seen(report) } },
  };
}

function banner({ code, at }: StandingNotice): Pick<Banner, 'icon' | 'title' | 'detail'> {
  const { icon, title, detail } = LOOKS[code];
  return { icon, title: title(timeOfDay(at)), detail: detail() };
}
