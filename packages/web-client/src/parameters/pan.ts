/** Pan as people read it: percent to a side. */
import { words } from '../words/words.ts';

/** -100…+100 */
export const panPercent = (pan: number): number => Math.round(pan * 100);

/** "L20", "R30", and for the centre what the place asks for: nothing on a row, "C" on a strip. */
export function formatPan(pan: number, centre: string): string {
  const percent = panPercent(pan);
  if (percent === 0) return centre;
  return percent < 0 ? `L${-percent}` : `R${percent}`;
}

/** For screen readers: "left 20" */
export const speakPan = (pan: number): string => words.panSpoken(panPercent(pan));
