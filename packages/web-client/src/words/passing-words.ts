/** What is told in one line and passes: a refusal, a return, a level that went to 0 dB. */
import type { InterfaceSummary } from '@foldback/protocol';
import type { ChannelReset } from '../elements/intents.ts';
import type { PassingNotice } from '../elements/passing-notice.ts';
import { channelName } from './channel-name.ts';
import { formatLevel } from '../parameters/decibels.ts';
import { words } from './words.ts';
import type { Rebalance } from '../mixes/more-me.ts';
import type { MixDifference } from '../mixes/mix-difference.ts';
import type { News } from '../mixes/news.ts';
import type { Entry, WayBack } from '../history/session-history.ts';
import { entryWords } from './step-words.ts';

export function newsNotice(news: News): PassingNotice {
  switch (news.kind) {
    case 'back':
      return backNotice(news.changed);
    case 'interface_back':
      return { title: words.interfaceBack };
    case 'recording':
      return { title: words.recording };
    case 'refused':
      return { title: words.refusals[news.error.code] ?? words.refused };
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
  if (parts.length === 0) return words.back;
  if (parts.length === 1 && count > 0) return { title: words.backChanged(count) };
  return { title: words.backChangedToo(parts) };
}

/** What an undo, a redo or a "put back" did: `title` says which, `key` is the way on. */
export function wayBackNotice(
  { entry, wishes }: WayBack,
  audioInterface: InterfaceSummary | undefined,
  title: (what: string) => string,
  key?: PassingNotice['key'],
): PassingNotice {
  const { what, move } = entryWords(entry, audioInterface);
  if (wishes.length === 0) return words.changedSince(what);
  return { title: title(what), detail: move, ...(key && { key }) };
}

/** What one tap of this phone did that may have been a slip; undefined where the page itself shows it, and the way back. */
export function doneNotice(
  { steps }: Entry,
  audioInterface: InterfaceSummary | undefined,
  undo: () => void,
): PassingNotice | undefined {
  const [only, ...more] = steps;
  if (only === undefined || more.length > 0) return undefined;
  const key = { face: words.undo, press: undo };
  const { after } = only;
  if (after.type !== 'channel_toggle') return undefined;
  const name = channelName(audioInterface, after.channel);
  return { title: after.value ? words.added(name) : words.takenOut(name), key };
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
