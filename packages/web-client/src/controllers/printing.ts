/** Numbers that change as fast as a finger moves are printed some times a second: none is read faster, and each is laid out and drawn. */
import { onEveryFrame } from './frame-loop.ts';

/** At 60 frames a second in every third of them. */
const PRINT_EVERY_MS = 45;

let printedAtMs = -Infinity;
let next: Promise<void> | undefined;

/** @returns resolves in the next frame in which numbers are printed: the same one for all of the page */
export const printing = (): Promise<void> =>
  (next ??= new Promise((resolve) => {
    const stop = onEveryFrame((nowMs) => {
      if (nowMs - printedAtMs < PRINT_EVERY_MS) return;
      printedAtMs = nowMs;
      next = undefined;
      stop();
      resolve();
    });
  }));
