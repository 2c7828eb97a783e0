/** What is told in one line and passes: a refusal, a return, a level that went to 0 dB. */
import type { ErrorBody } from '@foldback/protocol';
import type { ChannelReset } from './elements/intents.ts';
import type { PassingNotice } from './elements/passing-notice.ts';
import { formatLevel } from './format/decibels.ts';
import { words } from './i18n/words.ts';
import type { Rebalance } from './model/more-me.ts';
import type { News } from './model/mixer-client.ts';
import type { MixDifference } from './model/mix-view.ts';

export function newsNotice(news: News): PassingNotice {
  switch (news.kind) {
    case 'back':
      return backNotice(news.changed);
    case 'device_back':
      return { title: words.deviceBack };
    case 'refused':
      return { title: refusal(news.error) };
  }
}

function backNotice({ channels, master, muteAll, output }: MixDifference): PassingNotice {
  const count = channels.length;
  const parts = [
    ...(count > 0 ? [words.partChannels(count)] : []),
    ...(master ? [words.partMaster] : []),
    ...(muteAll ? [words.partMuteAll] : []),
    ...(output ? [words.partOutput] : []),
  ];
  if (parts.length === 0) return { title: words.back, detail: words.backDetail };
  if (parts.length === 1 && count > 0) return { title: words.backChanged(count) };
  return { title: words.backChangedToo(parts) };
}

export const resetNotice = ({ name, fromDb, toDb }: ChannelReset, undo: () => void): PassingNotice => ({
  title: words.wasReset(name, formatLevel(toDb)),
  detail: `(${words.wasLevel(formatLevel(fromDb))})`,
  key: { face: words.undo, press: undo },
});

export const moreMeNotice = (
  { mineDb, restDb, sameLoudness }: Rebalance,
  undo: () => void,
): PassingNotice => {
  const rest = restDb === undefined ? undefined : formatLevel(restDb);
  return {
    title: words.moreMeBy(formatLevel(mineDb)),
    ...(rest !== undefined && { detail: sameLoudness ? words.restBySame(rest) : words.restBy(rest) }),
    key: { face: words.undo, press: undo },
  };
};

function refusal({ code }: ErrorBody): string {
  switch (code) {
    case 'not_permitted':
      return words.notPermitted;
    case 'not_saved':
      return words.notSaved;
    default:
      return words.refused;
  }
}
