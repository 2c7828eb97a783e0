/** Requests about the sound as a whole: recording, the interface, how it goes. */
import { EngineError } from '@foldback/engine-native/engine-error';
import { Refusal, type CommandAnswer, type CommandBody, type InterfaceSummary } from '@foldback/protocol';
import type { Recordings } from '../../recordings.ts';
import type { Clock } from '../../store/clock.ts';
import type { RowsFor } from './row.ts';

export interface SoundRowsOptions {
  readonly recordings: Pick<Recordings, 'set' | 'state'>;
  /** Plays on an interface that was offered. @throws EngineError when it is not, or does not open */
  readonly useInterface: (name: string) => Promise<InterfaceSummary>;
  readonly stats: () => Promise<CommandAnswer<'get_server_stats'>>;
  readonly clock: Clock;
}

export function soundRows({
  recordings,
  useInterface,
  stats,
  clock,
}: SoundRowsOptions): RowsFor<
  'set_recording' | 'get_recording' | 'use_interface' | 'ping' | 'heartbeat' | 'get_server_stats'
> {
  const ping = ({ body }: { body: CommandBody<'ping'> }): CommandAnswer<'ping'> => ({
    timestamp: body.timestamp,
    server_timestamp: clock.now(),
  });
  return {
    set_recording: ({ body }) => recordings.set(body.on),
    get_recording: () => recordings.state(),
    use_interface: async ({ body }) => {
      try {
        return await useInterface(body.interface);
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        throw new Refusal('interface_unavailable', 'interface', `interface: ${error.message}`, null, {
          value: error.message,
        });
      }
    },
    ping,
    heartbeat: ping,
    get_server_stats: () => stats(),
  };
}
