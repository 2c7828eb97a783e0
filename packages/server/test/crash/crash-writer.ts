/**
 * A program to be killed: four musicians change their mixes through a real store as fast as it goes, and every promise the
 * store makes is told on standard output, a pipe that outlives us. Usage: crash-writer <directory> <seed> [claim-early].
 */
import { writeSync } from 'node:fs';
import { EMPTY_MIX, NO_MARKS } from '@foldback/protocol';
import { SqliteStore } from '../../src/store/sqlite-store.ts';
import type { SavedClient } from '../../src/store/state-store.ts';
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

const store = new SqliteStore({
  directory,
  listener: {
    saved: (revisions) => {
      for (const { id, revision } of revisions) say('saved', id, revision);
    },
    archived: () => undefined,
    notice: ({ code }) => {
      say('notice', code, 0);
    },
  },
});

const { clients } = await store.load();
say('loaded', '-', clients.length);

/** Revisions go on over a clear and over runs, so that a judge can tell old from new. */
const revisions = new Map(clients.map((client) => [client.id, client.revision]));
let highest = Math.max(0, Number(seed) * 1_000_000, ...revisions.values());

const next = (id: string): SavedClient => {
  highest += 1;
  revisions.set(id, highest);
  const at = Date.now();
  return {
    id,
    mix: { ...EMPTY_MIX, channels: [0, 1], gains: { 0: (highest % 1000) / 1000 } },
    name: `name ${highest}`,
    output: null,
    mute_all: false,
    marks: NO_MARKS,
    revision: highest,
    changed_at: at,
    seen_at: at,
  };
};

/** A change somebody waits for: asked, then promised or refused. */
async function keep(asked: string, id: string, revision: number, change: Promise<void>): Promise<void> {
  say(asked, id, revision);
  if (claimEarly) say(`${asked}-kept`, id, revision);
  try {
    await change;
    if (!claimEarly) say(`${asked}-kept`, id, revision);
  } catch {
    say(`${asked}-refused`, id, revision);
  }
}

async function musician(id: string): Promise<never> {
  for (;;) {
    const dice = random();
    if (dice < 0.9) {
      const client = next(id);
      say('live', id, client.revision);
      store.record(client);
    } else if (dice < 0.97) {
      const client = next(id);
      await keep('keep', id, client.revision, store.keepClient(client));
    } else if (dice < 0.98) {
      highest += 1;
      await keep('clear', id, highest, store.clear([id]));
    } else {
      highest += 1;
      await keep('order', '-', highest, store.keepOrder([`order ${highest}`]));
    }
    await new Promise((resolve) => setTimeout(resolve, random() * 4));
  }
}

await Promise.all(
  ['drummer', 'singer', 'Íñigo (bajo)', 'keys'].map((id) => musician(id.replaceAll(' ', '_'))),
);
