/** Debian's python3-socketio, which older clients are made with: it is served like any other, over both transports. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describeWhere } from '../support/describe-where.ts';
import { NativeClient } from '../support/native-client.ts';
import type { Heard } from '../support/older-client.ts';
import { ServerProcess, temporaryFolder } from '../support/server-process.ts';

/** The one that comes first in the path may not be Debian's. */
const python = ['python3', '/usr/bin/python3'].find(
  (program) => spawnSync(program, ['-c', 'import socketio, requests, websocket']).status === 0,
);
const PROGRAM = fileURLToPath(new URL('python_client.py', import.meta.url));

const describeWithPython = describeWhere(
  python !== undefined,
  'python3-socketio, python3-requests and python3-websocket',
);

describeWithPython('python3-socketio', () => {
  const folder = temporaryFolder();
  let server: ServerProcess;

  beforeAll(async () => {
    server = await ServerProcess.start({
      config: folder.path,
      args: ['--device', 'virtual', '--open', '--auto-route', 'false'],
    });
  }, 60_000);

  afterAll(async () => {
    await server?.end();
    folder.remove();
  });

  test.each(['websocket', 'polling'])('over %s it hears what it reads', async (transport) => {
    const child = spawn(python as string, [PROGRAM, server.url, transport], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const complaints: string[] = [];
    child.stderr.setEncoding('utf8').on('data', (text: string) => complaints.push(text));
    const exited = once(child, 'exit');
    const heard = new Map<string, Heard['body']>();
    for await (const line of createInterface({ input: child.stdout })) {
      const { event, body } = JSON.parse(line) as Heard;
      heard.set(event, body);
      if (event !== 'ready') continue;
      const engineer = await NativeClient.join(server.port, 'engineer');
      await engineer.ask('update_gain', { channel: 0, gain: 0.25, target_client_id: '31' });
      engineer.close();
    }
    expect([await exited, complaints.join('')]).toEqual([[0, null], '']);
    expect(heard.get('ready')).toBe(transport);
    expect(Object.fromEntries(heard)).toMatchObject({
      device_info: { channels: 12, operational_channels: expect.any(Array), mode: 'control_center' },
      device_uuid_assigned: { device_uuid: '31', assigned: false },
      subscribed: { channels: [0, 1], gains: { 0: 0.5 } },
      gain_updated: { client_id: '31', channel: 1, gain: 2 },
      pan_updated: { client_id: '31', channel: 1, pan: -1 },
      mute_toggled: { client_id: '31', channel: 1, muted: true },
      mix_updated: { client_id: '31', master_gain: 0.5, status: 'ok' },
      client_name_saved: { device_uuid: '31', custom_name: 'Ana', status: 'ok' },
      client_order_saved: { order: ['31'], status: 'ok' },
      pong: { client_timestamp: 5, server_timestamp: expect.any(Number) },
      heartbeat_ack: { client_id: '31', status: 'alive' },
      server_stats: { native_clients: 1, channel_manager: { available_channels: 12 } },
      error: { message: expect.stringContaining('gain must be a number from 0 to 10') },
      param_sync: { type: 'gain', channel: 0, value: 0.25, client_id: '31', source: 'engineer' },
      acknowledgement: { count: 1, data: { 31: { gains: { 0: 0.5, 1: 2 }, master_gain: 0.5 } } },
    });
    const { clients } = heard.get('clients_list') as { clients: object[] };
    expect(clients).toContainEqual(
      expect.objectContaining({ id: '31', type: 'native', custom_name: 'Ana', device_name: 'Python box' }),
    );
  });
});
