/** What clients made for the older system hear of changes. */
import { EMPTY_MIX } from '@foldback/protocol';
import { MIXER } from '../desk/author.ts';
import { ANA, recordsWith, stage } from '../desk/desk-stage.ts';
import type { ShownChange } from '../desk/world-editor.ts';
import { ClientLists } from './client-list.ts';
import { flatState, packetsOf, replyBody } from './older-words.ts';
import { Broadcast } from './phone.ts';
import { changeBody, watchedOf } from './wire-records.ts';

function older(options: Parameters<typeof stage>[0] = {}) {
  const { desk, shown, ...rest } = stage({ inputs: 32, ...options });
  const told = (change: ShownChange): [name: string, body: Record<string, unknown>][] =>
    packetsOf(new Broadcast('change', changeBody(desk, change), change)).map((packet) => {
      expect(packet[0]).toBe('2');
      return JSON.parse(packet.slice(1)) as [string, Record<string, unknown>];
    });
  return { ...rest, desk, shown, told: () => shown.splice(0).flatMap(told) };
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
  const mix = { channels: [0, 1], gains: {}, pans: {}, mutes: {}, solos: [1], master_gain: 1 };
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
      { ...WHO, source: 'server', channels: [1], gains: {}, pans: {}, mutes: {}, solos: [], master_gain: 1 },
    ],
  ]);
  await acts.clear(['ana']);
  expect(told()).toEqual([]);
});

test('the mixer is "server" to them, and a musician of that name stands in quotes', () => {
  const { desk, shown } = older({ clients: ['server'] });
  const server = { kind: 'person', clientId: 'server', name: 'server' } as const;
  desk.run('update_gain', 'server', { channel: 0, gain: 0.5 }, server);
  const { desk: other, shown: byMixer } = older({ clients: ['server'] });
  other.apply(
    [{ kind: 'mix', id: 'server', base: 5, next: { ...other.get('server').mix, gains: { 0: 0.5 } } }],
    { author: MIXER, reason: 'undo', durability: 'live' },
  );
  const [first, second] = [shown[0], byMixer[0]].map((change) => changeBody(desk, change as ShownChange));
  expect([first?.author, first?.author_name]).toEqual(['server', 'server']);
  expect([second?.author, second?.author_name]).toEqual([null, '']);
  const sources = [shown, byMixer].flatMap((changes) =>
    changes.flatMap((change) => packetsOf(new Broadcast('change', changeBody(desk, change), change))),
  );
  expect(
    sources.map((packet) => (JSON.parse(packet.slice(1)) as [string, { source: string }])[1].source),
  ).toEqual(['"server"', 'server']);
});

test('a watched mix is its parts side by side', () => {
  const { desk } = older({
    records: recordsWith('ana', { mix: { gains: { 1: 0.5 }, mute_all: true }, name: 'Anna' }),
  });
  const flat = {
    client_id: 'ana',
    revision: 5,
    mix_number: desk.mixNumber('ana'),
    channels: [0, 1],
    gains: { 1: 0.5 },
    pans: {},
    mutes: {},
    solos: [],
    master_gain: 1,
    mute_all: true,
  };
  expect(flatState(watchedOf(desk, 'ana'))).toEqual(flat);
  expect(replyBody('subscribe', { ...watchedOf(desk, 'ana'), restored_from: 'store' })).toEqual({
    ...flat,
    restored_from: 'store',
  });
  const watched = new Broadcast('watched', watchedOf(desk, 'ana'));
  expect(packetsOf(watched)).toEqual([`2${JSON.stringify(['mix_updated', flat])}`]);
});

test('of everything else they hear the list of musicians and the device, and of records, notices and savings nothing', async () => {
  const { desk } = older();
  const list = await new ClientLists(desk, () => 0).newest();
  const [packet = ''] = packetsOf(new Broadcast('clients', list));
  const update = { ...(JSON.parse(list.json) as object), timestamp: expect.any(Number) as number };
  expect(JSON.parse(packet.slice(1))).toEqual(['clients_update', update]);
  expect(packetsOf(new Broadcast('saved', { key: 'mix/ana', revision: 1 }))).toEqual([]);
  expect(packetsOf(new Broadcast('notice', { code: 'not_saved', message: '', at: 1 }))).toEqual([]);
});
