/** Requests about the sound as a whole: recording, the interface, how it goes. */
import { EngineError } from '@foldback/engine-native/engine-error';
import { Refusal, type CommandAnswer, type CommandBody, type DeviceSummary } from '@foldback/protocol';
import type { Recordings } from '../../recordings.ts';
import type { Clock } from '../../store/clock.ts';
import type { RowsFor } from './row.ts';

export interface SoundRowsOptions {
  readonly recordings: Pick<Recordings, 'set' | 'state'>;
  /** Plays on a device that was offered. @throws EngineError when it is not, or does not open */
  readonly useDevice: (name: string) => Promise<DeviceSummary>;
  readonly stats: () => Promise<CommandAnswer<'get_server_stats'>>;
  readonly clock: Clock;
}

export function soundRows({
  recordings,
  useDevice,
  stats,
  clock,
}: SoundRowsOptions): RowsFor<
  'set_recording' | 'get_recording' | 'use_device' | 'ping' | 'heartbeat' | 'get_server_stats'
> {
  const ping = ({ body }: { body: CommandBody<'ping'> }): CommandAnswer<'ping'> => ({
    timestamp: body.timestamp,
    server_timestamp: clock.now(),
  });
  return {
    set_recording: ({ body }) => recordings.set(body.on),
    get_recording: () => recordings.state(),
    use_device: async ({ body }) => {
      try {
        return await useDevice(body.device);
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        throw new Refusal('device_unavailable', 'device', `device: ${error.message}`);
      }
    },
    ping,
    heartbeat: ping,
    get_server_stats: () => stats(),
  };
}
