/** An engine on the manual device, for tests that step it. */
import { NativeEngine } from '../lib/index.ts';

/** 100 ms: longer than every fade of the engine. */
export const SETTLE_FRAMES = 4800;

export interface ManualEngine {
  engine: NativeEngine;
  /** Renders frames of constant inputs, one value per channel; returns the last frame of every output. */
  readonly play: (levels: readonly number[], frames?: number) => number[];
}

export async function openManual(inputs: number, outputs: number, lanes = 6): Promise<ManualEngine> {
  const engine = new NativeEngine();
  await engine.open({ device: { kind: 'manual', inputs, outputs }, lanes });
  const play = (levels: readonly number[], frames = SETTLE_FRAMES): number[] => {
    const input = new Float32Array(inputs * frames);
    levels.forEach((level, channel) => input.fill(level, channel * frames, (channel + 1) * frames));
    const output = engine.render(input, frames);
    return Array.from({ length: outputs }, (_, channel) => output[(channel + 1) * frames - 1] ?? Number.NaN);
  };
  return { engine, play };
}
