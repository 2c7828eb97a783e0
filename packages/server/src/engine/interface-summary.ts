/** The audio interface as pages need to know it. */
import { shownText, type InterfaceSummary } from '@foldback/protocol';
import type { StreamInfo } from './engine.ts';

export function interfaceSummary(stream: StreamInfo): InterfaceSummary {
  return {
    name: shownText(stream.deviceName),
    host_api: stream.hostApi,
    sample_rate: stream.sampleRateHz,
    inputs: stream.inputNames.map((name) => ({ name: shownText(name) })),
    output_pairs: Math.floor(stream.outputs / 2),
  };
}
