import { NativeEngine } from '@foldback/engine-native';
import { CONTRACT_INPUTS, CONTRACT_OUTPUTS, engineContract } from './engine.contract.ts';
import { LocalEngine } from './local-engine.ts';

/** More than the longest fade and ramp, in blocks of an odd size. */
const BLOCK_FRAMES = 441;
const BLOCKS = 120;

engineContract('the local', async () => {
  const native = new NativeEngine();
  const engine = new LocalEngine(native);
  await engine.open({
    device: { kind: 'manual', inputs: CONTRACT_INPUTS, outputs: CONTRACT_OUTPUTS },
    sampleRateHz: 48_000,
  });
  return {
    engine,
    async play(levels) {
      const input = new Float32Array(CONTRACT_INPUTS * BLOCK_FRAMES);
      levels.forEach((level, channel) =>
        input.fill(level, channel * BLOCK_FRAMES, (channel + 1) * BLOCK_FRAMES),
      );
      let output = new Float32Array();
      for (let block = 0; block < BLOCKS; block++)
        output = native.render(input, BLOCK_FRAMES) as typeof output;
      return Array.from(
        { length: CONTRACT_OUTPUTS },
        (_, channel) => output[(channel + 1) * BLOCK_FRAMES - 1] ?? 0,
      );
    },
  };
});
