/**
 * A conversation with clients made for the older system, recorded event by event (golden/): what they read is there, in the
 * form they read it (SPEC C3). To record it anew: RECORD_GOLDEN=1, and look at the difference.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { golden } from '../support/golden.ts';
import { OlderClient, type Heard } from '../support/older-client.ts';
import { ServerProcess, temporaryFolder } from '../support/server-process.ts';

const GOLDEN = join(import.meta.dirname, 'golden');

const folder = temporaryFolder();
let server: ServerProcess;
let talk: ReadonlyMap<string, readonly Line[]>;

/** Who heard what, and after which words of whom. */
interface Line {
  readonly after: string;
  readonly who: string;
  readonly body: Heard['body'];
}

class Recorder {
  readonly lines = new Map<string, Line[]>();

  async hears(
    after: string,
    who: string,
    client: OlderClient,
    event: string,
    isWanted?: (body: Heard['body']) => boolean,
  ) {
    const body = await client.hears(event, isWanted);
    this.lines.set(event, [...(this.lines.get(event) ?? []), { after, who, body }]);
  }
}

const isListOf =
  (clients: number) =>
  (body: Heard['body']): boolean =>
    (body['clients'] as unknown[]).length === clients;

/** A tablet with their page on it, a drummer's phone, and a browser that says nothing of itself. */
async function converse(): Promise<Recorder> {
  const recorder = new Recorder();
  const tablet = new OlderClient(server.url, { device_uuid: 'tablet', device_name: 'Tablet' });
  for (const event of ['device_info', 'device_uuid_assigned', 'clients_update'])
    await recorder.hears('the tablet connects', 'tablet', tablet, event);

  const drummer = new OlderClient(server.url, { device_uuid: 'drummer', device_name: 'Drums' });
  const subscribe = {
    channels: [0, 1, 2],
    gains: { 0: 0.5, 1: 0.75 },
    pans: { 1: -0.5 },
    mutes: { 2: true },
  };
  await drummer.hears('device_uuid_assigned');
  drummer.tell('subscribe', subscribe);
  await recorder.hears('the drummer subscribes', 'drummer', drummer, 'subscribed');
  for (let channel = 0; channel < 3; channel++)
    await recorder.hears('the drummer subscribes', 'tablet', tablet, 'param_sync');
  await recorder.hears('the drummer subscribes', 'tablet', tablet, 'clients_update', isListOf(1));

  const asks: readonly (readonly [event: string, body: unknown, reply: string, heardByDrummer?: string])[] = [
    ['update_gain', { channel: 1, gain: 1.5, target_client_id: 'drummer' }, 'gain_updated', 'param_sync'],
    ['update_pan', { channel: 1, pan: 1, target_client_id: 'drummer' }, 'pan_updated', 'param_sync'],
    ['toggle_mute', { channel: 1, muted: true, target_client_id: 'drummer' }, 'mute_toggled', 'param_sync'],
    [
      'update_client_mix',
      { target_client_id: 'drummer', channels: [0, 1, 4], gains: { 4: 0.25 }, master_gain: 0.8 },
      'mix_updated',
      'mix_updated',
    ],
    ['set_client_name', { client_id: 'drummer', custom_name: 'Leo' }, 'client_name_saved'],
    ['set_client_order', { order: ['drummer', 'tablet'] }, 'client_order_saved'],
    ['get_clients', {}, 'clients_list'],
    ['get_clients', undefined, 'clients_list'],
    ['ping', { timestamp: 1_700_000_000_000 }, 'pong'],
    ['heartbeat', { timestamp: 1_700_000_000_000 }, 'heartbeat_ack'],
    ['get_server_stats', {}, 'server_stats'],
    ['update_gain', { channel: 1, gain: 11, target_client_id: 'drummer' }, 'error'],
  ];
  for (const [event, body, reply, heard] of asks) {
    const after = `the tablet says ${JSON.stringify(body === undefined ? [event] : [event, body])}`;
    tablet.tell(event, body);
    await recorder.hears(after, 'tablet', tablet, reply);
    if (heard !== undefined) await recorder.hears(after, 'drummer', drummer, heard);
  }
  drummer.tell('subscribe', { channels: [0, 1, 4, 5] });
  await recorder.hears('the drummer switches channel 5 on', 'tablet', tablet, 'param_sync');

  const browser = new OlderClient(server.url, {});
  await browser.hears('device_uuid_assigned');
  browser.leave();
  drummer.leave();
  const again = new OlderClient(server.url, { device_uuid: 'drummer', device_name: 'Drums' });
  await recorder.hears('the drummer comes back', 'drummer', again, 'device_uuid_assigned');
  await recorder.hears('the drummer comes back', 'drummer', again, 'auto_resubscribed');
  await recorder.hears('the drummer comes back', 'drummer', again, 'clients_update');
  for (const client of [tablet, again]) client.leave();
  return recorder;
}

beforeAll(async () => {
  server = await ServerProcess.start({
    config: folder.path,
    args: ['--device', 'virtual', '--open', '--auto-route', 'false'],
  });
  talk = (await converse()).lines;
}, 60_000);

afterAll(async () => {
  await server?.end();
  folder.remove();
});

/** Every event that they know (SPEC C3, C4). */
const EVENTS = [
  'auto_resubscribed',
  'client_name_saved',
  'client_order_saved',
  'clients_list',
  'clients_update',
  'device_info',
  'device_uuid_assigned',
  'error',
  'gain_updated',
  'heartbeat_ack',
  'mix_updated',
  'mute_toggled',
  'pan_updated',
  'param_sync',
  'pong',
  'server_stats',
  'subscribed',
];

test.each(EVENTS)('%s is what it was when it was recorded', (event) => {
  const { recorded, now } = golden(GOLDEN, event, talk.get(event));
  expect(now).toEqual(recorded);
});

test('each event that they know is recorded, and nothing besides', () => {
  expect([...talk.keys()].sort()).toEqual(EVENTS);
  expect(readdirSync(GOLDEN).sort()).toEqual(EVENTS.map((event) => `${event}.json`));
});

/** The members that SPEC C3 names, by event; of whoever hears it last. */
const READ: readonly (readonly [event: string, members: readonly string[]])[] = [
  [
    'device_info',
    [
      ...['name', 'channels', 'sample_rate', 'blocksize', 'latency_ms', 'mode', 'version'],
      ...['operational_channels', 'features'],
    ],
  ],
  ['clients_update', ['clients', 'order', 'timestamp', 'count']],
  ['clients_list', ['clients', 'order', 'timestamp', 'total']],
  ['gain_updated', ['channel', 'gain', 'client_id', 'timestamp']],
  ['pan_updated', ['channel', 'pan', 'client_id', 'timestamp']],
  ['mute_toggled', ['channel', 'muted', 'client_id', 'timestamp']],
  ['client_name_saved', ['client_id', 'device_uuid', 'custom_name', 'status']],
  ['client_order_saved', ['status', 'order', 'timestamp']],
  ['pong', ['client_timestamp', 'server_timestamp']],
  ['heartbeat_ack', ['client_id', 'server_timestamp', 'client_timestamp', 'status']],
  [
    'server_stats',
    ['timestamp', 'web_clients', 'native_clients', 'total_clients', 'channel_manager', 'native_server'],
  ],
  ['param_sync', ['type', 'channel', 'value', 'client_id', 'source', 'timestamp']],
];

test.each(READ)('%s has every member that they read', (event, members) => {
  const body = talk.get(event)?.at(-1)?.body ?? {};
  expect(Object.keys(body)).toEqual(expect.arrayContaining([...members]));
});
