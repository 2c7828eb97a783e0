import { stage as deskStage } from '../desk/desk-stage.ts';
import {
  Attempts,
  WINDOW_MS,
  WRONG_IN_ALL_MAX,
  WRONG_PER_ADDRESS_MAX,
  WRONG_PER_PHONE_MAX,
} from './attempts.ts';

function stage() {
  const { desk } = deskStage({ clients: [] });
  let now = 5_000;
  const begin = () => new Attempts(desk.world, () => now);
  let attempts = begin();
  const keep = { author: { kind: 'mixer' }, reason: 'command', durability: 'live' } as const;
  const from = (phone: string, address = '192.0.2.1') => ({ secretHash: phone, address });
  return {
    from,
    wrong: (guesser: ReturnType<typeof from>, times = 1) => {
      for (let time = 0; time < times; time++) desk.apply(attempts.wrong(guesser), keep);
    },
    waitS: (guesser: ReturnType<typeof from>) => attempts.waitS(guesser),
    goesOn: (ms: number) => (now += ms),
    restart: () => {
      now = 0; // a clock that never steps begins anew with the process
      attempts = begin();
    },
    tidy: () => desk.apply(attempts.over(), keep),
    kept: () => [...desk.world.all('attempts')].map(([id]) => id),
  };
}

test('a phone may be wrong some times, and then waits; another of the same address may try', () => {
  const { from, wrong, waitS } = stage();
  wrong(from('a'), WRONG_PER_PHONE_MAX - 1);
  expect(waitS(from('a'))).toBe(0);
  wrong(from('a'));
  expect(waitS(from('a'))).toBe(WINDOW_MS / 1000);
  expect(waitS(from('b'))).toBe(0);
});

test('an address that guesses from phone to phone waits; other addresses do not', () => {
  const { from, wrong, waitS } = stage();
  for (let phone = 0; phone < WRONG_PER_ADDRESS_MAX; phone++) wrong(from(`phone ${phone}`));
  expect(waitS(from('a new one'))).toBeGreaterThan(0);
  expect(waitS(from('a new one', '192.0.2.2'))).toBe(0);
});

test('fifty addresses do not lock out a fifty-first; the whole server has a far higher backstop', () => {
  const { from, wrong, waitS } = stage();
  for (let address = 0; address < 50; address++) wrong(from(`phone ${address}`, `192.0.2.${address}`), 20);
  expect(waitS(from('an honest one', '198.51.100.1'))).toBe(0);
  wrong(from('machine', '198.51.100.2'), WRONG_IN_ALL_MAX);
  expect(waitS(from('an honest one', '198.51.100.1'))).toBeGreaterThan(0);
});

test('the wait ends by a clock that never steps, and what is over is forgotten', () => {
  const { from, wrong, waitS, goesOn, tidy, kept } = stage();
  wrong(from('a'), WRONG_PER_PHONE_MAX);
  goesOn(WINDOW_MS - 1000);
  expect(waitS(from('a'))).toBe(1);
  tidy();
  expect(kept()).not.toEqual([]);
  goesOn(1000);
  expect(waitS(from('a'))).toBe(0);
  tidy();
  expect(kept()).toEqual([]);
});

test('a restart forgets nothing: the wait begins anew', () => {
  const { from, wrong, waitS, restart } = stage();
  wrong(from('a'), WRONG_PER_PHONE_MAX);
  restart();
  expect(waitS(from('a'))).toBe(WINDOW_MS / 1000);
});
