import { existsSync, statSync } from 'node:fs';
import { AGE_INTERVAL_MS } from './history.ts';
import { HistoryStage, partOf } from './history-stage.ts';

const DAY_MS = 24 * 3_600_000;

let stage: HistoryStage;

beforeEach(() => {
  stage = new HistoryStage();
});

afterEach(() => {
  stage.end();
});

test('a drag is one entry, from where the finger took the fader to where it left it', () => {
  const began = stage.clock.now();
  stage.move('drag', 1, 0.8);
  stage.clock.pass(200);
  stage.move('drag', 0.8, 0.7, { from: { gains: { 3: 0.8 } }, to: { gains: { 3: 0.7 } } });
  stage.clock.pass(200);
  stage.move('drag', 0.7, 0.5);
  const ended = stage.clock.now();
  stage.written();
  expect(stage.all()).toEqual([
    {
      sequence: 1,
      key: 'mix/ana',
      gesture: 'drag',
      author: 'ana',
      author_name: 'Ana',
      reason: 'hand',
      at: began,
      until: ended,
      from: { gains: { 3: 1 } },
      to: { gains: { 3: 0.5 } },
      zone_minutes: 0 - new Date(began).getTimezoneOffset(),
      boot: 'boot 1',
    },
  ]);
});

test('a gesture over two faders keeps where both began, however it was cut up and written in between', () => {
  stage.move('drag', 1, 0.8);
  stage.written();
  stage.move('drag', 0, 0.2, { from: { gains: { 4: 0 } }, to: { gains: { 4: 0.2 } } });
  stage.written();
  stage.move('drag', 0.8, 0.5);
  stage.reopen({ boot: 'boot 2' });
  expect(stage.all()).toMatchObject([
    { sequence: 1, from: { gains: { 3: 1, 4: 0 } }, to: { gains: { 3: 0.5, 4: 0.2 } }, boot: 'boot 1' },
  ]);
});

test('a finger that rests on its fader while its owner listens goes on with the same entry', () => {
  stage.move('drag', 1, 0.8);
  stage.clock.pass(20_000);
  stage.move('other', 0, 0.1, { key: 'mix/leo' });
  stage.clock.pass(20_000);
  stage.move('drag', 0.8, 0.5);
  stage.written();
  expect(stage.all()).toMatchObject([{ from: { gains: { 3: 1 } }, to: { gains: { 3: 0.5 } } }]);
});

test('one touch that changes two musicians is one entry for each of them', () => {
  stage.move('copy', 1, 0.5);
  stage.move('copy', 0.2, 0.5, { key: 'mix/leo' });
  expect(stage.all()).toMatchObject([{ from: { gains: { 3: 1 } } }]);
  expect(stage.all('mix/leo')).toMatchObject([{ from: { gains: { 3: 0.2 } } }]);
});

test('who made a mix and who cleared it can be read back: nothing is a value too', () => {
  const mix = { gains: { 0: 1 }, pans: {} };
  stage.move('come', 0, 0, { from: null, to: mix, author: null, author_name: '' });
  stage.move('go', 0, 0, { from: mix, to: null });
  stage.reopen({ boot: 'boot 2' });
  expect(stage.all()).toMatchObject([
    { from: null, to: mix, author: null, author_name: '' },
    { from: mix, to: null },
  ]);
});

test('a start waits for no history, and nothing is written before there is something to tell', () => {
  expect(existsSync(stage.path)).toBe(false);
  stage.move('drag', 1, 0.5);
  expect(existsSync(stage.path)).toBe(false); // the commit that told of it does not wait either
  stage.written();
  expect(existsSync(stage.path)).toBe(true);
});

test('what moved in this very second is told already', () => {
  stage.move('drag', 1, 0.5);
  expect(stage.gestures()).toEqual(['drag']);
});

test('gestures of ten minutes are those that were under way in them', () => {
  const began = stage.clock.now();
  for (const name of ['early', 'at the beginning', 'in the middle', 'late']) {
    stage.move(name, 1, 0.5);
    stage.clock.pass(30_000);
    stage.move(name, 0.5, 0.6);
    stage.clock.pass(300_000);
  }
  expect(
    stage.history.journal('mix/ana', began + 340_000, began + 700_000).map(({ gesture }) => gesture),
  ).toEqual(['at the beginning', 'in the middle']);
  expect(stage.history.journal('mix/leo', began, stage.clock.now())).toEqual([]);
});

test('a clock that was set back on stage does not turn the order of what happened', () => {
  stage.move('first', 1, 0.5);
  stage.clock.jump(-3_600_000);
  stage.move('second', 0.5, 0.7);
  stage.reopen({ boot: 'boot 2' });
  stage.move('third', 0.7, 0.9);
  const entries = stage.all();
  expect(entries.map(({ gesture, sequence, boot }) => [sequence, gesture, boot])).toEqual([
    [1, 'first', 'boot 1'],
    [2, 'second', 'boot 1'],
    [3, 'third', 'boot 2'],
  ]);
  expect(entries[0]?.at).toBeGreaterThan(entries[1]?.at ?? Number.NaN); // the jump can be seen
});

test('a gesture during which the clock was set back is found at either time', () => {
  const before = stage.clock.now();
  stage.move('drag', 1, 0.8);
  stage.clock.jump(-3_600_000);
  const after = stage.clock.now();
  stage.move('drag', 0.8, 0.5);
  stage.written();
  expect(stage.history.journal('mix/ana', before - 1000, before + 1000)).toHaveLength(1);
  expect(stage.history.journal('mix/ana', after - 1000, after + 1000)).toHaveLength(1);
});

test('an evening of 16 musicians who each move something every ten seconds takes less than 8 MB', () => {
  for (let number = 0; number < 46_080; number += 256) {
    stage.history.append(Array.from({ length: 256 }, (_, i) => partOf(number + i, stage.clock.now(), 16)));
    stage.clock.pass(160_000);
  }
  expect(stage.all(partOf(5, 0, 16).key)).toHaveLength(2880);
  expect(stage.all(partOf(5, 0, 16).key)[17]).toMatchObject({ from: partOf(17 * 16 + 5, 0, 16).from });
  stage.history.close();
  expect(statSync(stage.path).size).toBeLessThan(8_000_000);
});

test('what is older than thirty days goes, a little at a time; the numbers go on', () => {
  stage.move('last month', 1, 0.5);
  stage.written();
  stage.clock.pass(29 * DAY_MS);
  stage.move('yesterday', 0.5, 0.6);
  stage.clock.pass(DAY_MS / 2);
  expect(stage.gestures()).toEqual(['last month', 'yesterday']);
  stage.clock.pass(DAY_MS);
  expect(stage.gestures()).toEqual(['yesterday']);
  stage.clock.pass(31 * DAY_MS);
  expect(stage.gestures()).toEqual([]);
  stage.reopen({ boot: 'boot 2' });
  stage.move('today', 0.6, 0.7);
  expect(stage.all()).toMatchObject([{ sequence: 3, gesture: 'today' }]);
});

test('a computer that believes for a moment it is next year forgets nothing', () => {
  stage.move('drag', 1, 0.5);
  stage.written();
  stage.clock.jump(365 * DAY_MS);
  stage.clock.pass(AGE_INTERVAL_MS);
  stage.clock.jump(-365 * DAY_MS);
  stage.clock.pass(AGE_INTERVAL_MS * 3);
  expect(stage.gestures()).toEqual(['drag']);
});

test('a history that is as large as it may be loses its oldest and stays that large', () => {
  stage.history.close();
  const maxBytes = 1_000_000;
  stage.reopen({ maxBytes });
  for (let number = 0; number < 10_000; number += 100) {
    stage.history.append(Array.from({ length: 100 }, (_, i) => partOf(number + i, stage.clock.now(), 16)));
    stage.clock.pass(10_000);
  }
  const newest = stage.all(partOf(9_999, 0, 16).key);
  expect(newest.at(-1)?.sequence).toBe(10_000);
  expect(newest.length).toBeGreaterThan(200);
  expect(newest.length).toBeLessThan(600);
  stage.history.close();
  expect(statSync(stage.path).size).toBeLessThan(maxBytes);
});

test('names of people nobody has seen for long go with their last entry', () => {
  stage.reopen({ maxBytes: 700_000 });
  for (let number = 0; number < 15_000; number += 1) {
    stage.move(`g${number}`, 1, 0.5, { key: `mix/guest ${number}` });
    if (number % 100 === 99) stage.clock.pass(10_000);
  }
  expect(stage.gestures('mix/guest 14999')).toEqual(['g14999']);
  expect(stage.gestures('mix/guest 0')).toEqual([]);
  stage.history.close();
  expect(statSync(stage.path).size).toBeLessThan(700_000);
});

test('closing writes what is held; closing again, or moving a fader after it, does no harm', () => {
  stage.move('drag', 1, 0.5);
  stage.history.close();
  stage.history.close();
  stage.move('late', 0.5, 0.7);
  stage.clock.pass(60_000);
  stage.reopen({ boot: 'boot 2' });
  expect(stage.gestures()).toEqual(['drag']);
});
