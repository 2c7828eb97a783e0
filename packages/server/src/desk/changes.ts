/** What differs between two states of one musician, as whole replaced values. */
import { gainOf, isMuted, panOf, type Change, type Marks, type Mix } from '@foldback/protocol';
import type { Client } from './client.ts';

/** From here on the whole mix is shorter than its parts. */
const WHOLE_MIX_FROM = 16;

type Table = 'gains' | 'pans' | 'mutes';

/** Channels whose entry in a table is another than before, or is not there any more. */
function changedChannels(before: Mix, after: Mix, table: Table): number[] {
  const was = before[table];
  const is = after[table];
  if (was === is) return [];
  return Object.keys({ ...was, ...is })
    .filter((channel) => was[channel] !== is[channel])
    .map(Number);
}

/** Channels that joined or left a list. */
function toggledChannels(before: readonly number[], after: readonly number[]): number[] {
  if (before === after) return [];
  const was = new Set(before);
  const is = new Set(after);
  return [...new Set([...before, ...after])].filter((channel) => was.has(channel) !== is.has(channel));
}

const sameMarks = (a: Marks, b: Marks): boolean =>
  a === b ||
  (toggledChannels(a.mine, b.mine).length === 0 && toggledChannels(a.hidden, b.hidden).length === 0);

/** The changes a page must apply to come from `before` to `after`. Empty when only the name differs. */
export function changesBetween(before: Client, after: Client): Change[] {
  const was = before.mix;
  const is = after.mix;
  const changes: Change[] = [
    ...toggledChannels(was.channels, is.channels).map((channel): Change => ({
      type: 'channel_toggle',
      channel,
      value: is.channels.includes(channel),
    })),
    ...changedChannels(was, is, 'gains').map((channel): Change => ({
      type: 'gain',
      channel,
      value: gainOf(is, channel),
    })),
    ...changedChannels(was, is, 'pans').map((channel): Change => ({
      type: 'pan',
      channel,
      value: panOf(is, channel),
    })),
    ...changedChannels(was, is, 'mutes').map((channel): Change => ({
      type: 'mute',
      channel,
      value: isMuted(is, channel),
    })),
    ...toggledChannels(was.solos, is.solos).map((channel): Change => ({
      type: 'solo',
      channel,
      value: is.solos.includes(channel),
    })),
  ];
  if (was.master_gain !== is.master_gain) changes.push({ type: 'master_gain', value: is.master_gain });
  const others: Change[] = [];
  if (before.mute_all !== after.mute_all) others.push({ type: 'mute_all', value: after.mute_all });
  if (before.output !== after.output) others.push({ type: 'output', value: after.output });
  if (!sameMarks(before.marks, after.marks)) others.push({ type: 'marks', value: wireMarks(after.marks) });
  return changes.length >= WHOLE_MIX_FROM
    ? [{ type: 'mix', value: wireMix(is) }, ...others]
    : [...changes, ...others];
}

/** What a page must apply that knows nothing of a musician, or something old. */
export const everythingOf = ({ mix, mute_all, output, marks }: Client): Change[] => [
  { type: 'mix', value: wireMix(mix) },
  { type: 'mute_all', value: mute_all },
  { type: 'output', value: output },
  { type: 'marks', value: wireMarks(marks) },
];

export const wireMarks = ({ mine, hidden }: Marks) => ({ mine: [...mine], hidden: [...hidden] });

/** A mix as messages carry it: the same values, in tables and lists of the message's own. */
export function wireMix(mix: Mix) {
  return {
    channels: [...mix.channels],
    gains: { ...mix.gains },
    pans: { ...mix.pans },
    mutes: { ...mix.mutes },
    solos: [...mix.solos],
    master_gain: mix.master_gain,
  };
}
