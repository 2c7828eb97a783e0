/** Output pairs are few: who has left gets theirs waited for, and then it is there for who needs one. Mixes are never touched. */
import { pairId } from '@foldback/protocol';
import { ANA, LEO, recordsWith, stage, T0 } from './desk-stage.ts';

const WAIT_MS = 1000 * 3600;
const MINUTE_MS = 60_000;

/** Two pairs: Ana's, who was here last, and Leo's, who left before her. */
function twoPairs(waited = WAIT_MS + 2 * MINUTE_MS) {
  const records = [
    ...recordsWith('ana', { output: 0, seen_at: T0 - MINUTE_MS, mix: { gains: { 1: 0.5 } } }),
    ...recordsWith('leo', { output: 1, seen_at: T0 - 2 * MINUTE_MS, mix: { gains: { 0: 0.25 } } }),
  ];
  const played = stage({ records, autoRoute: true, outputWaitMs: WAIT_MS });
  played.clock.now += waited;
  return played;
}

test('a pair waits for its musician, and then is there for who needs one: theirs first who left first', () => {
  const { desk, clock, sharedPairs } = twoPairs(WAIT_MS - 3 * MINUTE_MS);
  expect(desk.admit('mia', null).output).toBeNull();
  clock.now += 5 * MINUTE_MS;
  expect(desk.admit('zoë', null).output).toBe(1);
  expect([desk.get('ana').output, desk.get('leo').output]).toEqual([0, null]);
  expect(desk.admit('bob', null).output).toBe(0);
  expect(desk.admit('eve', null).output).toBeNull();
  expect(sharedPairs).toEqual([]);
});

test('nobody’s saved mix is another for it, and who returns gets a pair when there is one', () => {
  const { desk, onDisk } = twoPairs();
  const mixes = ['ana', 'leo'].map((id) => onDisk(id));
  desk.admit('mia', null);
  desk.arrive('mia');
  expect(['ana', 'leo'].map((id) => onDisk(id))).toEqual(mixes);
  desk.arrive('leo', true);
  expect(desk.get('leo').output).toBe(0);
  desk.arrive('ana', true);
  expect(desk.get('ana').output).toBeNull();
  desk.leave('ana');
  desk.run('set_output', 'leo', { output: null }, LEO);
  desk.arrive('ana', true);
  expect(desk.get('ana').output).toBe(0);
  expect(['ana', 'leo'].map((id) => onDisk(id))).toEqual(mixes);
});

test('a pair that nobody needs stays whose it was, however long', () => {
  const { desk, clock } = twoPairs();
  desk.run('set_output', 'leo', { output: null }, LEO);
  clock.now += 1000 * WAIT_MS;
  expect(desk.admit('mia', null).output).toBe(1);
  expect(desk.get('ana').output).toBe(0);
});

test('who is here keeps theirs, however long ago they came', () => {
  const { desk, clock } = twoPairs(0);
  desk.arrive('leo');
  desk.arrive('ana');
  clock.now += 10 * WAIT_MS;
  expect(desk.admit('mia', null).output).toBeNull();
});

test('right after a start nobody counts as away: those whom the server left are on their way back', () => {
  const records = recordsWith('ana', { output: 0, seen_at: T0 - 2 * WAIT_MS });
  const { desk, clock } = stage({ records, outputPairs: 1, autoRoute: true, outputWaitMs: WAIT_MS });
  expect(desk.admit('mia', null).output).toBeNull();
  clock.now += MINUTE_MS;
  expect(desk.admit('zoë', null).output).toBe(0);
});

test('what --route gave stays, and so does what it gave again', () => {
  const { desk } = twoPairs();
  desk.assignOutput('leo', 1);
  desk.assignOutput('ana', 0);
  expect(desk.admit('mia', null).output).toBeNull();
  desk.run('set_output', 'leo', { output: 1 }, LEO);
  expect(desk.world.value('output', pairId(1))).toEqual({ client_id: 'leo', lent: false });
});

test('somebody’s hand may take a pair that has waited long enough, and no other', () => {
  const { desk, clock } = twoPairs(2 * MINUTE_MS);
  desk.admit('mia', null);
  expect(() => desk.run('set_output', 'mia', { output: 1 }, ANA)).toThrow('plays the mix of leo');
  clock.now += WAIT_MS;
  desk.run('set_output', 'mia', { output: 1 }, ANA);
  expect([desk.get('mia').output, desk.get('leo').output]).toEqual([1, null]);
});

test('who has freed their pair by hand is given none until they choose one', () => {
  const { desk } = stage({ autoRoute: true });
  desk.arrive('ana', true);
  expect(desk.get('ana').output).toBe(0);
  desk.run('set_output', 'ana', { output: null }, ANA);
  desk.leave('ana');
  desk.arrive('ana', true);
  expect(desk.get('ana').output).toBeNull();
  desk.run('set_output', 'ana', { output: 1 }, ANA);
  expect(desk.world.value('person', 'ana').unrouted).toBe(false);
});

test('who is not to get one, or has a second phone, or a house that routes by hand, gets none', () => {
  const { desk } = stage({ autoRoute: true });
  desk.arrive('ana');
  desk.arrive('ana', true);
  expect(desk.get('ana').output).toBeNull();
  expect(desk.admit('mia', null, undefined, false).output).toBeNull();
  const byHand = stage();
  byHand.desk.arrive('ana', true);
  expect(byHand.desk.get('ana').output).toBeNull();
});

test('who freed their pair before they went into the archive comes out of it without one', async () => {
  const { desk, acts, clock } = stage({ autoRoute: true, clients: ['ana', 'leo'] });
  desk.run('set_output', 'ana', { output: 0 }, ANA);
  desk.run('set_output', 'ana', { output: null }, ANA);
  desk.arrive('leo');
  clock.now += 1;
  await acts.archiveLongUnseen();
  expect(desk.find('ana')).toBeUndefined();
  expect(desk.admit('ana', null, await acts.older('ana')).output).toBeNull();
});
