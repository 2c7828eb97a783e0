/** Everybody as in a backup. */
import { kinds, mixChanges, Refusal, type MixValue, type RecordOf } from '@foldback/protocol';
import {
  ANA,
  type ClientParts,
  differenceIn,
  EMPTY,
  recordOf,
  recordsWith,
  stage,
  T0,
  turnOfTheLoop,
} from './desk-stage.ts';

const backupOf = (...clients: readonly (readonly [id: string, parts?: ClientParts])[]): RecordOf[] =>
  clients.flatMap(([id, parts]) => recordsWith(id, parts));

test('what a backup holds becomes what is played; whoever is not in it plays on until they leave', async () => {
  const { desk, acts, store, shown, order, onDisk } = stage({ clients: ['ana', 'leo', 'mia'] });
  desk.arrive('mia');
  shown.length = 0;
  store.saves.set('monday', [
    ...backupOf(['ana', { mix: { channels: [3] }, changed_at: 1 }], ['zoë', { mix: { channels: [3] } }]),
    recordOf('house', 'rules', { order: ['zoë'] }),
  ]);
  expect(await acts.restore('monday')).toEqual({ changed: 4 });
  expect(desk.get('ana').mix.channels).toEqual([3]);
  expect(desk.get('zoë').mix.channels).toEqual([3]);
  expect(shown.filter(({ kind }) => kind === 'mix').map(({ id }) => id)).toEqual(['leo', 'ana', 'zoë']);
  expect(desk.find('leo')).toBeUndefined();
  expect(desk.find('mia')).toBeDefined();
  expect(desk.isKept('mia')).toBe(false);
  expect(order()).toEqual(['zoë']);
  expect(['ana', 'leo', 'mia', 'zoë'].map((id) => onDisk(id)?.['channels'])).toEqual([
    [3],
    undefined,
    undefined,
    [3],
  ]);
  desk.leave('mia');
  expect(desk.find('mia')).toBeUndefined();
});

test('revisions only grow, and a mix is as old as it was then', async () => {
  const { desk, acts, store } = stage({ clients: ['ana'] });
  desk.run('update_gain', 'ana', { channel: 0, gain: 0.5 }, ANA);
  store.saves.set('monday', backupOf(['ana', { mix: { channels: [3] }, revision: 2, changed_at: 4 }]));
  await acts.restore('monday');
  expect(desk.get('ana')).toMatchObject({ revision: 7, changed_at: 4, mix: { channels: [3], gains: {} } });
});

test('a move while a restore is at the disk is on top of it, on the disk too', async () => {
  const { desk, acts, store, onDisk } = stage();
  store.saves.set('monday', backupOf(['ana', { mix: { channels: [3] }, changed_at: 1 }]));
  const goOn = store.hangs();
  const restored = acts.restore('monday');
  await turnOfTheLoop();
  desk.run('update_gain', 'ana', { channel: 0, gain: 0.8 }, ANA);
  goOn();
  await restored;
  expect(desk.get('ana')).toMatchObject({ revision: 7, mix: { channels: [3], gains: { 0: 0.8 } } });
  expect(onDisk('ana')).toEqual(desk.get('ana').mix);
});

test('a restore that the disk refuses is taken back, but for what was moved meanwhile', async () => {
  const { desk, acts, store, onDisk } = stage({ clients: ['ana', 'leo', 'mia'] });
  desk.arrive('mia');
  const before = [...desk.clients()].map(({ id, mix, changed_at }) => ({ id, mix, changed_at }));
  store.saves.set('monday', backupOf(['ana', { mix: { channels: [3] }, changed_at: 1 }]));
  const goOn = store.hangs();
  const restored = acts.restore('monday');
  await turnOfTheLoop();
  expect(desk.find('leo')).toBeUndefined();
  desk.run('update_gain', 'ana', { channel: 0, gain: 0.8 }, ANA);
  store.refuses(true);
  goOn();
  await expect(restored).rejects.toThrow('not saved: disk full');
  store.refuses(false);
  const after = [...desk.clients()].map(({ id, mix, changed_at }) => ({ id, mix, changed_at }));
  const moved = { id: 'ana', mix: { ...EMPTY, channels: [0, 1], gains: { 0: 0.8 } } };
  expect(after).toEqual(
    expect.arrayContaining([expect.objectContaining(moved), ...before.filter(({ id }) => id !== 'ana')]),
  );
  expect(after).toHaveLength(3);
  for (const id of ['ana', 'leo', 'mia']) expect(onDisk(id)).toEqual(desk.get(id).mix);
  expect(desk.isKept('mia')).toBe(true);
  expect(acts.acts()).toEqual([]);
  expect([...(store.disk?.records.keys() ?? [])].filter((key) => key.startsWith('before/'))).toEqual([]);
  desk.leave('mia');
  expect(desk.find('mia')).toBeDefined();
});

test('who comes or goes while a restore is at the disk does not bring the old mix back', async () => {
  const { desk, acts, store, onDisk } = stage({ clients: ['ana', 'leo', 'mia'] });
  const { seen_at } = desk.get('ana');
  desk.arrive('leo');
  store.saves.set('monday', backupOf(['ana', { mix: { channels: [3] }, changed_at: 1 }]));
  const goOn = store.hangs();
  const restored = acts.restore('monday');
  await turnOfTheLoop();
  desk.arrive('ana');
  desk.leave('leo');
  desk.arrive('mia');
  goOn();
  await restored;
  expect(desk.get('ana').mix.channels).toEqual([3]);
  expect(desk.get('ana').seen_at).toBeGreaterThan(seen_at);
  expect(store.disk?.value('person/ana')).toMatchObject({ seen_at: desk.get('ana').seen_at });
  expect(onDisk('ana')).toMatchObject({ channels: [3] });
  expect(desk.find('leo')).toBeUndefined();
  expect([onDisk('leo'), onDisk('mia')]).toEqual([undefined, undefined]);
  expect(desk.isKept('mia')).toBe(false);
});

test('who comes while a restore fails is on the disk all the same', async () => {
  const { desk, acts, store } = stage();
  store.saves.set('monday', backupOf(['ana', { name: 'Anna', changed_at: 1 }], ['leo']));
  const goOn = store.hangs();
  const restored = acts.restore('monday');
  await turnOfTheLoop();
  desk.arrive('ana');
  store.refuses(true);
  goOn();
  await expect(restored).rejects.toThrow(Refusal);
  store.refuses(false);
  expect(store.disk?.value('person/ana')).toEqual({
    ...kinds.person.empty,
    seen_at: desk.get('ana').seen_at,
  });
  expect(desk.get('ana').seen_at).toBeGreaterThanOrEqual(T0);
});

test('a musician who comes for the first time while a restore is at the disk stays', async () => {
  const { desk, acts, store, onDisk } = stage({ clients: [] });
  store.saves.set('monday', backupOf(['ana']));
  const goOn = store.hangs();
  const restored = acts.restore('monday');
  await turnOfTheLoop();
  desk.admit('zoë', null);
  goOn();
  await restored;
  expect(desk.find('zoë')).toBeDefined();
  expect(onDisk('zoë')).toEqual(EMPTY);
});

test('acts come one after the other, and each sees what the one before has left', async () => {
  const { desk, acts, store } = stage({ clients: ['ana'] });
  store.saves.set('monday', backupOf(['ana', { mix: { channels: [3] }, changed_at: 1 }]));
  store.saves.set('tuesday', backupOf(['ana', { mix: { channels: [2] }, changed_at: 2 }]));
  const goOn = store.hangs();
  const restored = [acts.restore('monday'), acts.restore('tuesday')];
  await turnOfTheLoop();
  expect(desk.get('ana').mix.channels).toEqual([3]);
  goOn();
  await Promise.all(restored);
  expect(desk.get('ana').mix.channels).toEqual([2]);
  expect(store.disk?.value('before/2/mix/ana')).toMatchObject({ stood: { value: { channels: [3] } } });
  expect(acts.acts().map(({ act, why }) => `${act} ${why}`)).toEqual(['2 restore', '1 restore']);
});

test('where a backup and the present claim one output pair, one mix keeps it, before anything is heard', async () => {
  const { desk, acts, store, sharedPairs } = stage();
  desk.assignOutput('leo', 1);
  store.saves.set('monday', backupOf(['ana', { output: 1 }], ['leo', { output: 0 }]));
  await acts.restore('monday');
  expect([desk.get('ana').output, desk.get('leo').output]).toEqual([1, 0]);
  expect(store.disk?.value('output/here/1')).toMatchObject({ client_id: 'ana' });
  expect(sharedPairs).toEqual([]);
});

test('who is not in a backup and is not here gives their pair back, in one write', async () => {
  const { desk, acts, store } = stage();
  desk.assignOutput('leo', 1);
  store.saves.set('monday', backupOf(['ana']));
  await acts.restore('monday');
  expect(desk.world.pairs.playerOf(1)).toBeUndefined();
  const keys = store.batches.at(-1)?.writes.map(({ key }) => key) ?? [];
  expect(keys.filter((key) => key === 'output/here/1')).toHaveLength(1);
  expect(store.conflicts).toEqual([]);
});

test('a pair stays with the musician who is here and plays on it', async () => {
  const { desk, acts, store, sharedPairs } = stage({ clients: ['ana', 'leo', 'mia'] });
  await desk.runKept('set_output', 'leo', { output: 1 }, ANA);
  desk.arrive('leo');
  desk.arrive('mia');
  store.saves.set('monday', backupOf(['ana', { output: 1 }], ['leo'], ['mia']));
  await acts.restore('monday');
  store.saves.set('tuesday', backupOf(['ana'], ['leo'], ['mia', { output: 1 }]));
  await acts.restore('tuesday');
  expect(['ana', 'leo', 'mia'].map((id) => desk.get(id).output)).toEqual([null, 1, null]);
  expect(sharedPairs).toEqual([]);
});

test('who is here and plays on another pair stays there, and the past gives way', async () => {
  const { desk, acts, store, sharedPairs } = stage();
  desk.assignOutput('ana', 0);
  desk.arrive('ana');
  store.saves.set('monday', backupOf(['ana', { output: 1 }], ['leo', { output: 0 }]));
  await acts.restore('monday');
  expect([desk.get('ana').output, desk.get('leo').output]).toEqual([0, null]);
  expect(sharedPairs).toEqual([]);
});

test('a pair that nobody plays on goes to whoever had it then', async () => {
  const { desk, acts, store } = stage();
  desk.assignOutput('ana', 1);
  desk.arrive('leo');
  store.saves.set('monday', backupOf(['ana'], ['leo', { output: 1 }]));
  await acts.restore('monday');
  expect([desk.get('ana').output, desk.get('leo').output]).toEqual([null, 1]);
});

test('two mixes that change pairs are never on the same one', async () => {
  const { desk, acts, store, sharedPairs } = stage();
  await desk.runKept('set_output', 'ana', { output: 0 }, ANA);
  await desk.runKept('set_output', 'leo', { output: 1 }, ANA);
  store.saves.set('monday', backupOf(['ana', { output: 1 }], ['leo', { output: 0 }]));
  await acts.restore('monday');
  expect([desk.get('ana').output, desk.get('leo').output]).toEqual([1, 0]);
  expect(sharedPairs).toEqual([]);
});

test('a value that is not in the older mix any more is told as what it now is', async () => {
  const { desk, acts, store, shown } = stage({ clients: ['ana'] });
  desk.update('ana', { gains: { 0: 0.5 }, pans: { 1: -1 }, mutes: { 1: true } }, ANA);
  shown.length = 0;
  store.saves.set('monday', backupOf(['ana']));
  await acts.restore('monday');
  const [change] = shown;
  expect(change && differenceIn(change)?.to).toEqual({
    gains: { 0: null },
    pans: { 1: null },
    mutes: { 1: null },
  });
  expect(mixChanges(change?.before?.value as MixValue, change?.after?.value as MixValue)).toEqual([
    { type: 'gain', channel: 0, value: 1 },
    { type: 'pan', channel: 1, value: 0 },
    { type: 'mute', channel: 1, value: false },
  ]);
});

test('a backup from before there were marks and colours leaves those that are here, and nobody is seen less lately', async () => {
  const { desk, acts, store } = stage({
    records: recordsWith('ana', { marks: { mine: [1], hidden: [] }, seen_at: 9 }),
  });
  store.saves.set(
    'monday',
    backupOf(['ana', { name: 'Anna', seen_at: 3, mix: { channels: [3] }, changed_at: 1 }]),
  );
  await desk.runKept('set_client_colour', 'ana', { colour: 'teal' }, ANA);
  await acts.restore('monday');
  expect(desk.world.value('person', 'ana')).toMatchObject({ colour: 'teal' });
  expect(desk.get('ana')).toMatchObject({ name: 'Anna', marks: { mine: [1], hidden: [] }, seen_at: 9 });
});
