/** Which channels are mine and which are folded away. Never both at once: what is mine is in sight. Pure. */
import type { Marks } from '@foldback/protocol';
import { withMember } from './wish.ts';

export function withMark(
  { mine, hidden }: Marks,
  mark: keyof Marks,
  channel: number,
  wanted: boolean,
): Marks {
  const marks = { mine: withMember(mine, channel, false), hidden: withMember(hidden, channel, false) };
  return { ...marks, [mark]: withMember(marks[mark], channel, wanted) };
}
