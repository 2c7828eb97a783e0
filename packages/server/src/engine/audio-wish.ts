/** Which audio interface is wished for, and which of the devices that PortAudio lists that means (SPEC E2, E3). */
import type { AudioDeviceInfo, OpenRequest } from './engine.ts';
import type { MultitrackWish } from './multitrack-folder.ts';

/** With fewer inputs it is a laptop's microphone, and a microphone beside its speaker howls. */
const INTERFACE_INPUTS_MIN = 4;
const INTERFACE_OUTPUTS_MIN = 2;

export interface AudioWish {
  /** Name, index, "virtual", or undefined: choose. */
  readonly device: string | undefined;
  readonly sampleRateHz: number | undefined;
  readonly blockFrames: number | undefined;
  /** WAV files to play in the place of the inputs, whatever the interface. */
  readonly multitrack: MultitrackWish | undefined;
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
