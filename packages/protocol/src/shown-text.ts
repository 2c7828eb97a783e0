/** Names as they can be shown anywhere: what somebody is called must not turn round, or hide, what stands beside it. */

/** What turns the direction of all that follows. Arabic and Hebrew need none of it. */
const TURNS = /[\u202a-\u202e\u2066-\u2069]/g;
const CONTROLS = /\p{Cc}/gu;
/** Spaces, marks of format, fillers: nobody sees them. */
const UNSEEN = /^[\p{Z}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/** Empty when there is nothing to see. */
export function shownText(text: string): string {
  const line = text.replace(TURNS, '').replace(CONTROLS, ' ');
  return UNSEEN.test(line) ? '' : line;
}
