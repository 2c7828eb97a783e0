/** What the log says of a start, and of who comes (SPEC O3). */
import type { Logger } from 'pino';
import { outputName } from './change-log.ts';
import { displayName, type Client } from './desk/client.ts';
import type { Desk } from './desk/desk.ts';
import type { Arrival } from './doors/rows/joining.ts';
import type { Loaded, StoreNotice } from './store/state-store.ts';

const SOURCES: Readonly<Record<Loaded['source'], string>> = {
  store: 'the saved state',
  backup: 'a backup',
  mirror: 'channels_state.json',
  empty: 'nowhere: this is a fresh start',
};

const RESTORED: Readonly<Record<Arrival['restoredFrom'], (client: Client) => string>> = {
  store: ({ mix }) => `their mix of ${mix.channels.length} channels`,
  archive: ({ mix }) => `their mix of ${mix.channels.length} channels from the archive`,
  'devices.json': () => 'their mix from devices.json',
  defaults: () => 'a new, empty mix',
};

export function logNotice(log: Logger, { level, code, message }: StoreNotice): void {
  log[level]({ code }, message);
}

/** @param ms what reading the state and setting every mix took; opening the interface is another matter */
export function logRestored(log: Logger, source: Loaded['source'], desk: Desk, ms: number): void {
  const count = desk.size;
  if (count === 0) {
    log.info('No saved mixes yet: every musician who comes gets one');
    return;
  }
  const who = [...desk.clients()].slice(0, 8).map(displayName).join(', ');
  const others = count > 8 ? ` and ${count - 8} more` : '';
  log.info(
    `Restored ${count} ${count === 1 ? 'mix' : 'mixes'} from ${SOURCES[source]} in ${ms.toFixed(0)} ms: ${who}${others}`,
  );
}

export function logArrival(log: Logger, { client, restoredFrom }: Arrival): void {
  const output = client.output === null ? 'no output' : `outputs ${outputName(client.output)}`;
  log.info(`${displayName(client)} is here with ${RESTORED[restoredFrom](client)}, ${output}`);
}
