/** Numbers for random tests: from a seed, or from bytes that a fuzzer chooses. */

/** A whole number from 0 to `below` - 1. */
export type Draw = (below: number) => number;

const SMALL = 256;
const LARGE_BYTES = 4;

/** Mulberry32 (Tommy Ettinger): small, and the same on every machine. */
export function seeded(seed: number): Draw {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Zeros once the bytes are used up. A byte for a choice among few, so that a fuzzer's change of one changes one choice. */
export function drawnFrom(bytes: Uint8Array): { draw: Draw; left: () => number } {
  let at = 0;
  const next = (): number => bytes[at++] ?? 0;
  const draw: Draw = (below) => {
    let number = next();
    for (let more = 1; below > SMALL && more < LARGE_BYTES; more += 1) number = number * SMALL + next();
    return number % below;
  };
  return { draw, left: () => bytes.length - at };
}

/** Draws like `draw` and adds to `bytes` what drawnFrom() draws the same numbers from. */
export function noted(draw: Draw, bytes: number[]): Draw {
  return (below) => {
    const number = draw(below);
    for (let place = below > SMALL ? LARGE_BYTES - 1 : 0; place >= 0; place -= 1) {
      bytes.push(Math.floor(number / SMALL ** place) % SMALL);
    }
    return number;
  };
}

export function pick<T>(draw: Draw, choices: readonly [T, ...T[]]): T {
  return choices[draw(choices.length)] ?? choices[0];
}
