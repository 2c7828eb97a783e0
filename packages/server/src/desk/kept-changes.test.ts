/** Changes that are answered when they are on disk, and what becomes of them when the disk refuses. */
import { HOUSE_ID, kinds, NO_MARKS, Refusal } from '@foldback/protocol';
import { ANA, differenceIn, LEO, recordOf, stage } from './desk-stage.ts';

test('a kept change the disk refuses is taken back and refused', async () => {
  const { desk, shown, store } = stage();
  store.refuses(true);
  await expect(
    desk.runKept('set_client_name', 'ana', { client_id: 'ana', custom_name: 'Anna' }, ANA),
  ).rejects.toThrow('not saved: disk full');
  expect(desk.get('ana').name).toBeNull();
  expect(shown.at(-1)).toMatchObject({ author: { kind: 'mixer' }, reason: 'taken_back' });
});

test('marks change the page and not the mix, and are told as one value', async () => {
  const { desk, shown } = stage();
  const { mix } = desk.get('ana');
  await desk.runKept('mark_channels', 'ana', { mine: [1, 3] }, ANA);
  await desk.runKept('mark_channels', 'ana', { hidden: [0] }, ANA);
  expect(desk.get('ana').marks).toEqual({ mine: [1, 3], hidden: [0] });
  expect(desk.world.get('person', 'ana')?.revision).toBe(7);
  expect(desk.get('ana').mix).toBe(mix);
  expect(shown.map((change) => [change.key, differenceIn(change)?.to])).toEqual([
    ['person/ana', { marks: { mine: [1, 3] } }],
    ['person/ana', { marks: { hidden: [0] } }],
  ]);
});

test('a colour is kept and told as one field of the person, and null takes it away', async () => {
  const { desk, shown, store } = stage();
  await desk.runKept('set_client_colour', 'ana', { colour: 'teal' }, ANA);
  expect(store.disk?.value('person/ana')).toMatchObject({ name: null, colour: 'teal' });
  await desk.runKept('set_client_colour', 'ana', { colour: null }, ANA);
  expect(desk.world.value('person', 'ana')).toMatchObject({ colour: null });
  expect(shown.map((change) => [change.key, differenceIn(change)?.to])).toEqual([
    ['person/ana', { colour: 'teal' }],
    ['person/ana', { colour: null }],
  ]);
});

test('the same marks again change nothing and tell nobody', async () => {
  const { desk, calls } = stage();
  await desk.runKept('mark_channels', 'ana', { mine: [1], hidden: [] }, ANA);
  calls.length = 0;
  await desk.runKept('mark_channels', 'ana', { mine: [1], hidden: [] }, ANA);
  expect(calls).toEqual([]);
});

test('a mark on a channel the device lacks is refused, and one that is there already stays', async () => {
  const { desk } = stage({ inputs: 4 });
  await desk.runKept('mark_channels', 'ana', { mine: [3] }, ANA);
  desk.setStage({ inputs: 2, outputPairs: 2 });
  await expect(desk.runKept('mark_channels', 'ana', { mine: [0, 2] }, ANA)).rejects.toThrow(
    'mine.1: this interface has channels 0 to 1, got 2',
  );
  await desk.runKept('mark_channels', 'ana', { mine: [0, 3] }, ANA);
  expect(desk.get('ana').marks.mine).toEqual([0, 3]);
});

test('a mark on a channel that is gone can be taken off and put back where the mix holds the channel', async () => {
  const { desk } = stage({ inputs: 4 });
  desk.update('ana', { channels: [3] }, ANA);
  await desk.runKept('mark_channels', 'ana', { mine: [3] }, ANA);
  desk.setStage({ inputs: 2, outputPairs: 2 });
  await desk.runKept('mark_channels', 'ana', { mine: [] }, ANA);
  await desk.runKept('mark_channels', 'ana', { mine: [3] }, ANA);
  expect(desk.get('ana').marks.mine).toEqual([3]);
});

test('marks the disk refuses are taken back', async () => {
  const { desk, store } = stage();
  store.refuses(true);
  await expect(desk.runKept('mark_channels', 'ana', { mine: [1] }, ANA)).rejects.toThrow('not saved');
  expect(desk.get('ana').marks).toEqual(NO_MARKS);
});

test('what is moved while a kept change waits for the disk is not taken back with it', async () => {
  const { desk, store } = stage();
  store.refuses(true);
  const pending = desk.runKept('set_output', 'ana', { output: 0 }, ANA);
  desk.run('update_gain', 'ana', { channel: 0, gain: 0.5 }, ANA);
  await expect(pending).rejects.toThrow(Refusal);
  expect(desk.get('ana')).toMatchObject({ output: null, mix: { gains: { 0: 0.5 } } });
});

/** One after the other, as they were asked: what became of each. */
const outcomes = async (asked: readonly Promise<unknown>[]): Promise<string[]> => {
  const settled = await Promise.allSettled(asked);
  return settled.map(({ status }) => status);
};

test('a refused output takes no name with it', async () => {
  const { desk, store } = stage();
  const goOn = store.hangs();
  const asked = [
    desk.runKept('set_output', 'ana', { output: 0 }, ANA),
    desk.runKept('set_client_name', 'ana', { client_id: 'ana', custom_name: 'Anna' }, ANA),
  ];
  store.refuses(true);
  const first = asked[0]?.catch(() => store.refuses(false));
  goOn();
  await first;
  expect(await outcomes(asked)).toEqual(['rejected', 'fulfilled']);
  expect(desk.get('ana')).toMatchObject({ output: null, name: 'Anna' });
});

test('two refused names leave the one that is saved', async () => {
  const { desk, store } = stage();
  const goOn = store.hangs();
  const asked = ['Anna', 'Anne'].map((custom_name) =>
    desk.runKept('set_client_name', 'ana', { client_id: 'ana', custom_name }, ANA),
  );
  store.refuses(true);
  goOn();
  expect(await outcomes(asked)).toEqual(['rejected', 'rejected']);
  expect(desk.get('ana').name).toBeNull();
});

test('a refused move from one pair to another leaves the one they played on, which both were written for', async () => {
  const { desk, store } = stage();
  desk.assignOutput('ana', 0);
  store.refuses(true);
  await expect(desk.runKept('set_output', 'ana', { output: 1 }, ANA)).rejects.toThrow(Refusal);
  expect(desk.get('ana').output).toBe(0);
  expect([0, 1].map((pair) => desk.world.pairs.playerOf(pair))).toEqual(['ana', undefined]);
  store.refuses(false);
  expect(store.disk?.value('output/here/0')).toMatchObject({ client_id: 'ana' });
});

test('an output pair that somebody took meanwhile is not taken back from them', async () => {
  const { desk, store } = stage();
  desk.assignOutput('ana', 0);
  const goOn = store.hangs();
  const moving = desk.runKept('set_output', 'ana', { output: 1 }, ANA);
  desk.assignOutput('leo', 0);
  store.refuses(true);
  goOn();
  await expect(moving).rejects.toThrow(Refusal);
  expect([desk.get('ana').output, desk.get('leo').output]).toEqual([null, 0]);
});

test('a pair the person at the computer gave meanwhile is not taken back', async () => {
  const { desk, store } = stage();
  const goOn = store.hangs();
  const moving = desk.runKept('set_output', 'ana', { output: 0 }, ANA);
  desk.assignOutput('ana', 1);
  store.refuses(true);
  goOn();
  await expect(moving).rejects.toThrow(Refusal);
  expect(desk.get('ana').output).toBe(1);
});

test('a new name counts a revision that those who see the mix hear of', async () => {
  const { desk, shown } = stage();
  await desk.runKept('set_client_name', 'ana', { client_id: 'ana', custom_name: 'Anna' }, ANA);
  expect(shown.map((change) => [change.key, change.after?.revision, differenceIn(change)?.to])).toEqual([
    ['person/ana', 6, { name: 'Anna' }],
  ]);
});

test('an order the disk refuses is the one before', async () => {
  const { desk, order, store } = stage();
  await desk.runKept('set_client_order', '', { order: ['leo', 'ana'] }, ANA);
  store.refuses(true);
  await expect(desk.runKept('set_client_order', '', { order: ['ana', 'leo'] }, ANA)).rejects.toThrow(
    'not saved: disk full',
  );
  expect(order()).toEqual(['leo', 'ana']);
});

test('of a refused change, what others have changed since stays, and nothing else of it', async () => {
  const { desk, store } = stage();
  const goOn = store.hangs();
  const marking = desk.runKept('mark_channels', 'ana', { mine: [1], hidden: [2] }, ANA);
  desk.run('mark_channels', 'ana', { hidden: [3] }, LEO);
  store.refuses(true);
  goOn();
  await expect(marking).rejects.toThrow(Refusal);
  expect(desk.get('ana').marks).toEqual({ mine: [], hidden: [3] });
  store.refuses(false);
  expect(store.disk?.value('person/ana')).toMatchObject({ marks: { mine: [], hidden: [3] } });
});

test('a name that is refused while its musician comes leaves the coming, and no name', async () => {
  const { desk, store, clock } = stage();
  const goOn = store.hangs();
  const naming = desk.runKept('set_client_name', 'ana', { client_id: 'ana', custom_name: 'Anna' }, ANA);
  desk.arrive('ana');
  store.refuses(true);
  goOn();
  await expect(naming).rejects.toThrow(Refusal);
  store.refuses(false);
  expect(desk.get('ana')).toMatchObject({ name: null });
  expect(store.disk?.value('person/ana')).toEqual({
    ...kinds.person.empty,
    seen_at: desk.get('ana').seen_at,
  });
  expect(desk.get('ana').seen_at).toBeGreaterThan(clock.now - 10);
});

test('where another server was quicker, the step is run again on what it wrote', async () => {
  const { desk, store } = stage();
  store.othersWrite(
    [recordOf('person', 'ana', { name: null, marks: { mine: [2], hidden: [] } }, { revision: 9 })],
    false,
  );
  await desk.runKept('set_client_name', 'ana', { client_id: 'ana', custom_name: 'Anna' }, ANA);
  expect(store.disk?.records.get('person/ana')).toMatchObject({
    revision: 10,
    value: { name: 'Anna', marks: { mine: [2], hidden: [] } },
  });
  expect(desk.get('ana')).toMatchObject({ name: 'Anna', marks: { mine: [2], hidden: [] } });
});

test('where another server has given the pair away meanwhile, one keeps playing where one played', async () => {
  const { desk, store } = stage();
  desk.assignOutput('ana', 0);
  store.othersWrite([recordOf('output', 'here/1', { client_id: 'leo' }, { revision: 1 })], false);
  await expect(desk.runKept('set_output', 'ana', { output: 1 }, ANA)).rejects.toThrow('output: pair 1');
  expect([desk.get('ana').output, desk.get('leo').output]).toEqual([0, 1]);
  expect(store.disk?.value('output/here/0')).toMatchObject({ client_id: 'ana' });
});

test('a live move that met a newer record is on top of it, and nothing is lost', () => {
  const { desk, store, mixOf } = stage();
  store.othersWrite(
    [recordOf('mix', 'ana', { channels: [0, 1, 2], gains: { 1: 0.25 } }, { revision: 8 })],
    false,
  );
  desk.run('update_gain', 'ana', { channel: 0, gain: 0.5 }, ANA);
  expect(mixOf('ana')).toMatchObject({ channels: [0, 1, 2], gains: { 0: 0.5, 1: 0.25 } });
  expect(store.disk?.records.get('mix/ana')).toEqual(desk.world.get('mix', 'ana'));
  expect(desk.get('ana').revision).toBe(9);
});

test('what another server wrote is heard and seen', () => {
  const { desk, store, shown, calls } = stage();
  store.othersWrite([
    recordOf('house', HOUSE_ID, { order: ['leo'] }),
    recordOf('mix', 'leo', {}, { revision: 9 }),
  ]);
  expect(desk.get('leo').mix.channels).toEqual([]);
  expect(calls).toEqual(['hear', 'show', 'show']);
  expect(shown.map(({ author }) => author.kind)).toEqual(['mixer', 'mixer']);
});

test('what another server wrote of a mix that is being moved here meets the move at the disk', () => {
  const { desk, store, mixOf } = stage();
  const goOn = store.hangs();
  desk.run('update_gain', 'ana', { channel: 0, gain: 0.5 }, ANA);
  store.othersWrite([recordOf('mix', 'ana', { channels: [3] }, { revision: 6 })]);
  expect(desk.get('ana')).toMatchObject({ revision: 6, mix: { channels: [0, 1], gains: { 0: 0.5 } } });
  goOn();
  expect(desk.get('ana')).toMatchObject({ revision: 7, mix: { channels: [3], gains: { 0: 0.5 } } });
  expect(store.disk?.value('mix/ana')).toEqual(mixOf('ana'));
});

test('a mix that another server took away while it is moved here stays, all of it', () => {
  const { desk, store } = stage();
  store.disk?.records.delete('mix/ana');
  desk.run('update_gain', 'ana', { channel: 0, gain: 0.5 }, ANA);
  expect(desk.get('ana').mix).toMatchObject({ channels: [0, 1], gains: { 0: 0.5 } });
  expect(store.disk?.value('mix/ana')).toEqual(desk.get('ana').mix);
});
