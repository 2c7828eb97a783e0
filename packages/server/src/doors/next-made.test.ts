import { MadeAnswer } from './made-answer.ts';
import { NextMade } from './next-made.ts';

/** Answers that say the how manyth they are, each made when it is let go. */
function stage(restMs?: number) {
  const letGo: (() => void)[] = [];
  let begun = 0;
  const make = async () => {
    const number = ++begun;
    await new Promise<void>((resolve) => letGo.push(resolve));
    return MadeAnswer.of(String(number));
  };
  const next = new NextMade(make, restMs === undefined ? undefined : () => restMs);
  const begins = async (count: number) => {
    while (begun < count) await new Promise(setImmediate);
  };
  return { next, letGo, begins, begun: () => begun };
}

test('whoever asks while one is made gets the next, all of them the same', async () => {
  const { next, letGo, begins } = stage();
  const first = next.get();
  await begins(1);
  const [second, third] = [next.get(), next.get()];
  expect(third).toBe(second);
  letGo[0]?.();
  await begins(2);
  letGo[1]?.();
  expect([await first, await second].map(({ json }) => json)).toEqual(['1', '2']);
});

test('after one there is a rest, and all who ask in it get one', async () => {
  const { next, letGo, begins, begun } = stage(50);
  const first = next.get();
  await begins(1);
  letGo[0]?.();
  await first;
  const at = performance.now();
  const second = next.get();
  await new Promise(setImmediate);
  expect(begun()).toBe(1);
  expect(next.get()).toBe(second);
  await begins(2);
  expect(performance.now() - at).toBeGreaterThan(40);
  letGo[1]?.();
  await second;
});
