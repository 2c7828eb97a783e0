/** What is told in one line and passes: a refusal, a return, what somebody else has done to the whole mix. */
import type { ChannelReset } from '../elements/intents.ts';
import type { PassingNotice } from '../elements/passing-notice.ts';
import type { MixDifference } from '../mixes/mix-difference.ts';
import type { Rebalance } from '../mixes/more-me.ts';
import type { News } from '../mixes/news.ts';
import { formatLevel } from '../parameters/decibels.ts';
import { byWords } from './history-words.ts';
import { outputName } from './output-name.ts';
import { refusalNotice } from './refusal-words.ts';
import { words } from './words.ts';

type OutputNews = Extract<News, { readonly kind: 'output' }>;

export function newsNotice(news: News): PassingNotice {
  switch (news.kind) {
    case 'back':
      return backNotice(news.changed);
    case 'interface_back':
      return { title: words.interfaceBack };
    case 'recording':
      return { title: words.recording };
    case 'missed':
      return { title: words.missed(partsWords(news.changed)) };
    case 'brought_back':
      return { title: words.broughtBackBy(byWords(news.by)) };
    case 'output':
      return outputNotice(news);
    case 'refused':
      return refusalNotice(news.error);
  }
}

function partsWords({ channels, master, muteAll, output }: MixDifference): string[] {
  return [
    ...(channels.length > 0 ? [words.partChannels(channels.length)] : []),
    ...(master ? [words.partMaster] : []),
    ...(muteAll ? [words.partMuteAll] : []),
    ...(output ? [words.partOutput] : []),
  ];
}

function backNotice(changed: MixDifference): PassingNotice {
  const parts = partsWords(changed);
  const count = changed.channels.length;
  if (parts.length === 0) return words.back;
  if (parts.length === 1 && count > 0) return { title: words.backChanged(count) };
  return { title: words.backChangedToo(parts) };
}

function outputNotice({ by, output }: OutputNews): PassingNotice {
  const who = byWords(by);
  if (output === null) return words.outputTakenBy(who);
  return { title: words.outputGivenBy(who, outputName(output)) };
}

export const resetNotice = ({ name, fromDb, toDb }: ChannelReset, undo: () => void): PassingNotice => ({
  title: words.wasReset(name, formatLevel(toDb)),
  detail: `(${words.wasLevel(formatLevel(fromDb))})`,
  key: { face: words.undo, about: name, press: undo },
});

export const moreMeNotice = (
  { mineDb, restDb, sameLoudness }: Rebalance,
  undo: () => void,
): PassingNotice => {
  const rest = restDb === undefined ? undefined : formatLevel(restDb);
  return {
    title: words.moreMeBy(formatLevel(mineDb)),
    ...(rest !== undefined && { detail: sameLoudness ? words.restBySame(rest) : words.restBy(rest) }),
    key: { face: words.undo, about: words.moreMe, press: undo },
  };
};
