/** What was done, undone and left, as people say it: "Bass −9.0 → −4.0 dB". */
import { type InterfaceSummary, gainToDb } from '@foldback/protocol';
import { channelName } from './channel-name.ts';
import { formatLevel } from '../parameters/decibels.ts';
import { formatPan } from '../parameters/pan.ts';
import { words } from './words.ts';
import type { PassingNotice } from '../elements/passing-notice.ts';
import type { Entry, Left, NamedAct, WayBack } from '../history/history.ts';
import { channelOf, type Step } from '../history/step.ts';
import type { Wish } from '../mixes/wish.ts';

/** "Bass" and "−9.0 → −4.0 dB". */
export interface StepWords {
  readonly what: string;
  readonly move: string;
}

function valueWords(wish: Wish): string {
  switch (wish.type) {
    case 'gain':
    case 'master_gain':
      return formatLevel(gainToDb(wish.value));
    case 'pan':
      return formatPan(wish.value, words.panCentre);
    case 'mute':
    case 'mute_all':
      return wish.value ? words.mutedSpoken : words.notMuted;
    case 'solo':
      return wish.value ? words.soloed : words.notSoloed;
    case 'channel_toggle':
      return wish.value ? words.inMyMix : words.notInMyMix;
    default:
      return '';
  }
}

const isLevel = ({ type }: Wish): boolean => type === 'gain' || type === 'master_gain';

/** "−9.0 → −4.0 dB" */
export function moveWords({ before, after }: Step): string {
  const unit = isLevel(after) ? ` ${words.unit}` : '';
  return `${valueWords(before)} → ${valueWords(after)}${unit}`;
}

export function stepWords(step: Step, audioInterface: InterfaceSummary | undefined): StepWords {
  const { after } = step;
  const channel = channelOf(step);
  const name = channel === undefined ? words.master : channelName(audioInterface, channel);
  return { what: after.type === 'pan' ? words.panOf(name) : name, move: moveWords(step) };
}

const actWords: Readonly<Record<NamedAct, () => string>> = {
  more_me: () => words.moreMe,
  everybody: () => words.everybodyIn,
};

/** By its own name; one step in full, several by their number. */
export function entryWords({ steps, as }: Entry, audioInterface: InterfaceSummary | undefined): StepWords {
  if (as !== undefined) return { what: actWords[as](), move: '' };
  const [only, ...more] = steps;
  if (only !== undefined && more.length === 0) return stepWords(only, audioInterface);
  const channel = comingOrGoing(steps)?.channel;
  if (channel !== undefined) return { what: channelName(audioInterface, channel), move: '' };
  return { what: words.changes(steps.length), move: '' };
}

/** "Sam · More me" */
export function whoWords({ by, as }: Entry): string {
  const who = by === undefined ? words.you : byWords(by);
  return as === undefined ? who : `${who} · ${actWords[as]()}`;
}

/** @param by empty for the server itself */
export const byWords = (by: string): string => by || words.theComputer;

/** Of a channel that comes alone, with its level, or goes. */
function comingOrGoing(steps: readonly Step[]): { channel: number; on: boolean } | undefined {
  const channels = new Set(steps.map(channelOf));
  const toggle = steps.find(({ after }) => after.type === 'channel_toggle')?.after;
  if (toggle?.type !== 'channel_toggle' || channels.size > 1) return undefined;
  return { channel: toggle.channel, on: toggle.value };
}

/** More names than this are counted, not listed. */
const NAMES_MAX = 2;

function leftWords(left: readonly Left[], audioInterface: InterfaceSummary | undefined): string {
  const names = [...new Set(left.map(({ step }) => stepWords(step, audioInterface).what))];
  const shown = names.slice(0, NAMES_MAX).join(', ');
  const what = names.length > NAMES_MAX ? words.andMore(shown, names.length - NAMES_MAX) : shown;
  const hands = new Set(left.map(({ by }) => by));
  const [by] = hands;
  return words.staysAs(what, names.length, hands.size > 1 || by === undefined ? undefined : byWords(by));
}

/** What an undo, a redo or a "put back" did: `title` says which, `key` is the way on, also from what is all left. */
export function wayBackNotice(
  { entry, wishes, left }: WayBack,
  audioInterface: InterfaceSummary | undefined,
  title: (what: string) => string,
  key?: Readonly<{ face: string; press: () => void }>,
): PassingNotice {
  const { what, move } = entryWords(entry, audioInterface);
  if (wishes.length === 0) {
    const [by] = left.map((each) => each.by);
    const since = words.changedSince(what, by === undefined ? undefined : byWords(by));
    return { ...since, ...(key && { key: { ...key, about: what } }) };
  }
  const detail = left.length > 0 ? leftWords(left, audioInterface) : move;
  return { title: title(what), detail, ...(key && { key: { ...key, about: what } }) };
}

/** What one tap of this phone did that may have been a slip; undefined where the page itself shows it, and the way back. */
export function doneNotice(
  { steps, as }: Entry,
  audioInterface: InterfaceSummary | undefined,
  levelDb: (channel: number) => number,
  undo: () => void,
): PassingNotice | undefined {
  const toggled = as === undefined ? comingOrGoing(steps) : undefined;
  if (toggled === undefined) return undefined;
  const { channel, on } = toggled;
  const name = channelName(audioInterface, channel);
  const title = on ? words.added(name, formatLevel(levelDb(channel))) : words.takenOut(name);
  return { title, key: { face: words.undo, about: name, press: undo } };
}
