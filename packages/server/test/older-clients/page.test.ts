/**
 * Acts as the page of the older system does: it draws from events alone, lists clients of type "native", and sends without
 * waiting for an acknowledgement.
 */
import { OlderClient } from '../support/older-client.ts';
import { NativeClient } from '../support/native-client.ts';
import { ServerProcess, temporaryFolder } from '../support/server-process.ts';

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

/** A client as the page holds one. */
interface Listed {
  readonly id: string;
  readonly type: string;
  readonly custom_name: string | null;
  readonly device_name: string | null;
  channels: number[];
  gains: Record<string, number>;
  pans: Record<string, number>;
  mutes: Record<string, boolean>;
  readonly active_channels: number;
  master_gain: number;
  readonly connected: boolean;
}

interface Strip {
  readonly channel: number;
  readonly isOn: boolean;
  readonly gain: number;
  readonly pan: number;
  readonly muted: boolean;
}

class OlderPage {
  readonly #client: OlderClient;
  #channels = 0;
  #order: readonly string[] = [];
  readonly #clients = new Map<string, Listed>();
  #selected = '';

  constructor(url: string) {
    this.#client = new OlderClient(url, { device_uuid: 'page' });
    const { socket } = this.#client;
    socket.on('device_info', ({ channels }: { channels: number }) => void (this.#channels = channels));
    for (const event of ['clients_update', 'clients_list']) {
      socket.on(event, ({ clients, order }: { clients: Listed[]; order: string[] }) => {
        this.#clients.clear();
        for (const client of clients) if (client.type === 'native') this.#clients.set(client.id, client);
        this.#order = order;
      });
    }
    socket.on('param_sync', (change: { type: string; channel: number; value: never; client_id: string }) =>
      this.#moved(change),
    );
    socket.on('mix_updated', ({ client_id, ...mix }: { client_id: string } & Partial<Listed>) => {
      const client = this.#clients.get(client_id);
      if (client && mix.channels) Object.assign(client, mix);
    });
  }

  #moved({
    type,
    channel,
    value,
    client_id,
  }: {
    type: string;
    channel: number;
    value: never;
    client_id: string;
  }) {
    const client = this.#clients.get(client_id);
    if (!client) return;
    if (type === 'gain') client.gains[channel] = value;
    if (type === 'pan') client.pans[channel] = value;
    if (type === 'mute') client.mutes[channel] = value;
    if (type === 'channel_toggle') {
      const others = client.channels.filter((each) => each !== channel);
      client.channels = value ? [...others, channel].sort((a, b) => a - b) : others;
    }
  }

  /** Whom it lists, in the order it shows them. */
  get list(): string[] {
    const rank = ({ id }: Listed) =>
      this.#order.includes(id) ? this.#order.indexOf(id) : this.#order.length;
    const sorted = [...this.#clients.values()].sort((a, b) => rank(a) - rank(b));
    return sorted.map(({ custom_name, device_name, id }) => custom_name ?? device_name ?? id);
  }

  select(id: string): void {
    if (!this.#clients.has(id)) throw new Error(`${id} is not in the list: ${this.list.join(', ')}`);
    this.#selected = id;
  }

  /** As many strips as the device has channels, of the client that is selected. */
  get strips(): Strip[] {
    const client = this.#clients.get(this.#selected);
    if (!client) throw new Error('nobody is selected');
    return Array.from({ length: this.#channels }, (_, channel) => ({
      channel,
      isOn: client.channels.includes(channel),
      gain: client.gains[channel] ?? Number.NaN,
      pan: client.pans[channel] ?? Number.NaN,
      muted: client.mutes[channel] ?? false,
    }));
  }

  get master(): number {
    return this.#clients.get(this.#selected)?.master_gain ?? Number.NaN;
  }

  tell(event: string, body: object): void {
    this.#client.tell(event, body);
  }

  sees(event: string, isWanted?: (body: Readonly<Record<string, unknown>>) => boolean) {
    return this.#client.hears(event, isWanted);
  }

  leave(): void {
    this.#client.leave();
  }
}

const hasClient =
  (id: string, name?: string) =>
  ({ clients }: Readonly<Record<string, unknown>>): boolean =>
    (clients as Listed[]).some((each) => each.id === id && (name === undefined || each.custom_name === name));

test('their page draws the channels, selects a client, moves, mutes, renames and orders', async () => {
  const page = new OlderPage(server.url);
  await page.sees('clients_update');
  const bass = new OlderClient(server.url, { device_uuid: 'bass', device_name: 'Bass phone' });
  bass.tell('subscribe', { channels: [0, 3], gains: { 3: 0.5 } });
  await bass.hears('subscribed');
  await page.sees('clients_update', hasClient('bass'));
  expect(page.list).toEqual(['Bass phone']); // and not the page itself, which is no musician's device

  page.select('bass');
  expect(page.strips).toHaveLength(12);
  expect(page.strips.filter(({ isOn }) => isOn)).toEqual([
    { channel: 0, isOn: true, gain: 1, pan: 0, muted: false },
    { channel: 3, isOn: true, gain: 0.5, pan: 0, muted: false },
  ]);

  page.tell('update_gain', { channel: 3, gain: 2, target_client_id: 'bass' });
  expect(await page.sees('gain_updated')).toMatchObject({ client_id: 'bass', channel: 3, gain: 2 });
  expect(await bass.hears('param_sync')).toMatchObject({
    type: 'gain',
    channel: 3,
    value: 2,
    source: 'page',
  });
  page.tell('toggle_mute', { channel: 0, muted: true, target_client_id: 'bass' });
  expect(await bass.hears('param_sync')).toMatchObject({ type: 'mute', channel: 0, value: true });

  bass.tell('update_pan', { channel: 3, pan: -1 });
  await page.sees('param_sync');
  bass.tell('update_client_mix', { target_client_id: 'bass', channels: [0, 3, 5], master_gain: 0.5 });
  await page.sees('mix_updated');
  expect(page.strips.filter(({ isOn }) => isOn)).toEqual([
    { channel: 0, isOn: true, gain: 1, pan: 0, muted: true },
    { channel: 3, isOn: true, gain: 2, pan: -1, muted: false },
    { channel: 5, isOn: true, gain: 1, pan: 0, muted: false },
  ]);
  expect(page.master).toBe(0.5);

  page.tell('set_client_name', { client_id: 'bass', custom_name: 'Ida' });
  expect(await page.sees('client_name_saved')).toMatchObject({ device_uuid: 'bass', custom_name: 'Ida' });
  await page.sees('clients_update', hasClient('bass', 'Ida'));
  const keys = new OlderClient(server.url, { device_uuid: 'keys', device_name: 'Keys phone' });
  keys.tell('subscribe', {});
  await page.sees('clients_update', hasClient('keys'));
  expect(page.list).toEqual(['Ida', 'Keys phone']);
  page.tell('set_client_order', { order: ['keys', 'bass'] });
  await page.sees('client_order_saved');
  page.tell('get_clients', {});
  await page.sees('clients_list');
  expect(page.list).toEqual(['Keys phone', 'Ida']);
  for (const client of [page, bass, keys]) client.leave();
});

test('a phone of today changes its mix, and their page shows it; its musician is not in their list', async () => {
  const page = new OlderPage(server.url);
  const horn = new OlderClient(server.url, { device_uuid: 'horn', device_name: 'Horn phone' });
  horn.tell('subscribe', { channels: [1] });
  await page.sees('clients_update', hasClient('horn'));
  page.select('horn');
  const engineer = await NativeClient.join(server.port, 'engineer', 'Sam');
  await engineer.ask('update_gain', { channel: 1, gain: 0.125, target_client_id: 'horn' });
  await page.sees('param_sync');
  await engineer.ask('update_master_gain', { master_gain: 0.25, target_client_id: 'horn' });
  await page.sees('mix_updated');
  expect(page.strips[1]).toMatchObject({ isOn: true, gain: 0.125 });
  expect(page.master).toBe(0.25);
  expect(page.list).not.toContain('Sam');
  engineer.close();
  for (const client of [page, horn]) client.leave();
});
