/** Levels as people read and hear them: one decimal, a true minus sign, the language's decimal mark. */
import { words } from '../words/words.ts';
import { FADER_TOP_DB } from './fader-taper.ts';

/** "−6.5", "+2.5", "0.0", "−∞" */
export function formatLevel(levelDb: number): string {
  if (levelDb === -Infinity) return '−∞';
  const tenths = Math.round(levelDb * 10);
  const sign = tenths > 0 ? '+' : tenths < 0 ? '−' : '';
  return sign + (Math.abs(tenths) / 10).toFixed(1).replace('.', words.decimalMark);
}

/** On a fader: "+14.0›" for what lies above its end stop. */
export const printLevel = (levelDb: number): string =>
  formatLevel(levelDb) + (levelDb > FADER_TOP_DB ? '›' : '');

/** For screen readers: "−6.5 dB", "off" */
export const speakLevel = (levelDb: number): string =>
  levelDb === -Infinity ? words.off : `${formatLevel(levelDb)} ${words.unit}`;
