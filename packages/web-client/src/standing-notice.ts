/** Which one of the things that are not as usual stands over the list: the worst first. */
import { noWifiIcon, speakerOffIcon } from './elements/icons.ts';
import type { Notice } from './elements/notice-banner.ts';
import { words } from './i18n/words.ts';
import type { View } from './model/mixer-client.ts';
import { soloedChannels } from './model/mix-view.ts';

/** From here on the connection is not just being looked for: something may need a person. */
const LONG_LOSS_MS = 30_000;
/** More soloed names than this are counted, not listed. */
const NAMES_MAX = 2;

export interface NoticeKeys {
  readonly bringBack: () => void;
  readonly clearSolo: () => void;
}

function lossNotice({ link, lostAtMs, attempt }: View, nowMs: number): Notice | undefined {
  const loss = { tone: 'warn', icon: noWifiIcon } as const;
  if (link === 'connecting') {
    if (attempt === 0) return undefined;
    return { ...loss, id: 'no server', title: words.noServer, detail: words.noServerDetail };
  }
  const lostMs = nowMs - (lostAtMs ?? nowMs);
  if (lostMs < LONG_LOSS_MS) {
    return { ...loss, id: 'lost', title: words.lost, detail: words.lostDetail };
  }
  const time =
    lostMs < 60_000 ? words.seconds(Math.floor(lostMs / 1_000)) : words.minutes(Math.floor(lostMs / 60_000));
  return { ...loss, id: 'long lost', title: words.lostFor(time), detail: words.lostForDetail };
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_MAX).join(', ');
  return names.length > NAMES_MAX ? words.andMore(shown, names.length - NAMES_MAX) : shown;
}

export function standingNotice(view: View, nowMs: number, keys: NoticeKeys): Notice | undefined {
  // Before "all muted": its key could not bring anything back now, and the silence is still drawn on every row.
  if (view.frozen) return lossNotice(view, nowMs);
  const { mix, device } = view;
  if (mix === undefined) return undefined;
  if (mix.mute_all) {
    return {
      id: 'all muted',
      tone: 'alarm',
      icon: speakerOffIcon,
      title: words.allMuted,
      detail: words.allMutedDetail,
      key: { face: words.bringBack, press: keys.bringBack },
      wholeIsKey: true,
    };
  }
  const soloed = soloedChannels(mix);
  if (soloed.length === 0) return undefined;
  const names = soloed.map((channel) => device?.inputs[channel]?.name || words.channel(String(channel + 1)));
  return {
    id: 'solo',
    tone: 'solo',
    title: words.soloTitle,
    detail: words.soloOnly(listed(names)),
    key: { face: words.clear, press: keys.clearSolo },
  };
}
