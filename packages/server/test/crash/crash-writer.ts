/**
 * A program to be killed: four musicians change their mixes through a real store as fast as it goes, and every promise the
 * store makes is told on standard output, a pipe that outlives us. Usage: crash-writer <directory> <seed> [claim-early].
 */
import { writeSync } from 'node:fs';
import { keyOf, splitKey, type RecordOf } from '@foldback/protocol';
import { EmbeddedStore } from '../../src/store/embedded-store.ts';
import { SmallDesk } from '../../src/store/small-desk.ts';
import type { CommitOutcome } from '../../src/store/state-store.ts';
import { mixRecord, orderRecord, personRecord } from '../../src/store/store-stage.ts';
import { randomFrom } from '../support/random.ts';

const [directory = '', seed = '0', claim] = process.argv.slice(2);
const claimEarly = claim === 'claim-early'; // the negative control: promises before the disk has it
const random = randomFrom(Number(seed));

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** `<what> <client> <revision> <ms since 1970>`, at once: no buffer may die with us. Waits while the pipe is full. */
const say = (what: string, id: string, revision: number): void => {
  let line = Buffer.from(`${what} ${id} ${revision} ${Date.now()}\n`);
  while (line.length > 0) {
    try {
      line = line.subarray(writeSync(1, line));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(sleeper, 0, 0, 1);
    }
  }
};

const store = new EmbeddedStore({
  directory,
  listener: {
    saved: (revisions) => {
      for (const { key, revision } of revisions) {
        const { kind, id } = splitKey(key);
        if (kind === 'mix') say('saved', id, revision);
      }
    },
    notice: ({ code }) => {
      say('notice', code, 0);
    },
  },
});

const desk = new SmallDesk(store);
const { records } = await desk.load();
say('loaded', '-', records.length);

/** Revisions go on over a clear and over runs, so that a judge can tell old from new. */
let highest = Math.max(0, Number(seed) * 1_000_000, ...records.map(({ revision }) => revision));

/** A mix and a name that belong together: they are written in one batch, always. */
const next = (id: string): readonly [mix: RecordOf, person: RecordOf] => {
  highest += 1;
  const times = { revision: highest, changed_at: Date.now() };
  return [
    mixRecord(id, { channels: [0, 1], gains: { 0: (highest % 1000) / 1000 } }, times),
    personRecord(id, { name: `name ${highest}`, seen_at: times.changed_at }, times),
  ];
};

/** A change somebody waits for: asked, then promised or refused. */
async function keep(
  asked: string,
  id: string,
  revision: number,
  change: Promise<CommitOutcome>,
): Promise<void> {
  say(asked, id, revision);
  if (claimEarly) say(`${asked}-kept`, id, revision);
  try {
    const { kind } = await change;
    // Of two orders that are kept at once, the second was made from what is not there any more.
    if (!claimEarly || kind === 'conflict')
      say(`${asked}-${kind === 'conflict' ? 'met' : 'kept'}`, id, revision);
  } catch {
    say(`${asked}-refused`, id, revision);
  }
}

async function musician(id: string): Promise<never> {
  for (;;) {
    const dice = random();
    if (dice < 0.9) {
      const moved = next(id);
      say('live', id, highest);
      void desk.move(...moved);
    } else if (dice < 0.97) {
      const kept = next(id);
      await keep('keep', id, highest, desk.keep(...kept));
    } else if (dice < 0.98) {
      highest += 1;
      await keep('clear', id, highest, desk.remove(keyOf('mix', id), keyOf('person', id)));
    } else {
      highest += 1;
      const order = orderRecord([`order ${highest}`], { revision: highest, changed_at: Date.now() });
      await keep('order', '-', highest, desk.keep(order));
    }
    await new Promise((resolve) => setTimeout(resolve, random() * 4));
  }
}

await Promise.all(
  ['drummer', 'singer', 'Íñigo (bajo)', 'keys'].map((id) => musician(id.replaceAll(' ', '_'))),
);
