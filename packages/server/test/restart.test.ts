/** The server goes and comes back, gently or not; the mixes are as they were. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pairId, type RecordOf } from '@foldback/protocol';
import { Database } from '../src/store/database.ts';
import { DATABASE_FILE } from '../src/store/store-files.ts';
import { hashOf } from '../src/access/secrets.ts';
import { AT, mixRecord, mixWith, personRecord, recordWith } from '../src/store/store-stage.ts';
import { NativeClient, secretOf } from './support/native-client.ts';
import { HalfOpenPhone } from './support/half-open-phone.ts';
import { freePort, hostsOf, ServerProcess, temporaryFolder } from './support/server-process.ts';
import { writeOlderStore } from './support/older-store.ts';
import { eventually } from './support/wait.ts';
import { flat } from './support/watched-mix.ts';

let folder: ReturnType<typeof temporaryFolder>;
const running = new Set<ServerProcess>();

beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  await Promise.all([...running].map((server) => server.end('SIGKILL')));
  running.clear();
  folder.remove();
});

async function start(...args: string[]): Promise<ServerProcess> {
  const server = await ServerProcess.start({ config: folder.path, args: ['--device', 'virtual', ...args] });
  running.add(server);
  return server;
}

const outputRecord = (pair: number, client_id: string): RecordOf =>
  recordWith('output', pairId(pair), { client_id });

/** What a server that ran before has left. */
function saveBefore(...records: readonly RecordOf[]): void {
  const database = Database.create(join(folder.path, DATABASE_FILE));
  database.commit(
    records.map((record) => ({
      key: record.key,
      base: 0,
      record: { ...record, value: { ...record.value } },
    })),
  );
  database.close();
}

test('killed after a change is said to be saved, everything is there again: mix, name, output', async () => {
  const first = await start();
  const ana = await NativeClient.join(first.port, 'ana');
  await ana.ask('set_client_name', { client_id: 'ana', custom_name: 'Ana' });
  await ana.ask('set_output', { output: 3 });
  await ana.ask('subscribe', { channels: [0, 2], gains: { 0: 0.3 }, pans: { 2: -1 }, mutes: { 2: true } });
  await ana.ask('toggle_solo', { channel: 0, soloed: true });
  const { revision } = await ana.watch('ana');
  const saved = ana.saved('ana', revision + 1);
  await ana.ask('update_master_gain', { master_gain: 0.7 });
  await saved;
  await first.end('SIGKILL');

  const second = await start();
  const again = await NativeClient.connect(second.port);
  expect(await again.ask('hello', { client_id: 'ana', device_secret: secretOf('ana') })).toMatchObject({
    name: 'Ana',
  });
  const { restored_from, ...watched } = await again.ask('subscribe', {});
  expect(restored_from).toBe('store');
  expect(again.outputOf('ana')).toBe(3);
  expect(flat(watched).mix).toMatchObject({
    channels: [0, 2],
    gains: { 0: 0.3 },
    pans: { 2: -1 },
    mutes: { 2: true },
    solos: [0],
    master_gain: 0.7,
  });
}, 60_000);

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s saves what was moved a moment before, and ends with 0',
  async (signal) => {
    const first = await start();
    const ana = await NativeClient.join(first.port, 'ana');
    await ana.ask('update_gain', { channel: 1, gain: 0.123 });
    expect(await first.end(signal)).toBe(0);
    expect(await ana.closed).toBeGreaterThan(0);

    const second = await start();
    const again = await NativeClient.join(second.port, 'ana');
    expect((await again.watch('ana')).mix.gains).toEqual({ 1: 0.123 });
  },
  60_000,
);

test('a musician the store does not know gets the mix of an older devices.json', async () => {
  const configuration = { channels: [1], gains: { 1: 0.4 }, pans: {}, mutes: {}, master_gain: 2 };
  writeFileSync(join(folder.path, 'devices.json'), JSON.stringify({ 'old phone': { configuration } }));
  const server = await start();
  const phone = await NativeClient.connect(server.port);
  await phone.ask('hello', { client_id: 'old phone' });
  const { restored_from, ...watched } = await phone.ask('subscribe', {});
  expect(restored_from).toBe('devices.json');
  expect(flat(watched).mix).toMatchObject({ channels: [1], gains: { 1: 0.4 }, master_gain: 2 });
}, 60_000);

test('who was not seen for years comes back out of the archive: name, pair, mix and all', async () => {
  const mix = mixWith({ channels: [2], gains: { 2: 0.25 }, master_gain: 0.5 });
  saveBefore(
    mixRecord('olga', mix),
    personRecord('olga', { name: 'Olga', seen_at: AT - 800 * 24 * 3600 * 1000 }),
    outputRecord(3, 'olga'),
    recordWith('phone', hashOf(secretOf('olga')), { speaks_for: ['olga'] }),
    mixRecord('leo'),
    personRecord('leo'),
    outputRecord(0, 'leo'),
  );
  const first = await start();
  expect(first.output).toContain('archive');
  const phone = await NativeClient.connect(first.port);
  await phone.ask('hello', { client_id: 'olga', device_secret: secretOf('olga') });
  const { restored_from, ...watched } = await phone.ask('subscribe', {});
  expect([restored_from, flat(watched).mix, phone.outputOf('olga')]).toEqual(['archive', mix, 3]);
  await first.end();

  const second = await start();
  const again = await NativeClient.connect(second.port);
  const { name } = await again.ask('hello', { client_id: 'olga', device_secret: secretOf('olga') });
  expect(name).toBe('Olga');
  const later = await again.ask('subscribe', {});
  expect(later.restored_from).toBe('store');
  expect([flat(later).mix, again.outputOf('olga')]).toEqual([mix, 3]);
}, 60_000);

test('what is sent right behind the first subscribe waits for it', async () => {
  const server = await start();
  const phone = await NativeClient.connect(server.port);
  const answers = await Promise.all([
    phone.ask('hello', { client_id: 'quick', device_secret: secretOf('quick') }),
    phone.ask('subscribe', {}),
    phone.ask('update_gain', { channel: 0, gain: 0.5 }),
    phone.ask('watch_mix', { client_id: 'quick' }),
  ]);
  expect(flat(answers[3]).mix.gains).toEqual({ 0: 0.5 });
}, 60_000);

test('who subscribes with channels gets those, over what was saved', async () => {
  const server = await start();
  const phone = await NativeClient.join(server.port, 'ana');
  await phone.ask('subscribe', { channels: [0, 1], gains: { 0: 0.5, 1: 0.6 } });
  const { mix } = flat(await phone.ask('subscribe', { channels: [1], gains: { 1: 0.7 } }));
  expect(mix).toMatchObject({ channels: [1], gains: { 0: 0.5, 1: 0.7 } });
}, 60_000);

test('a cleared mix stays cleared over a kill', async () => {
  const first = await start('--open');
  const ana = await NativeClient.join(first.port, 'ana');
  await ana.ask('update_gain', { channel: 0, gain: 0.5 });
  ana.close();
  const engineer = await NativeClient.join(first.port, 'engineer');
  await eventually('Ana has left', async () => {
    const { clients } = await engineer.ask('get_clients', {});
    return clients.find(({ client_id }) => client_id === 'ana')?.connected === false;
  });
  expect((await engineer.ask('get_saved_channels_state', { client_id: 'ana' })).count).toBe(1);
  await engineer.ask('clear_saved_channels_state', { client_id: 'ana' });
  expect((await engineer.ask('get_saved_channels_state', { client_id: 'ana' })).count).toBe(0);
  await first.end('SIGKILL');

  const second = await start('--open');
  const later = await NativeClient.join(second.port, 'engineer');
  const { data } = await later.ask('get_saved_channels_state', {});
  expect(Object.keys(data)).toEqual(['engineer']);
}, 60_000);

test('two mixes saved with one output pair do not keep it from starting: one of them has it', async () => {
  const band = ['ana', 'leo'].map((id) => ({ id, output: 1 }));
  writeOlderStore(folder.path, band, AT);
  const server = await start();
  const ana = await NativeClient.connect(server.port);
  await ana.ask('hello', { client_id: 'somebody new' });
  const leo = await NativeClient.connect(server.port);
  await leo.ask('hello', {});
  await leo.ask('claim_engineer', {});
  expect(ana.outputOf('ana')).toBe(1);
  expect(leo.outputOf('leo')).toBeNull();
  expect((await leo.watch('leo')).revision).toBeGreaterThan(0);
}, 60_000);

test('--route gives a mix its output pair', async () => {
  const first = await start('--auto-route', 'false');
  const ana = await NativeClient.join(first.port, 'ana', 'Ana');
  expect(ana.outputOf('ana')).toBeNull();
  await first.end();

  const second = await start('--route', 'Ana=2');
  const again = await NativeClient.join(second.port, 'ana');
  expect(again.outputOf('ana')).toBe(2);
  expect(second.output).toContain('Ana plays on outputs 5-6');
}, 60_000);

test('a killed server gets its port back at once, although a phone still holds the old connection', async () => {
  const port = await freePort();
  const first = await start('--port', String(port));
  const phone = await HalfOpenPhone.connect(port);
  await first.end('SIGKILL');
  const second = await start('--port', String(port));
  expect(second.port).toBe(port);
  phone.drop();
}, 60_000);

test('a taken port is one clear error, and no sound card is held for it', async () => {
  const first = await start();
  const elsewhere = temporaryFolder();
  const second = ServerProcess.start({
    config: elsewhere.path,
    args: ['--device', 'virtual', '--port', String(first.port)],
  });
  try {
    await expect(second).rejects.toThrow(`port ${first.port} on 127.0.0.1 cannot be opened`);
    await expect(second).rejects.toThrow('in use by another program; --port <number>');
    await expect(second).rejects.not.toThrow('No saved mixes yet'); // it did not get so far
    expect(hostsOf(elsewhere.path)).toEqual([]);
  } finally {
    elsewhere.remove();
  }
}, 60_000);

test('an address that this computer does not have is one clear error', async () => {
  await expect(start('--host', '192.0.2.1')).rejects.toThrow('this computer has no such address; --host');
  expect(hostsOf(folder.path)).toEqual([]);
}, 60_000);

const THIEF = new URL('support/port-thief.ts', import.meta.url).href;

test('a port that is taken late leaves no host behind, but one that was there before', async () => {
  const port = await freePort();
  const robbed = (): Promise<ServerProcess> =>
    ServerProcess.start({
      config: folder.path,
      args: ['--device', 'virtual', '--port', String(port)],
      environment: { NODE_OPTIONS: `--import ${THIEF}`, FOLDBACK_TEST_STOLEN_PORT: String(port) },
    });
  await expect(robbed()).rejects.toThrow('in use by another program');
  expect(hostsOf(folder.path)).toEqual([]);

  const first = await start();
  const hosts = hostsOf(folder.path);
  expect(hosts).toHaveLength(1);
  await first.end('SIGKILL');
  await expect(robbed()).rejects.toThrow('in use by another program');
  expect(hostsOf(folder.path)).toEqual(hosts);
}, 60_000);

test('a second server on the same folder is one clear error, and harms nothing', async () => {
  await start();
  const second = ServerProcess.start({ config: folder.path, args: ['--device', 'virtual'] });
  await expect(second).rejects.toThrow(/another Foldback/i);
}, 60_000);

test('a device nobody has leaves the server running on the demo band, and says so', async () => {
  const server = await start('--device', 'No Such Interface 3000');
  expect(server.output).toContain('No Such Interface 3000');
  const phone = await NativeClient.connect(server.port);
  const { interface: device } = await phone.ask('hello', {});
  expect(device?.host_api).toBe('foldback');
  expect(device?.inputs.length).toBeGreaterThanOrEqual(8);
  expect(existsSync(join(folder.path, 'foldback.db'))).toBe(true);
}, 60_000);
