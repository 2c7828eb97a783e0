/** Which audio device is wished for, and which of those there are that means (SPEC E2, E3). */
import type { AudioDeviceInfo, OpenRequest } from './engine.ts';

/** With fewer inputs it is a laptop's microphone, and a microphone beside its speaker howls. */
const INTERFACE_INPUTS_MIN = 4;
const INTERFACE_OUTPUTS_MIN = 2;
/** What interfaces run at. */
const USUAL_RATES_HZ = [44_100, 48_000, 88_200, 96_000, 176_400, 192_000];

export interface AudioWish {
  /** Name, index, "virtual", or undefined: choose. */
  readonly device: string | undefined;
  readonly sampleRateHz: number | undefined;
  readonly blockFrames: number | undefined;
}

export const isVirtual = ({ device }: AudioWish): boolean => device === 'virtual';

const isInterface = ({ inputs, outputs }: AudioDeviceInfo): boolean =>
  inputs >= INTERFACE_INPUTS_MIN && outputs >= INTERFACE_OUTPUTS_MIN;

/** The interfaces somebody would mix with, the system's own choice first. */
export function interfacesOf(devices: readonly AudioDeviceInfo[]): AudioDeviceInfo[] {
  return devices.filter(isInterface).toSorted((a, b) => Number(b.isDefault) - Number(a.isDefault));
}

/** Whether a device of that name or number is there; the same rule as the engine's own, which has the last word. */
export function isThere(devices: readonly AudioDeviceInfo[], wished: string): boolean {
  if (/^\d+$/.test(wished)) return devices.some(({ index }) => index === Number(wished));
  const similar = devices.filter(({ name }) => name.toLowerCase().includes(wished.toLowerCase()));
  return similar.length === 1 || similar.some(({ name }) => name === wished);
}

export function requestFor(device: string, { sampleRateHz, blockFrames }: AudioWish): OpenRequest {
  return {
    device: { kind: 'portaudio', device: /^\d+$/.test(device) ? Number(device) : device },
    ...(sampleRateHz === undefined ? {} : { sampleRateHz }),
    ...(blockFrames === undefined ? {} : { blockFrames }),
  };
}

/** What to try when a device refuses: its own block, other rates, the nearest first; then whatever it likes. */
export function alternativesTo(request: OpenRequest): OpenRequest[] {
  const { device, sampleRateHz, blockFrames } = request;
  const tries: OpenRequest[] = [];
  if (sampleRateHz !== undefined) {
    const distance = (rateHz: number): number => Math.abs(Math.log(rateHz / sampleRateHz));
    const others = USUAL_RATES_HZ.filter((rateHz) => rateHz !== sampleRateHz);
    if (blockFrames !== undefined) tries.push({ device, sampleRateHz });
    for (const rateHz of others.toSorted((a, b) => distance(a) - distance(b)))
      tries.push({ ...request, sampleRateHz: rateHz });
  }
  if (sampleRateHz !== undefined || blockFrames !== undefined) tries.push({ device });
  return tries;
}
