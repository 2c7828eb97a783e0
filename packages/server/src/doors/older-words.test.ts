/** What clients made for the older system hear of changes. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { EMPTY_MIX } from '@foldback/protocol';
import { MIXER } from '../desk/author.ts';
import { ANA, HEALTH, recordsWith, stage } from '../desk/desk-stage.ts';
import type { ShownChange } from '../desk/world-editor.ts';
import { MadeAnswer } from './made-answer.ts';
import { OlderClients } from './older-clients.ts';
import { flatState } from './older-mix.ts';
import { OlderReplies } from './older-replies.ts';
import { OlderWords } from './older-words.ts';
import { Broadcast } from './phone.ts';
import { changeBody, watchedOf } from './wire-records.ts';

const STREAM = { blockFrames: 128, inputLatencyMs: 1.5, outputLatencyMs: 2.2501 };
const NOW = 1_760_000_000_000;

function older(options: Parameters<typeof stage>[0] = {}) {
  const { desk, shown, ...rest } = stage({ inputs: 32, ...options });
  const clients = new OlderClients(desk, () => NOW);
  const words = new OlderWords({ stream: () => STREAM, version: '1.2.3' });
  const events = (broadcast: Broadcast): [name: string, body: Record<string, unknown>][] =>
    words.packetsOf(broadcast).map((made) => {
      const packet = made instanceof MadeAnswer ? made.json : made;
      expect(packet[0]).toBe('2');
      return JSON.parse(packet.slice(1)) as [string, Record<string, unknown>];
    });
  const told = (change: ShownChange) => events(new Broadcast('change', changeBody(desk, change), change));
  const figures = () => ({
    connected: new Map([
      ['ana', 2],
      ['page', undefined],
    ]),
    inputs: 32,
  });
  const replies = new OlderReplies({ clients, figures, now: () => NOW });
  return { ...rest, desk, shown, clients, replies, events, told: () => shown.splice(0).flatMap(told) };
}

const WHO = { client_id: 'ana', source: 'ana', timestamp: expect.any(Number) as number };

test('gains, pans, mutes and channels are told one by one', () => {
  const { desk, told } = older();
  desk.run('update_gain', 'ana', { channel: 1, gain: 0.25 }, ANA);
  desk.run('update_pan', 'ana', { channel: 1, pan: -1 }, ANA);
  desk.run('toggle_mute', 'ana', { channel: 1, muted: true }, ANA);
  desk.run('toggle_channel', 'ana', { channel: 3, on: true }, ANA);
  desk.run('toggle_channel', 'ana', { channel: 0, on: false }, ANA);
  expect(told()).toEqual([
    ['param_sync', { type: 'gain', channel: 1, value: 0.25, ...WHO }],
    ['param_sync', { type: 'pan', channel: 1, value: -1, ...WHO }],
    ['param_sync', { type: 'mute', channel: 1, value: true, ...WHO }],
    ['param_sync', { type: 'channel_toggle', channel: 3, value: true, ...WHO }],
    ['param_sync', { type: 'channel_toggle', channel: 0, value: false, ...WHO }],
  ]);
});

test('what they know no word for is told as the whole mix', () => {
  const { desk, told } = older({ clients: ['ana'] });
  desk.run('toggle_solo', 'ana', { channel: 1, soloed: true }, ANA);
  desk.run('update_master_gain', 'ana', { master_gain: 0.5 }, ANA);
  const mix = {
    channels: [0, 1],
    gains: { 0: 1, 1: 1 },
    pans: { 0: 0, 1: 0 },
    mutes: { 0: false, 1: false },
    solos: [1],
    master_gain: 1,
  };
  expect(told()).toEqual([
    ['mix_updated', { ...WHO, ...mix }],
    ['mix_updated', { ...WHO, ...mix, master_gain: 0.5 }],
  ]);
});

test('a change of sixteen values is told as the whole mix', () => {
  const { desk, told } = older();
  const gainsOf = (channels: number) =>
    Object.fromEntries(Array.from({ length: channels }, (_, channel) => [channel, 0.5]));
  desk.update('ana', { gains: gainsOf(15) }, ANA);
  expect(told().map(([name]) => name)).toEqual(Array.from({ length: 15 }, () => 'param_sync'));
  desk.update('ana', { gains: Object.fromEntries(Object.keys(gainsOf(16)).map((key) => [key, 0.25])) }, ANA);
  const [[name, body] = ['', {}]] = told();
  expect(name).toBe('mix_updated');
  expect(Object.keys(body['gains'] as object)).toHaveLength(16);
});

test('mute-all, names, outputs and coming and going are no words of theirs', async () => {
  const { desk, told } = older();
  desk.run('mute_all', 'ana', { muted: true }, ANA);
  desk.assignOutput('ana', 1);
  desk.arrive('ana');
  await desk.runKept('set_client_name', 'ana', { client_id: 'ana', custom_name: 'Anna' }, ANA);
  expect(told()).toEqual([]);
});

test('a mix that appears is told whole when there is something in it, and one that goes is not told', async () => {
  const { desk, acts, told } = older({ clients: [] });
  desk.admit('leo', null);
  expect(told()).toEqual([]);
  desk.admit('ana', null, { from: 'devices.json', mix: { ...EMPTY_MIX, channels: [1] } });
  expect(told()).toEqual([
    [
      'mix_updated',
      {
        ...WHO,
        source: 'server',
        channels: [1],
        gains: { 1: 1 },
        pans: { 1: 0 },
        mutes: { 1: false },
        solos: [],
        master_gain: 1,
      },
    ],
  ]);
  await acts.clear(['ana']);
  expect(told()).toEqual([]);
});

test('several values at once are told as the whole mix, however few they are', () => {
  const { desk, told } = older();
  desk.run('update_client_mix', 'ana', { target_client_id: 'ana', gains: { 1: 0.5 } }, ANA);
  expect(told()).toEqual([
    [
      'mix_updated',
      {
        ...WHO,
        channels: [0, 1],
        gains: { 0: 1, 1: 0.5 },
        pans: { 0: 0, 1: 0 },
        mutes: { 0: false, 1: false },
        solos: [],
        master_gain: 1,
      },
    ],
  ]);
});

test('the mixer is "server" to them, and a musician of that name stands in quotes', () => {
  const { desk, told } = older({ clients: ['server'] });
  const server = { kind: 'person', clientId: 'server', name: 'server' } as const;
  desk.run('update_gain', 'server', { channel: 0, gain: 0.5 }, server);
  expect(told()).toMatchObject([['param_sync', { source: '"server"' }]]);
  desk.apply(
    [{ kind: 'mix', id: 'server', base: 5, next: { ...desk.get('server').mix, gains: { 0: 0.75 } } }],
    { author: MIXER, reason: 'undo', durability: 'live' },
  );
  expect(told()).toMatchObject([['param_sync', { source: 'server' }]]);
});

test('a watched mix is its parts side by side', () => {
  const { desk, replies, events } = older({
    records: recordsWith('ana', { mix: { gains: { 1: 0.5 }, mute_all: true }, name: 'Anna' }),
  });
  const flat = {
    client_id: 'ana',
    revision: 5,
    mix_number: desk.mixNumber('ana'),
    channels: [0, 1],
    gains: { 0: 1, 1: 0.5 },
    pans: { 0: 0, 1: 0 },
    mutes: { 0: false, 1: false },
    solos: [],
    master_gain: 1,
    mute_all: true,
  };
  expect(flatState(watchedOf(desk, 'ana'))).toEqual(flat);
  const answer = { ...watchedOf(desk, 'ana'), restored_from: 'store' } as const;
  expect(replies.to('subscribe', answer, 'ana')).toEqual({
    event: 'subscribed',
    body: { ...flat, restored_from: 'store' },
  });
  expect(events(new Broadcast('watched', watchedOf(desk, 'ana')))).toEqual([['mix_updated', flat]]);
});

test('the device is told with the channels their page draws', () => {
  const { events } = older();
  const audioInterface = {
    name: 'Stage box',
    host_api: 'JACK',
    sample_rate: 48_000,
    inputs: [{ name: 'Kick' }, { name: 'Snare' }],
    output_pairs: 4,
  };
  expect(events(new Broadcast('interface', audioInterface))).toEqual([
    [
      'device_info',
      {
        ...audioInterface,
        channels: 2,
        blocksize: 128,
        latency_ms: 3.75,
        mode: 'control_center',
        version: '1.2.3',
        operational_channels: [0, 1],
        features: {},
      },
    ],
  ]);
});

test('whoever came by this door with the name of a device is native to them, all others are web', async () => {
  const { desk, clients, events } = older({
    records: [
      ...recordsWith('ana', { mix: { gains: { 0: 0.5, 7: 2 }, mutes: { 1: true }, master_gain: 0.75 } }),
      ...recordsWith('leo', { name: 'Leo' }),
    ],
  });
  desk.assignOutput('leo', 1);
  desk.arrive('ana');
  clients.cameAs('ana', 'Tablet');
  const [[name, list] = ['', {}]] = events(new Broadcast('clients', await clients.update()));
  expect(name).toBe('clients_update');
  expect(list).toEqual({ clients: expect.any(Array) as unknown, order: [], timestamp: NOW, count: 2 });
  const [ana, leo] = list['clients'] as object[];
  expect(ana).toEqual({
    id: 'ana',
    type: 'native',
    device_uuid: 'ana',
    device_model: 'Tablet',
    custom_name: null,
    device_name: 'Tablet',
    channels: [0, 1],
    gains: { 0: 0.5, 1: 1, 7: 2 },
    pans: { 0: 0, 1: 0 },
    mutes: { 0: false, 1: true },
    active_channels: 2,
    master_gain: 0.75,
    last_activity: desk.get('ana').seen_at,
    last_update: desk.get('ana').changed_at,
    connected: true,
    is_master: false,
    client_id: 'ana',
    name: 'ana',
    output: null,
    last_seen: desk.get('ana').seen_at,
  });
  expect(leo).toMatchObject({
    id: 'leo',
    type: 'web',
    custom_name: 'Leo',
    device_name: null,
    connected: false,
  });
});

test('a long list has everybody whole, here or not (SPEC C3)', async () => {
  const ids = Array.from({ length: 201 }, (_, index) => `musician ${index}`);
  const { desk, clients } = older({ records: ids.flatMap((id) => recordsWith(id)) });
  for (const [pair, id] of ['musician 0', 'musician 1'].entries()) desk.assignOutput(id, pair);
  const seenLately = new OlderClients(desk, () => desk.get('musician 0').seen_at);
  desk.arrive('musician 1');
  for (const { json } of [await seenLately.list(), await seenLately.update()]) {
    const { clients: listed, count } = JSON.parse(json) as {
      clients: { gains?: object; pans?: object }[];
      count: number;
    };
    expect(count).toBe(201);
    expect(listed.filter(({ gains, pans }) => gains && pans)).toHaveLength(201);
  }
  const { total } = JSON.parse((await seenLately.list()).json) as { total: number };
  expect(total).toBe(201);
  expect(clients.typeOf('musician 1')).toBe('web');
});

test.each(['update', 'list'] as const)(
  'a long %s is made in slices, so that others are let in',
  async (which) => {
    const ids = Array.from({ length: 1_001 }, (_, index) => `musician ${index}`);
    const { clients } = older({ records: ids.flatMap((id) => recordsWith(id)) });
    let turns = 0;
    let isMade = false;
    const made = clients[which]().then(() => (isMade = true));
    for (; !isMade; turns++) await nextTurn();
    await made;
    expect(turns).toBeGreaterThanOrEqual(10);
  },
);

test('what they wait for after a command says what they read', async () => {
  const { clients, replies } = older();
  clients.cameAs('ana', 'Tablet');
  const ids = { client_id: 'ana', revision: 6 };
  expect(replies.to('update_gain', { ...ids, channel: 1, gain: 0.5 }, 'ana')).toEqual({
    event: 'gain_updated',
    body: { ...ids, channel: 1, gain: 0.5, timestamp: NOW },
  });
  expect(replies.to('set_client_name', { ...ids, custom_name: 'Anna' }, 'ana')).toEqual({
    event: 'client_name_saved',
    body: { ...ids, device_uuid: 'ana', custom_name: 'Anna', status: 'ok', timestamp: NOW },
  });
  const at = { server_timestamp: NOW };
  expect(replies.to('ping', { ...at, timestamp: 5 }, 'ana')?.body).toEqual({
    ...at,
    timestamp: 5,
    client_timestamp: 5,
  });
  expect(replies.to('heartbeat', at, 'a-long-client-id')?.body).toEqual({
    ...at,
    client_id: 'a-long-c',
    client_timestamp: null,
    status: 'alive',
  });
  expect(replies.to('set_client_order', { order: ['ana'] }, 'ana')?.body).toEqual({
    order: ['ana'],
    status: 'ok',
    timestamp: NOW,
  });
  const stats = { version: '0', uptime_s: 1, clients: 3, store: HEALTH, notices: [] };
  expect(replies.to('get_server_stats', stats, 'ana')?.body).toEqual({
    ...stats,
    timestamp: NOW,
    total_clients: 2,
    native_clients: 1,
    web_clients: 1,
    channel_manager: {
      total_clients: 1,
      native_clients: 1,
      web_clients: 0,
      total_channels_subscribed: 2,
      available_channels: 32,
    },
    native_server: {},
  });
  const list = await replies.to('get_clients', { clients: [], order: [], count: 0 }, 'ana')?.body;
  expect(list).toBeInstanceOf(MadeAnswer);
  expect(replies.to('toggle_solo', { ...ids, channel: 1, soloed: true }, 'ana')).toBeUndefined();
});

test('of records, notices and savings they hear nothing', () => {
  const { events } = older();
  expect(events(new Broadcast('saved', { key: 'mix/ana', revision: 1 }))).toEqual([]);
  expect(events(new Broadcast('notice', { code: 'not_saved', message: '', at: 1 }))).toEqual([]);
});
