/** The long form of the storm: libFuzzer chooses its calls by what they reach, `nx run engine-native:fuzz-addon`. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { findAddon } from '../../lib/addon-file.ts';
import { drawnFrom, noted, seeded } from '../draw.ts';
import { storm } from '../storm.ts';

/** test/fuzz/addon_fuzzer.cpp: `live` answers with what is wrong, or with nothing. */
interface Fuzzer {
  fuzz(args: readonly string[], live: (bytes: Uint8Array, answer: (wrong?: string) => void) => void): void;
}

const SEEDS = 64;
const CALLS = 15;

/** Storms as bytes: so the fuzzer begins in the middle of recordings, taps and closing engines. */
async function writeSeeds(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (let seed = 0; seed < SEEDS; seed += 1) {
    const bytes: number[] = [];
    let calls = CALLS;
    await storm(noted(seeded(seed), bytes), () => calls-- > 0);
    writeFileSync(join(folder, `seed-${seed}`), Uint8Array.from(bytes));
  }
}

async function live(bytes: Uint8Array): Promise<string | undefined> {
  const { draw, left } = drawnFrom(bytes);
  try {
    await storm(draw, () => left() > 0);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.stack : String(error);
  }
}

const [corpus = 'corpus', ...options] = process.argv.slice(2); // or one input, to live through it again
const fuzzer = createRequire(import.meta.url)(findAddon()) as Fuzzer;
if (!existsSync(corpus)) await writeSeeds(corpus);
fuzzer.fuzz([...options, corpus], (bytes, answer) => {
  void live(bytes).then(answer);
});
