/** Which audio device to open, and what to do when there is none (SPEC E2, E3). */
import type { Logger } from 'pino';
import type { AudioDeviceInfo, Engine, OpenRequest, StreamInfo } from './engine.ts';

/** With fewer inputs it is a laptop's microphone, and a microphone beside its speaker howls. */
const INTERFACE_INPUTS_MIN = 4;
const INTERFACE_OUTPUTS_MIN = 2;

export interface DeviceWish {
  /** Name, index, "virtual", or undefined: choose. */
  readonly device: string | undefined;
  readonly sampleRateHz: number | undefined;
  readonly blockFrames: number | undefined;
}

type DeviceRequest = OpenRequest['device'];

const VIRTUAL: DeviceRequest = { kind: 'virtual' };
const isInterface = ({ inputs, outputs }: AudioDeviceInfo): boolean =>
  inputs >= INTERFACE_INPUTS_MIN && outputs >= INTERFACE_OUTPUTS_MIN;

async function chooseDevice(engine: Engine, wish: string | undefined): Promise<DeviceRequest> {
  if (wish === 'virtual') return VIRTUAL;
  if (wish !== undefined) return { kind: 'portaudio', device: /^\d+$/.test(wish) ? Number(wish) : wish };
  const interfaces = (await engine.listDevices()).filter(isInterface);
  const found = interfaces.find(({ isDefault }) => isDefault) ?? interfaces[0];
  return found ? { kind: 'portaudio', device: found.index } : VIRTUAL;
}

/** Opens the device wished for; one that cannot be opened leaves the server running on the virtual one, and says so. */
export async function openDevice(engine: Engine, wish: DeviceWish, log: Logger): Promise<StreamInfo> {
  const request = (device: DeviceRequest): OpenRequest => ({
    device,
    ...(wish.sampleRateHz === undefined ? {} : { sampleRateHz: wish.sampleRateHz }),
    ...(wish.blockFrames === undefined ? {} : { blockFrames: wish.blockFrames }),
  });
  try {
    return await engine.open(request(await chooseDevice(engine, wish.device)));
  } catch (error) {
    log.error({ err: error }, 'The audio device cannot be opened; the demo band plays instead');
    return engine.open({ device: VIRTUAL });
  }
}
