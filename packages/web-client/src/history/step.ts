/** One control before and after: what undo, put back and "Sam changed" are made of. Pure. */
import type { MyMix } from '../mixes/my-mix.ts';
import { type ControlKey, keyOf, valueIn, type Wish } from '../mixes/wish.ts';

export interface Step {
  readonly before: Wish;
  readonly after: Wish;
}

export const controlOf = ({ after }: Step): ControlKey => keyOf(after);

/** The channel a step is about; undefined for the whole mix. */
export const channelOf = ({ after }: Step): number | undefined =>
  'channel' in after ? after.channel : undefined;

/** One for each control: a balance moved at once is one level in each channel. */
export function partsOf(step: Step): Step[] {
  const { before, after } = step;
  if (before.type !== 'gains' || after.type !== 'gains') return [step];
  return Object.keys(after.value).flatMap((key) => {
    const channel = Number(key);
    const gain = (value = 0): Wish => ({ type: 'gain', channel, value });
    return stepOf(gain(before.value[channel]), gain(after.value[channel])) ?? [];
  });
}

/** The other way round. */
export const turned = (steps: readonly Step[]): Step[] =>
  steps.map(({ before, after }) => ({ before: after, after: before }));

/** Values are numbers, switches, or small tables of them. */
const sameValue = (a: Wish['value'], b: Wish['value']): boolean =>
  a === b || (typeof a === 'object' && JSON.stringify(a) === JSON.stringify(b));

/** The same control, with the value it has in a mix. */
export const withValueOf = (state: MyMix, wish: Wish): Wish =>
  ({ ...wish, value: valueIn(state, wish) }) as Wish;

/** Whether the control still has this value. */
export const stands = (state: MyMix, wish: Wish): boolean => sameValue(valueIn(state, wish), wish.value);

/** Undefined when nothing has moved. */
export const stepOf = (before: Wish, after: Wish): Step | undefined =>
  sameValue(before.value, after.value) ? undefined : { before, after };

/** The controls of one channel, in the order in which they are told. */
const controlsOf = (channel: number): Wish[] => [
  { type: 'gain', channel, value: 0 },
  { type: 'pan', channel, value: 0 },
  { type: 'mute', channel, value: false },
  { type: 'solo', channel, value: false },
  { type: 'channel_toggle', channel, value: false },
];

/** Channels that a mix says anything of. */
const channelsIn = ({ mix }: MyMix): number[] => [
  ...mix.channels,
  ...mix.solos,
  ...[mix.gains, mix.pans, mix.mutes].flatMap((table) => Object.keys(table).map(Number)),
];

/** Every control that is not as it was, by channel, and then those of the whole mix. */
export function stepsBetween(before: MyMix, after: MyMix): Step[] {
  const channels = [...new Set([before, after].flatMap(channelsIn))].sort((a, b) => a - b);
  const controls: Wish[] = [
    ...channels.flatMap(controlsOf),
    { type: 'master_gain', value: 0 },
    { type: 'mute_all', value: false },
  ];
  return controls.flatMap(
    (control) => stepOf(withValueOf(before, control), withValueOf(after, control)) ?? [],
  );
}

/** Steps in a row, as one for each control: from where it was first to where it is now. */
export function joined(earlier: readonly Step[], later: readonly Step[]): Step[] {
  const steps = new Map(earlier.map((step) => [controlOf(step), step]));
  for (const step of later) {
    const key = controlOf(step);
    steps.set(key, { before: steps.get(key)?.before ?? step.before, after: step.after });
  }
  return [...steps.values()].filter(({ before, after }) => stepOf(before, after) !== undefined);
}
