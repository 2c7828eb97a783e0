/** Which standing notices this musician has taken note of: remembered, and not shown again. */
import type { Memory } from '../boot/memory.ts';
import type { StandingNotice } from './standing-notices.ts';
import type { View } from '../mixes/view.ts';

/** Up to so many are remembered. */
const SEEN_MAX = 20;

const keyOfNotice = ({ code, at }: StandingNotice): string => `${code}@${at}`;

const noticesSeen = (memory: Memory): string[] => memory.get('notices_seen')?.split(' ') ?? [];

export const noticeSeen = (memory: Memory, notice: StandingNotice): void =>
  memory.set('notices_seen', [...noticesSeen(memory), keyOfNotice(notice)].slice(-SEEN_MAX).join(' '));

/** The view, less what has been seen. */
export function withoutSeen(memory: Memory, view: View): View {
  const seen = noticesSeen(memory);
  const notices = view.notices.filter((notice) => !seen.includes(keyOfNotice(notice)));
  return notices.length === view.notices.length ? view : { ...view, notices };
}
