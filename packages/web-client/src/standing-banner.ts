/** Which one of the things that are not as usual stands over the list: the worst first. */
import { bringBackIcon, diskIcon, noWifiIcon, speakerOffIcon } from './elements/icons.ts';
import type { Banner } from './elements/notice-banner.ts';
import { timeOfDay } from './format/time.ts';
import { words } from './i18n/words.ts';
import type { View } from './model/mixer-client.ts';
import { soloedChannels } from './model/mix-view.ts';

/** From here on the connection is not just being looked for: something may need a person. */
const LONG_LOSS_MS = 30_000;
/** More soloed names than this are counted, not listed. */
const NAMES_MAX = 2;

/** What the keys on the banners do. */
export interface BannerKeys {
  readonly bringBack: () => void;
  readonly clearSolo: () => void;
  readonly startAnew: () => void;
  readonly seen: () => void;
}

function lossBanner({ link, lostAtMs, attempt }: View, nowMs: number): Banner | undefined {
  const loss = { tone: 'warn', icon: noWifiIcon } as const;
  if (link === 'connecting') {
    return attempt === 0 ? undefined : { ...loss, title: words.noServer, detail: words.noServerDetail };
  }
  const lostMs = nowMs - (lostAtMs ?? nowMs);
  if (lostMs < LONG_LOSS_MS) return { ...loss, title: words.lost, detail: words.lostDetail };
  const time =
    lostMs < 60_000 ? words.seconds(Math.floor(lostMs / 1_000)) : words.minutes(Math.floor(lostMs / 60_000));
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

export function standingBanner(view: View, nowMs: number, keys: BannerKeys): Banner | undefined {
  if (view.shutOut) {
    return {
      tone: 'note',
      title: words.shutOut(view.name),
      detail: words.shutOutDetail,
      key: { face: words.startAnew, press: keys.startAnew },
    };
  }
  // Before "all muted": its key could not bring anything back now, and the silence is still drawn on every row.
  if (view.frozen) return lossBanner(view, nowMs);
  if (view.mix?.mute_all) {
    return {
      tone: 'alarm',
      icon: speakerOffIcon,
      title: words.allMuted,
      detail: words.allMutedDetail,
      key: { face: words.bringBack, press: keys.bringBack },
    };
  }
  const notice = (code: string) => view.notices.find((each) => each.code === code);
  const notSaved = notice('not_saved');
  if (notSaved !== undefined) {
    return {
      tone: 'warn',
      icon: diskIcon,
      title: words.notSavedSince(timeOfDay(notSaved.at)),
      detail: words.notSavedDetail,
      isAlert: true,
    };
  }
  const solo = soloBanner(view, keys.clearSolo);
  if (solo !== undefined || notice('recovered') === undefined) return solo;
  return {
    tone: 'note',
    icon: bringBackIcon,
    title: words.recovered,
    detail: words.recoveredDetail,
    key: { face: words.ok, press: keys.seen },
  };
}
