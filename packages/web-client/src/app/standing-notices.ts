/** What the server told everybody and still holds. Pure. */
import { NOTICE_ENDS, type Notice } from '@foldback/protocol';

type Code = Notice['code'];

/** Codes that only end others. */
type End = keyof typeof NOTICE_ENDS;

export type StandingCode = Exclude<Code, End>;

export interface StandingNotice extends Notice {
  readonly code: StandingCode;
}

const isEnd = (code: Code): code is End => code in NOTICE_ENDS;
const isStanding = (notice: Notice): notice is StandingNotice => !isEnd(notice.code);

/** The newest of each kind, less what has been ended since. */
export function withNotice(standing: readonly StandingNotice[], notice: Notice): readonly StandingNotice[] {
  const replaced: readonly Code[] = isEnd(notice.code) ? NOTICE_ENDS[notice.code] : [notice.code];
  const others = standing.filter(({ code }) => !replaced.includes(code));
  return isStanding(notice) ? [...others, notice] : others;
}
