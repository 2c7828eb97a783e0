import { NativeEngine } from '@foldback/engine-native';
import { CONTRACT_INPUTS, CONTRACT_OUTPUTS, engineContract, playConstant } from './engine.contract.ts';
import { LocalEngine } from './local-engine.ts';

engineContract('the local', async () => {
  const native = new NativeEngine();
  const engine = new LocalEngine(native);
  await engine.open({
    device: { kind: 'manual', inputs: CONTRACT_INPUTS, outputs: CONTRACT_OUTPUTS },
    sampleRateHz: 48_000,
  });
  return { engine, play: async (levels) => playConstant(native, levels) };
});
