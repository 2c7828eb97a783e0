/** What was done, as people say it: "Bass −9.0 → −4.0 dB". */
import { type InterfaceSummary, gainToDb } from '@foldback/protocol';
import { channelName } from './channel-name.ts';
import { formatLevel } from '../parameters/decibels.ts';
import { formatPan } from '../parameters/pan.ts';
import { words } from './words.ts';
import type { Entry } from '../history/session-history.ts';
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
  if (after.type === 'gains') return { what: words.changes(Object.keys(after.value).length), move: '' };
  const channel = channelOf(step);
  const name = channel === undefined ? words.master : channelName(audioInterface, channel);
  return { what: after.type === 'pan' ? words.panOf(name) : name, move: moveWords(step) };
}

/** "More me"; one step in full, several by their number. */
export function entryWords(
  { steps, moreMe }: Entry,
  audioInterface: InterfaceSummary | undefined,
): StepWords {
  if (moreMe) return { what: words.moreMe, move: '' };
  const [only, ...more] = steps;
  if (only !== undefined && more.length === 0) return stepWords(only, audioInterface);
  return { what: words.changes(steps.length), move: '' };
}
