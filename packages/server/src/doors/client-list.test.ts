import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ClientList } from '@foldback/protocol';
import { doorless } from '../../test/support/doorless.ts';
import { MIXER } from '../desk/author.ts';
import type { Desk } from '../desk/desk.ts';
import { ClientLists } from './client-list.ts';
import type { MadeAnswer } from './made-answer.ts';

const CLIENTS = 1_000;

function stage() {
  const { desk } = doorless();
  for (let index = 0; index < CLIENTS; index++) desk.admit(`client ${index}`, null);
  return { desk, lists: new ClientLists(desk, () => 7, 'whole') };
}

const read = ({ json }: MadeAnswer): ClientList => JSON.parse(json) as ClientList;

test('the list is made in slices between which others are let in', async () => {
  const { lists } = stage();
  let turns = 0;
  let isMade = false;
  const making = lists.newest().finally(() => {
    isMade = true;
  });
  while (!isMade) {
    await nextTurn();
    turns++;
  }
  expect(read(await making).count).toBe(CLIENTS);
  expect(turns).toBeGreaterThan(5);
});

/** The same in one go. */
function listOf(desk: Desk): ClientList {
  const clients = [...desk.clients()].map(({ id, name, output, mix, seen_at }) => ({
    client_id: id,
    name: name ?? id,
    connected: desk.isConnected(id),
    output,
    channels: [...mix.channels],
    mutes: { ...mix.mutes },
    last_seen: seen_at,
  }));
  return { clients, order: [], count: clients.length };
}

test('it is the list as it stands, also when most of it was made before', async () => {
  const { desk, lists } = stage();
  expect(read(await lists.newest())).toEqual(listOf(desk));
  desk.arrive('client 3');
  desk.run('toggle_mute', 'client 4', { channel: 1, muted: true }, MIXER);
  desk.assignOutput('client 5', 2);
  const { clients } = read(await lists.newest());
  expect(clients[3]).toMatchObject({ client_id: 'client 3', connected: true });
  expect(clients[4]?.mutes).toEqual({ 1: true });
  expect(clients[5]?.output).toBe(2);
  expect(read(await lists.newest())).toEqual(listOf(desk));
});

test('it is made once, as long as nothing that it says has changed', async () => {
  const { desk, lists } = stage();
  const first = await lists.newest();
  desk.run('update_gain', 'client 4', { channel: 1, gain: 0.5 }, MIXER);
  expect(await lists.newest()).toBe(first);
  desk.run('toggle_mute', 'client 4', { channel: 1, muted: true }, MIXER);
  expect(await lists.newest()).not.toBe(first);
});

test('those who ask while one is made share the next', async () => {
  const { lists } = stage();
  const first = lists.newest();
  await nextTurn();
  const [second, third] = [lists.newest(), lists.newest()];
  expect(second).toBe(third);
  expect(second).not.toBe(first);
  await second;
});

test('musicians are told names, and the mixes that are shared; whoever may read all of them, all', async () => {
  const { desk, lists } = stage();
  for (const id of ['client 1', 'client 2'])
    await desk.do(
      'update_client_mix',
      id,
      { target_client_id: id, channels: [3], mutes: { 3: true } },
      MIXER,
    );
  await desk.do('share_mix', 'client 2', { shared: true }, MIXER);
  const names = new ClientLists(desk, () => 7, 'names');
  const told = async (of: ClientLists) =>
    read(await of.newest())
      .clients.slice(1, 3)
      .map(({ name, channels, mutes }) => [name, channels, mutes]);
  expect(await told(lists)).toMatchObject([
    [expect.any(String), [3], { 3: true }],
    [expect.any(String), [3], { 3: true }],
  ]);
  expect(await told(names)).toMatchObject([
    [expect.any(String), [], {}],
    [expect.any(String), [3], { 3: true }],
  ]);
});
