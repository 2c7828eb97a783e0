/** Which of the things that are not as usual stand in the notice's place: the worst first. */
import type { BannerKeys } from './banner-keys.ts';
import { handIcon, noWifiIcon, speakerOffIcon } from '../elements/icons.ts';
import type { Banner } from '../elements/notice-banner.ts';
import { channelName } from '../words/channel-name.ts';
import { words } from '../words/words.ts';
import { soloedChannels } from '../mixes/mix-view.ts';
import type { OtherHands } from '../mixes/other-hands.ts';
import type { View } from '../mixes/view.ts';
import { noticeBanners } from './notice-banners.ts';
import { byWords, stepWords } from '../words/history-words.ts';

/** From here on the connection is not just being looked for: something may need a person. */
const LONG_LOSS_MS = 30_000;
/** More soloed names than this are counted, not listed. */
const NAMES_MAX = 2;

/** As far as this phone knew when it last heard of it. */
const wasPlaying = ({ mix, notices }: View): boolean =>
  mix !== undefined &&
  mix.output !== null &&
  !mix.mute_all &&
  notices.every(({ code }) => code !== 'interface_lost');

function lossBanner(view: View): Banner | undefined {
  const { link, lostForMs = 0, attempt, soundAfter } = view;
  const loss = { tone: 'warn', icon: noWifiIcon } as const;
  if (soundAfter === 'stops') return { ...loss, icon: speakerOffIcon, ...words.ended };
  if (link === 'connecting') {
    return attempt === 0 ? undefined : { ...loss, ...words.noServer };
  }
  if (lostForMs < LONG_LOSS_MS) {
    const { title, plays, silent } = soundAfter === 'plays_on' ? words.restarting : words.lost;
    return { ...loss, title, detail: wasPlaying(view) ? plays : silent };
  }
  const time =
    lostForMs < 60_000
      ? words.seconds(Math.floor(lostForMs / 1_000))
      : words.minutes(Math.floor(lostForMs / 60_000));
  return { ...loss, ...words.lostFor(time) };
}

function soloBanner({ mix, audioInterface }: View, clearSolo: () => void): Banner | undefined {
  const soloed = mix === undefined ? [] : soloedChannels(mix, audioInterface?.inputs.length ?? 0);
  if (soloed.length === 0) return undefined;
  const names = soloed.map((channel) => channelName(audioInterface, channel));
  const shown = names.slice(0, NAMES_MAX).join(', ');
  const list = names.length > NAMES_MAX ? words.andMore(shown, names.length - NAMES_MAX) : shown;
  return {
    tone: 'solo',
    title: words.soloTitle,
    detail: words.soloOnly(list),
    key: { face: words.clear, press: clearSolo },
  };
}

/** Who changed what: the first move in full, the rest by name. */
function othersBanner({ audioInterface }: View, others: OtherHands, putBack: () => void): Banner | undefined {
  const { touches, steps } = others;
  const [first, ...more] = steps;
  const names = new Set([...touches.values()].map(({ by }) => byWords(by)));
  if (first === undefined) return undefined;
  const { what, move } = stepWords(first, audioInterface);
  const rest = [...new Set(more.map((step) => stepWords(step, audioInterface).what))].filter(
    (other) => other !== what,
  );
  const shown = rest.slice(0, NAMES_MAX).join(', ');
  const list = rest.length > NAMES_MAX ? words.andMore(shown, rest.length - NAMES_MAX) : shown;
  return {
    tone: 'other',
    icon: handIcon,
    title: words.othersChanged([...names].join(', '), touches.size),
    detail: rest.length > 0 ? words.also(`${what} ${move}`, list) : `${what} ${move}`,
    key: { face: words.putBack, about: list === '' ? what : `${what}, ${list}`, press: putBack },
  };
}

/** Everything that stands, the worst first. */
export function standingBanners(view: View, others: OtherHands, keys: BannerKeys): readonly Banner[] {
  const alone = aloneBanner(view, others, keys);
  if (alone !== undefined || view.frozen) return alone === undefined ? [] : [alone];
  const { trouble, report, offer } = noticeBanners(view, keys);
  const solo = soloBanner(view, keys.clearSolo);
  const standing = [
    ...(trouble && solo ? [troubleAndSolo(trouble, solo)] : [trouble, solo]),
    report,
    othersBanner(view, others, keys.putBack),
    offer,
  ];
  return standing.filter((banner) => banner !== undefined);
}

/** Whoever hears one channel only must know why, whatever else is the matter. */
function troubleAndSolo(trouble: Banner, solo: Banner): Banner {
  const { key = trouble.key, title, detail } = solo;
  return { ...trouble, detail: `${title}: ${detail}`, ...(key && { key }) };
}

/** What nothing is told beside. */
function aloneBanner(view: View, others: OtherHands, keys: BannerKeys): Banner | undefined {
  if (view.shutOut) {
    return {
      tone: 'note',
      ...words.shutOut(view.name),
      key: { face: words.startAnew, press: keys.startAnew },
    };
  }
  if (view.outdated) {
    return {
      tone: 'warn',
      ...words.outdated,
      key: { face: words.reload, press: keys.reload },
    };
  }
  // Before "all muted": its key could not bring anything back now, and the silence is still drawn on every row.
  if (view.frozen) return lossBanner(view);
  if (view.mix?.mute_all) {
    const { mutedAllBy: by } = others;
    const allMuted = by === undefined ? words.allMuted : words.allMutedBy(byWords(by));
    return {
      tone: 'alarm',
      icon: speakerOffIcon,
      ...allMuted,
      key: { face: words.bringBack, press: keys.bringBack },
    };
  }
  return undefined;
}
