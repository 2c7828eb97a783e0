/** Whoever asks another thread or process gets the answer to what was asked, or hears why there is none. */
import { ManualClock } from './store/manual-clock.ts';
import { PendingCalls } from './pending-calls.ts';

interface Shop {
  readonly price: { readonly answer: number };
  readonly name: { readonly answer: string };
}

function openShop() {
  const calls = new PendingCalls<Shop>();
  const asked: number[] = [];
  return { calls, asked, send: (number: number) => void asked.push(number) };
}

const tooLarge = () => {
  throw new Error('too large');
};

const late = () => new Error('too late');

test('answers find their callers, in whatever order they come', async () => {
  const { calls, asked, send } = openShop();
  const price = calls.call('price', send);
  const name = calls.call('name', send);
  expect(asked).toEqual([1, 2]);
  expect([1, 2, 3].map((number) => calls.waiting(number))).toEqual(['price', 'name', undefined]);
  calls.answer(2, 'a string');
  calls.answer(1, 5);
  expect(await Promise.all([price, name])).toEqual([5, 'a string']);
});

test('a refusal is its caller’s alone, and an answer that nobody waits for harms nobody', async () => {
  const { calls, send } = openShop();
  const price = calls.call('price', send);
  const name = calls.call('name', send);
  calls.refuse(1, new Error('not for sale'));
  calls.answer(1, 5);
  calls.answer(77, 5);
  calls.answer(2, 'a string');
  await expect(price).rejects.toThrow('not for sale');
  expect(await name).toBe('a string');
});

test('what cannot be sent fails for whoever asked, and waits for nothing', async () => {
  const { calls } = openShop();
  await expect(calls.call('price', tooLarge)).rejects.toThrow('too large');
  expect(calls.waiting(1)).toBeUndefined();
});

test('when the other side is gone everything that waits fails, and whoever asks later is told why', async () => {
  const { calls, asked, send } = openShop();
  const waiting = [calls.call('price', send), calls.call('name', send)];
  calls.end(new Error('the shop burnt down'));
  calls.end(new Error('and was forgotten'));
  for (const call of [...waiting, calls.call('price', send)]) {
    await expect(call).rejects.toThrow('the shop burnt down');
  }
  expect(calls.ended?.message).toBe('the shop burnt down');
  expect(asked).toEqual([1, 2]);
});

test('with a deadline nobody is kept waiting longer, and a later answer is nobody’s', async () => {
  const clock = new ManualClock();
  const calls = new PendingCalls<Shop>(clock);
  const price = calls.call('price', () => undefined, { ms: 100, late });
  clock.pass(99);
  expect(calls.waiting(1)).toBe('price');
  clock.pass(1);
  await expect(price).rejects.toThrow('too late');
  calls.answer(1, 5);
});

test('no deadline ticks on after an answer, a refusal, a failed sending or the end', async () => {
  const ticking = new Set<() => void>();
  const after = (_ms: number, task: () => void) => {
    ticking.add(task);
    return () => void ticking.delete(task);
  };
  const calls = new PendingCalls<Shop>({ after });
  const all = [1, 2, 3].map(() => calls.call('price', () => undefined, { ms: 100, late }));
  expect(ticking.size).toBe(3);
  all.push(calls.call('price', tooLarge, { ms: 100, late }));
  expect(ticking.size).toBe(3);
  calls.answer(1, 5);
  calls.refuse(2, new Error('not for sale'));
  calls.end(new Error('the shop burnt down'));
  expect(ticking.size).toBe(0);
  await Promise.allSettled(all);
});
