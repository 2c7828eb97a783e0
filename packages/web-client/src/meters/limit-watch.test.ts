import { LimitWatch } from './limit-watch.ts';

const FRAME_MS = 40;

function feed(watch: LimitWatch, fromMs: number, toMs: number, reductionDb: (ms: number) => number): void {
  for (let ms = fromMs; ms <= toMs; ms += FRAME_MS) watch.feed(reductionDb(ms), ms);
}

test('a limiter that takes more than 3 dB for 5 s means too loud', () => {
  const watch = new LimitWatch();
  feed(watch, 0, 4_960, () => 4);
  expect(watch.isTooLoud(4_960)).toBe(false);
  feed(watch, 5_000, 5_000, () => 4);
  expect(watch.isTooLoud(5_000)).toBe(true);
});

test('loud beats count as one, and it is over when there have been none for a second', () => {
  const watch = new LimitWatch();
  feed(watch, 0, 6_000, (ms) => (ms % 500 < 120 ? 6 : 0));
  expect(watch.isTooLoud(6_000)).toBe(true);
  feed(watch, 6_040, 7_200, () => 0);
  expect(watch.isTooLoud(7_200)).toBe(false);
});

test('one loud moment now and then is music, and 3 dB all evening is too', () => {
  const watch = new LimitWatch();
  feed(watch, 0, 20_000, (ms) => (ms % 2_000 < 200 ? 10 : 0));
  expect(watch.isTooLoud(20_000)).toBe(false);
  feed(watch, 20_040, 40_000, () => 3);
  expect(watch.isTooLoud(40_000)).toBe(false);
});
