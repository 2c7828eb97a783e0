/** What a recording says about the mixer that made it: prediction from known coefficients, and coefficients from the sound. */
import { rigNoise, type Recording } from './jack.ts';

/** Coefficients of one output channel, by input. */
export type Row = ArrayLike<number>;

/** How many frames the sound takes through the device, found by where the recording fits the noise that was played. */
const LAG_MAX = 1024;
const FIT_FRAMES = 256;
/** See jack.ts: globals are slow in Jest's sandbox. */
const { abs, max } = Math;

const outputAt = ({ samples, outputs }: Recording, frame: number, output: number): number =>
  samples[frame * outputs + output] ?? 0;

/** Largest difference between an output channel and the sum it should be. */
export function worstError(
  recording: Recording,
  output: number,
  row: Row,
  lag: number,
  from: number,
  to: number,
) {
  let worst = 0;
  const heard = Array.from(row).flatMap((coefficient, input) =>
    coefficient === 0 ? [] : [{ coefficient, input }],
  );
  for (let frame = from; frame < to; frame++) {
    let expected = 0;
    for (const { coefficient, input } of heard) {
      expected += coefficient * rigNoise(input, recording.firstFrame + frame - lag);
    }
    worst = max(worst, abs(expected - outputAt(recording, frame, output)));
  }
  return worst;
}

/** The lag at which an output that is not silent fits its coefficients best. */
export function findLag(recording: Recording, output: number, row: Row): number {
  let best = 0;
  let smallest = Infinity;
  for (let lag = 0; lag <= LAG_MAX; lag++) {
    const error = worstError(recording, output, row, lag, 0, FIT_FRAMES);
    if (error < smallest) {
      smallest = error;
      best = lag;
    }
  }
  return best;
}

/**
 * The coefficients an output channel was mixed with, from its sound alone: least squares over the known noise
 * (normal equations, Gaussian elimination with partial pivoting).
 */
export function measureRow(recording: Recording, output: number, inputs: number, lag: number): number[] {
  const matrix = Array.from({ length: inputs }, () => new Float64Array(inputs + 1));
  const noise = new Float64Array(inputs);
  for (let frame = 0; frame < recording.frames; frame++) {
    for (let input = 0; input < inputs; input++)
      noise[input] = rigNoise(input, recording.firstFrame + frame - lag);
    const heard = outputAt(recording, frame, output);
    for (let i = 0; i < inputs; i++) {
      const line = matrix[i];
      if (!line) continue;
      const factor = noise[i] ?? 0;
      for (let j = 0; j < inputs; j++) line[j] = (line[j] ?? 0) + factor * (noise[j] ?? 0);
      line[inputs] = (line[inputs] ?? 0) + factor * heard;
    }
  }
  return solve(matrix, inputs);
}

function solve(matrix: Float64Array[], size: number): number[] {
  const at = (row: number, column: number): number => matrix[row]?.[column] ?? 0;
  for (let pivot = 0; pivot < size; pivot++) {
    let largest = pivot;
    for (let row = pivot + 1; row < size; row++) {
      if (Math.abs(at(row, pivot)) > Math.abs(at(largest, pivot))) largest = row;
    }
    const [a, b] = [matrix[pivot], matrix[largest]];
    if (a && b) [matrix[pivot], matrix[largest]] = [b, a];
    for (let row = 0; row < size; row++) {
      const line = matrix[row];
      if (row === pivot || !line) continue;
      const factor = at(row, pivot) / at(pivot, pivot);
      for (let column = pivot; column <= size; column++)
        line[column] = at(row, column) - factor * at(pivot, column);
    }
  }
  return Array.from({ length: size }, (_, row) => at(row, size) / at(row, row));
}
