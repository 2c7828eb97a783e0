/** channels_state.json as people know it: written by hand it is restored and heard; after a change nothing of it is lost. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeMeters } from '@foldback/protocol';
import { letIn } from './support/keys.ts';
import { NativeClient, secretOf } from './support/native-client.ts';
import { ServerProcess, temporaryFolder } from './support/server-process.ts';
import { eventually } from './support/wait.ts';
import { flat } from './support/watched-mix.ts';

const ZOE = 'Zoë de la Peña – in-ear';
const HAND_MADE = {
  timestamp: 1_759_999_999,
  made_by: 'Leo, with a text editor',
  channels_state: {
    [ZOE]: {
      channels: [0, 3],
      gains: { 0: 0.8, 3: 0.45, 7: 2.5 },
      pans: { 0: -0.5, 3: 0.25, 7: 1 },
      mutes: {},
      master_gain: 0.9,
      timestamp: 1_759_999_998_765,
      colour: 'teal',
    },
    '7f0c2a64-6a7e-4c0e-8b39-6a0f3e0e6f10': {
      channels: [1],
      gains: { 1: 1.2345678901 },
      pans: {},
      mutes: { 1: false, 2: true },
      solos: [],
      master_gain: 1,
      timestamp: 1_759_999_990_000,
    },
  },
};

const folder = temporaryFolder();
const path = () => join(folder.path, 'channels_state.json');
const readState = () =>
  JSON.parse(readFileSync(path(), 'utf8')) as {
    timestamp: number;
    channels_state: Record<string, Record<string, unknown>>;
  };
let server: ServerProcess;

beforeAll(async () => {
  writeFileSync(path(), JSON.stringify(HAND_MADE, null, 2));
  server = await ServerProcess.start({
    config: folder.path,
    args: ['--device', 'virtual', '--auto-route', 'false'],
  });
  await letIn(server.port, ZOE);
}, 60_000);

afterAll(async () => {
  await server?.end();
  folder.remove();
});

test('every value of the file is there, and channels that are off keep theirs', async () => {
  const phone = await NativeClient.connect(server.port);
  await phone.ask('hello', { client_id: ZOE, device_secret: secretOf(ZOE) });
  const { restored_from, ...watched } = await phone.ask('subscribe', {});
  expect(restored_from).toBe('store');
  expect(flat(watched).mix).toEqual({
    channels: [0, 3],
    gains: { 0: 0.8, 3: 0.45, 7: 2.5 },
    pans: { 0: -0.5, 3: 0.25, 7: 1 },
    mutes: {},
    solos: [],
    master_gain: 0.9,
  });
  phone.close();
});

test('the mix of the file is heard', async () => {
  const phone = await NativeClient.join(server.port, ZOE);
  await phone.ask('watch_meters', { on: true });
  const frame = await phone.nextMeters((buffer) => {
    const meters = decodeMeters(buffer);
    return meters?.kind === 'mix' && Math.max(...meters.peaksDb) > -40;
  });
  expect(decodeMeters(frame)).toMatchObject({ kind: 'mix', reductionDb: 0 });
  phone.close();
});

test('the log says who was restored and from where', () => {
  expect(server.output).toContain('Restored 2 mixes');
  expect(server.output).toContain(ZOE);
});

test('after a change the file has the change, and everything else as it was', async () => {
  const phone = await NativeClient.join(server.port, ZOE);
  await phone.ask('update_gain', { channel: 3, gain: 0.5 });
  const state = await eventually('the mirror has the new gain', () => {
    const now = readState();
    return (now.channels_state[ZOE]?.['gains'] as Record<string, number> | undefined)?.['3'] === 0.5 && now;
  });
  const { timestamp: changedAt, ...zoe } = state.channels_state[ZOE] ?? {};
  const { timestamp: _before, ...expected } = HAND_MADE.channels_state[ZOE] as Record<string, unknown>;
  expect(zoe).toEqual({ ...expected, solos: [], gains: { 0: 0.8, 3: 0.5, 7: 2.5 } });
  expect(changedAt).toBeGreaterThan(HAND_MADE.timestamp * 1000);
  expect(state.channels_state['7f0c2a64-6a7e-4c0e-8b39-6a0f3e0e6f10']).toEqual(
    HAND_MADE.channels_state['7f0c2a64-6a7e-4c0e-8b39-6a0f3e0e6f10'],
  );
  expect(state).toMatchObject({ made_by: HAND_MADE.made_by });
  expect(state.timestamp).toBeGreaterThan(HAND_MADE.timestamp);
  phone.close();
});
