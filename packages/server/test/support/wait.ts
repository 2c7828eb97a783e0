/** Waiting for something another process does, by looking again and again; never by guessing how long it takes. */
import { setTimeout as delay } from 'node:timers/promises';

const LOOK_EVERY_MS = 20;
const GIVE_UP_MS = 15_000;

/** @returns what `look` found @throws Error naming what was waited for */
export async function eventually<Found>(
  what: string,
  look: () => Found | undefined | false | Promise<Found | undefined | false>,
): Promise<Found> {
  const deadline = performance.now() + GIVE_UP_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await delay(LOOK_EVERY_MS);
  }
}
