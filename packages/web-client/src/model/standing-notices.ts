/** What the server told everybody and still holds. Pure. */
import type { Notice } from '@foldback/protocol';

type Code = Notice['code'];

/** Codes that only end another one. */
const ENDS = { saved_again: 'not_saved', device_back: 'device_lost' } as const satisfies Partial<
  Record<Code, Code>
>;
type End = keyof typeof ENDS;

export type StandingCode = Exclude<Code, End>;

export interface StandingNotice extends Notice {
  readonly code: StandingCode;
}

const isEnd = (code: Code): code is End => code in ENDS;
const isStanding = (notice: Notice): notice is StandingNotice => !isEnd(notice.code);

/** The newest of each kind, less what has been ended since. */
export function withNotice(standing: readonly StandingNotice[], notice: Notice): readonly StandingNotice[] {
  const replaced = isEnd(notice.code) ? ENDS[notice.code] : notice.code;
  const others = standing.filter(({ code }) => code !== replaced);
  return isStanding(notice) ? [...others, notice] : others;
}
