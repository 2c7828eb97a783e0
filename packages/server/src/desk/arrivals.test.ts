/** Somebody appears, comes back out of the archive, or is put into it. */
import { EMPTY_MIX, pairId, type RecordOf } from '@foldback/protocol';
import type { OlderClient } from './arrivals.ts';
import {
  claim,
  ANA,
  LEO,
  recordOf,
  recordsWith,
  stage,
  T0,
  turnOfTheLoop,
  type ClientParts,
} from './desk-stage.ts';

const DAY_MS = 24 * 3600 * 1000;

const archiveOf = (id: string, parts: ClientParts): RecordOf<'archive'> => {
  const records = Object.fromEntries(
    recordsWith(id, parts).map(({ key, value, revision, changed_at }) => [
      key,
      { value: { ...value }, revision, changed_at },
    ]),
  );
  return recordOf('archive', id, { records }, { revision: 1 });
};

const OLGA = archiveOf('olga', {
  mix: { channels: [2], mute_all: true },
  name: 'Olga',
  output: 1,
  marks: { mine: [2], hidden: [] },
  revision: 7,
  changed_at: 1,
  seen_at: 2,
});

test('a new musician gets the first free output pair, when that is wished', () => {
  const { desk } = stage({ clients: [], autoRoute: true });
  expect(desk.admit('ana', null).output).toBe(0);
  expect(desk.admit('leo', null).output).toBe(1);
  expect(desk.admit('mia', null).output).toBeNull();
});

test('an older mix that is found late is brought back, unless another has been begun', () => {
  const { desk } = stage({ clients: [] });
  const mix = { ...EMPTY_MIX, channels: [2], gains: { 9: 0.5 } };
  const older: OlderClient = { from: 'devices.json', mix };
  desk.admit('ana', null);
  desk.bringBack('ana', older);
  expect(desk.get('ana').mix).toEqual({ ...mix, mute_all: false });
  desk.admit('leo', null);
  desk.update('leo', { channels: [1] }, ANA);
  desk.bringBack('leo', older);
  expect(desk.get('leo').mix.channels).toEqual([1]);
});

test('who comes out of the archive comes as they were', async () => {
  const { desk, acts, store } = stage({ autoRoute: true, records: [OLGA, ...recordsWith('ana')] });
  const olga = desk.admit('olga', null, await acts.older('olga'));
  expect(olga).toEqual({
    id: 'olga',
    mix: { ...EMPTY_MIX, channels: [2], mute_all: true },
    name: 'Olga',
    output: 1,
    marks: { mine: [2], hidden: [] },
    revision: 8,
    changed_at: 1,
    seen_at: T0,
  });
  expect(store.disk?.value('mix/olga')).toEqual(olga.mix);
  expect(store.disk?.value('archive/olga')).toBeUndefined();
  expect(store.conflicts).toEqual([]);
});

test('who comes out of the archive late has their name, marks and mix back over the empty one', () => {
  const { desk, store } = stage({ clients: [], autoRoute: true });
  desk.admit('olga', 'O.');
  desk.arrive('olga');
  store.othersWrite([OLGA], false);
  desk.bringBack('olga', { from: 'archive', record: OLGA });
  expect(desk.get('olga')).toMatchObject({
    name: 'Olga',
    marks: { mine: [2], hidden: [] },
    mix: { channels: [2], mute_all: true },
    output: 0,
  });
  expect(store.conflicts).toEqual([]);
  expect(store.disk?.value('archive/olga')).toBeUndefined();
});

test('a pair that somebody else plays on by now is not taken by who comes out of the archive', async () => {
  const { desk } = stage();
  await desk.runKept('set_output', 'leo', { output: 1 }, ANA);
  expect(desk.admit('olga', null, { from: 'archive', record: OLGA }).output).toBeNull();
});

test('whom nobody has seen for long goes into the archive, unless they are here or were here since', async () => {
  const { desk, acts, store, notices, clock, onDisk } = stage({ clients: ['ana', 'leo', 'mia', 'zoë'] });
  desk.assignOutput('ana', 0);
  desk.arrive('leo');
  desk.arrive('mia');
  desk.leave('mia');
  desk.arrive('zoë');
  clock.now += DAY_MS;
  const ana = desk.get('ana');
  await acts.archiveLongUnseen();
  expect([...desk.clients()].map(({ id }) => id)).toEqual(['leo', 'mia', 'zoë']);
  expect(onDisk('ana')).toBeUndefined();
  expect(desk.world.pairs.playerOf(0)).toBeUndefined();
  expect(notices.map(({ code }) => code)).toEqual(['archived']);
  expect(await acts.return(['ana'])).toEqual({ changed: 1 });
  expect(desk.get('ana')).toMatchObject({ mix: ana.mix, output: 0, changed_at: ana.changed_at });
  expect(store.disk?.value(`output/${pairId(0)}`)).toEqual({ client_id: 'ana', lent: false });
  expect(store.conflicts).toEqual([]);
});

test('a band that pauses for years, or a clock in 2099, archives nobody', async () => {
  const { desk, acts, clock } = stage();
  clock.now += 70 * 365 * DAY_MS;
  await acts.archiveLongUnseen();
  expect(desk.size).toBe(2);
});

test('nothing is put over another mix in the archive: its musician stays', async () => {
  const { desk, acts, store } = stage({
    records: [
      OLGA,
      ...recordsWith('olga', { mix: { channels: [3] } }),
      ...recordsWith('leo', { seen_at: T0 }),
    ],
  });
  await acts.archiveLongUnseen();
  expect(desk.get('olga').mix.channels).toEqual([3]);
  expect(store.disk?.records.get('archive/olga')).toEqual(OLGA);
});

test('an archive that cannot be read archives nobody, and who comes while it is read stays', async () => {
  const { desk, acts, store, notices } = stage({
    records: [...recordsWith('ana'), ...recordsWith('leo', { seen_at: T0 })],
  });
  const read = store.read.bind(store);
  store.read = () => Promise.reject(new Error('EIO'));
  await acts.archiveLongUnseen();
  expect(notices.map(({ code }) => code)).toEqual(['archive_failed']);
  expect(desk.size).toBe(2);
  store.read = async (prefix) => {
    desk.arrive('ana');
    return read(prefix);
  };
  await acts.archiveLongUnseen();
  expect(desk.find('ana')).toBeDefined();
});

test('bringing back somebody who is not in the archive is refused, and brings nobody back', async () => {
  const { desk, acts } = stage({ records: [OLGA] });
  await expect(acts.return(['olga', 'nobody'])).rejects.toThrow('"nobody" is not in the archive');
  expect(desk.find('olga')).toBeUndefined();
});

test('a return that the disk refuses is refused, and who was to come is still in the archive', async () => {
  const { desk, acts, store } = stage({ records: [OLGA] });
  store.refuses(true);
  await expect(acts.return(['olga'])).rejects.toThrow('not saved');
  store.refuses(false);
  await turnOfTheLoop();
  expect(desk.find('olga')).toBeUndefined();
  expect(store.disk?.records.get('archive/olga')).toEqual(OLGA);
  expect(store.disk?.value('mix/olga')).toBeUndefined();
});

test('somebody whose name begins like another’s is not taken for them', async () => {
  const { acts } = stage({ records: [OLGA] });
  expect(await acts.older('olg')).toBeUndefined();
});

test('a phone claims once, and its claims are kept together', () => {
  const { desk, store } = stage();
  claim(desk, 'hash', 'ana');
  claim(desk, 'hash', 'ana');
  claim(desk, 'hash', 'leo');
  expect(store.written('phone/hash').map((record) => record?.value)).toMatchObject([
    { speaks_for: ['ana'], claimed_at: T0 },
    { speaks_for: ['ana', 'leo'], claimed_at: T0 },
  ]);
  expect(desk.world.speakers.of('leo')).toEqual(new Set(['hash']));
});

test('who begins a new mix keeps the one they moved: nobody else’s hand is taken for theirs', () => {
  const { desk } = stage({ clients: [] });
  desk.admit('ana', null);
  desk.arrive('ana');
  expect(desk.isUntouched('mix/ana')).toBe(true);
  desk.run('update_gain', 'ana', { channel: 0, gain: 0.5 }, LEO);
  expect(desk.isUntouched('mix/ana')).toBe(false);
});
