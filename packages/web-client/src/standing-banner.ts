/** Which one of the things that are not as usual stands over the list: the worst first. */
import { noWifiIcon, speakerOffIcon } from './elements/icons.ts';
import type { Banner } from './elements/notice-banner.ts';
import { words } from './i18n/words.ts';
import type { View } from './model/mixer-client.ts';
import { soloedChannels } from './model/mix-view.ts';
import type { StandingNotice } from './model/standing-notices.ts';
import { noticeBanners } from './notice-banners.ts';

/** From here on the connection is not just being looked for: something may need a person. */
const LONG_LOSS_MS = 30_000;
/** More soloed names than this are counted, not listed. */
const NAMES_MAX = 2;

/** What the keys on the banners do. */
export interface BannerKeys {
  readonly bringBack: () => void;
  readonly clearSolo: () => void;
  readonly startAnew: () => void;
  readonly reload: () => void;
  readonly seen: (notice: StandingNotice) => void;
}

function lossBanner({ link, lostForMs = 0, attempt }: View): Banner | undefined {
  const loss = { tone: 'warn', icon: noWifiIcon } as const;
  if (link === 'connecting') {
    return attempt === 0 ? undefined : { ...loss, title: words.noServer, detail: words.noServerDetail };
  }
  if (lostForMs < LONG_LOSS_MS) return { ...loss, title: words.lost, detail: words.lostDetail };
  const time =
    lostForMs < 60_000
      ? words.seconds(Math.floor(lostForMs / 1_000))
      : words.minutes(Math.floor(lostForMs / 60_000));
  return { ...loss, title: words.lostFor(time), detail: words.lostForDetail };
}

function soloBanner({ mix, device }: View, clearSolo: () => void): Banner | undefined {
  const soloed = mix === undefined ? [] : soloedChannels(mix);
  if (soloed.length === 0) return undefined;
  const names = soloed.map((channel) => device?.inputs[channel]?.name || words.channel(String(channel + 1)));
  const shown = names.slice(0, NAMES_MAX).join(', ');
  const list = names.length > NAMES_MAX ? words.andMore(shown, names.length - NAMES_MAX) : shown;
  return {
    tone: 'solo',
    title: words.soloTitle,
    detail: words.soloOnly(list),
    key: { face: words.clear, press: clearSolo },
  };
}

export function standingBanner(view: View, keys: BannerKeys): Banner | undefined {
  if (view.shutOut) {
    return {
      tone: 'note',
      title: words.shutOut(view.name),
      detail: words.shutOutDetail,
      key: { face: words.startAnew, press: keys.startAnew },
    };
  }
  if (view.outdated) {
    return {
      tone: 'warn',
      title: words.outdated,
      detail: words.outdatedDetail,
      key: { face: words.reload, press: keys.reload },
    };
  }
  // Before "all muted": its key could not bring anything back now, and the silence is still drawn on every row.
  if (view.frozen) return lossBanner(view);
  if (view.mix?.mute_all) {
    return {
      tone: 'alarm',
      icon: speakerOffIcon,
      title: words.allMuted,
      detail: words.allMutedDetail,
      key: { face: words.bringBack, press: keys.bringBack },
    };
  }
  const { trouble, report } = noticeBanners(view.notices, keys.seen);
  return trouble ?? soloBanner(view, keys.clearSolo) ?? report;
}
