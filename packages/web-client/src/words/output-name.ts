/** An output pair as it is printed: by its outputs, counted from 1. */
import { words } from './words.ts';

/** @param pair from 0; null for none */
export const outputName = (pair: number | null): string =>
  pair === null ? words.noOutput : words.output(2 * pair + 1);
