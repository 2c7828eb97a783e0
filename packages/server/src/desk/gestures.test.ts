/** Moves of one record by one hand belong together until they rest. */
import { MIXER, type Author } from './author.ts';
import { claim, ANA, LEO, stage } from './desk-stage.ts';
import { Gestures } from './gestures.ts';

test('moves of one record by one author within a second of each other are one gesture', () => {
  const gestures = new Gestures('run');
  const first = gestures.of(ANA, 'mix/ana', 0);
  expect([900, 1800, 2800].map((now) => gestures.of(ANA, 'mix/ana', now))).toEqual([first, first, first]);
  expect(gestures.of(ANA, 'mix/ana', 3801)).not.toBe(first);
});

test('another record, another hand and another run are other gestures', () => {
  const gestures = new Gestures('run');
  const names = [
    gestures.of(ANA, 'mix/ana', 0),
    gestures.of(ANA, 'mix/leo', 0),
    gestures.of(LEO, 'mix/ana', 0),
    gestures.of(MIXER, 'mix/ana', 0),
    new Gestures('later').of(ANA, 'mix/ana', 0),
  ];
  expect(new Set(names).size).toBe(names.length);
  expect(gestures.of(ANA, 'mix/ana', 500)).toBe(names[0]);
});

test('two phones of one musician are two hands', () => {
  const gestures = new Gestures('run');
  const again: Author = { ...ANA };
  expect(gestures.of(again, 'mix/ana', 0)).not.toBe(gestures.of(ANA, 'mix/ana', 0));
});

test('a clock that is set back ends a gesture, and none lasts until it is reached again', () => {
  const gestures = new Gestures('run');
  const before = gestures.of(ANA, 'mix/ana', 10_000_000);
  const after = gestures.of(ANA, 'mix/ana', 0);
  expect(after).not.toBe(before);
  expect(gestures.of(ANA, 'mix/ana', 500)).toBe(after);
});

test('a gesture that the hand names is called so, for those who see it and in the history', () => {
  const { desk, shown, store } = stage();
  for (const gain of [0.5, 0.6]) desk.run('update_gain', 'ana', { channel: 0, gain }, ANA, 'finger 1');
  desk.run('update_gain', 'ana', { channel: 0, gain: 0.7 }, ANA);
  desk.run('update_gain', 'ana', { channel: 0, gain: 0.8 }, ANA);
  const told = shown.map(({ gesture }) => gesture);
  expect(told).toEqual(['finger 1', 'finger 1', 'run-1', 'run-1']);
  const kept = store.batches.flatMap(({ writes }) => writes.map(({ entry }) => entry?.gesture));
  expect(kept).toEqual(told);
});

test('what changes several records at once is one gesture, apart from moves', () => {
  const { desk, shown } = stage();
  desk.assignOutput('ana', 0);
  shown.length = 0;
  desk.assignOutput('ana', 1);
  expect(shown.map(({ key }) => key)).toEqual(['output/here/0', 'output/here/1']);
  expect(new Set(shown.map(({ gesture }) => gesture)).size).toBe(1);
});

test('only kinds with a history have one', () => {
  const { desk, store } = stage();
  claim(desk, 'hash', 'ana');
  desk.arrive('ana');
  expect(store.batches.flatMap(({ writes }) => writes.flatMap(({ entry }) => entry ?? []))).toEqual([]);
});
