/** What tests and figures of the history play on: gestures as faders make them. */
import { createHash } from 'node:crypto';
import { dbToGain } from '@foldback/protocol';
import type { JournalPart } from './open-gestures.ts';

/** An id as phones make them, the same one every time. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [8, 13, 18, 23, 36].map((end, part) => hex.slice([0, 9, 14, 19, 24][part], end)).join('-');
}

/** A fader, a pan or a mute of one of so many musicians, one after the other; no two alike. */
export function partOf(number: number, at: number, musicians: number): JournalPart {
  const musician = `musician ${number % musicians}`;
  const channel = (number * 7) % 32;
  const level = (step: number): number => dbToGain(-60 + (((number * 37 + step * 11) % 130) + 1) / 2);
  const pan = (step: number): number => ((number * 13 + step * 7) % 101) / 50 - 1;
  const patch = (step: number): JournalPart['to'] => {
    if (number % 10 === 0) return { mutes: { [channel]: step === 1 } };
    if (number % 10 === 1) return { pans: { [channel]: pan(step) } };
    return { gains: { [channel]: level(step) } };
  };
  return {
    key: `mix/${uuidOf(musician)}`,
    gesture: uuidOf(`gesture ${number}`),
    author: uuidOf(musician),
    author_name: musician,
    reason: 'hand',
    at,
    until: at + 1500,
    from: patch(0),
    to: patch(1),
  };
}
