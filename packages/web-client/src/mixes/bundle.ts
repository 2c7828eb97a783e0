/** Values of one mix in as few commands as they go into, so that what belongs together is heard together. Pure. */
import type { MyMix } from './my-mix.ts';
import { type Gains, type Wish, withMember } from './wish.ts';

type OfType<T extends Wish['type']> = Extract<Wish, { readonly type: T }>;

const ofType = <T extends Wish['type']>(wishes: readonly Wish[], type: T): OfType<T>[] =>
  wishes.filter((wish): wish is OfType<T> => wish.type === type);

export function bundled(wishes: readonly Wish[], { mix }: MyMix): Wish[] {
  const levels = ofType(wishes, 'gain');
  const toggles = ofType(wishes, 'channel_toggle');
  const gains: Gains = Object.fromEntries(levels.map(({ channel, value }) => [channel, value]));
  const others = wishes.filter(({ type }) => type !== 'gain' && type !== 'channel_toggle');
  if (toggles.length > 1) {
    const channels = toggles.reduce(
      (members: readonly number[], { channel, value }) => withMember(members, channel, value),
      mix.channels,
    );
    return [...others, { type: 'cast', value: { channels, gains } }];
  }
  // A level before its channel comes: what is not heard yet may go anywhere.
  return [
    ...others,
    ...(levels.length > 1 ? [{ type: 'gains', value: gains } as const] : levels),
    ...toggles,
  ];
}
