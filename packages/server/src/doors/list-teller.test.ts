import { setImmediate as nextTurn } from 'node:timers/promises';
import { deafPhone, doorless } from '../../test/support/doorless.ts';
import { ManualClock } from '../store/manual-clock.ts';
import { Audience } from './audience.ts';
import { ListTeller } from './list-teller.ts';
import { MadeAnswer } from './made-answer.ts';
import type { Wire } from './phone.ts';

const MEGABYTE = 'x'.repeat(1024 * 1024);

/** Phones that hear the list, and what each has been told. */
function stage(phones: number, json = MEGABYTE) {
  let made = 0;
  const clock = new ManualClock();
  const audience = new Audience(doorless().desk, () => 0);
  const heard: string[][] = [];
  const listeners = Array.from({ length: phones }, () => {
    const mine: string[] = [];
    heard.push(mine);
    const deliver: Wire['deliver'] = ({ event }) => {
      const { json } = event.body as unknown as MadeAnswer;
      mine.push(json);
      return json.length;
    };
    const phone = deafPhone(undefined, { deliver });
    audience.join(phone);
    audience.subscribe(phone, 'list');
    return phone;
  });
  const teller = new ListTeller(audience, async () => new MadeAnswer(`${++made} ${json}`), clock);
  const count = () => heard.filter(({ length }) => length > 0).length;
  return { clock, audience, listeners, teller, heard, count, made: () => made };
}

/** Until nothing more is told. @returns the turns of the loop it took */
async function until(isDone: () => boolean): Promise<number> {
  let turns = 0;
  while (!isDone()) {
    await nextTurn();
    if (++turns > 1_000) throw new Error('it is not done');
  }
  return turns;
}

test('a long list goes to a few phones in each turn of the loop, so that others are let in', async () => {
  const { clock, teller, count } = stage(20);
  teller.tell();
  clock.pass(100);
  expect(await until(() => count() === 20)).toBeGreaterThan(15);
});

test('a short one goes to all of them at once', async () => {
  const { clock, teller, count } = stage(20, 'short');
  teller.tell();
  clock.pass(100);
  expect(await until(() => count() === 20)).toBeLessThan(3);
});

test('what changes while it is told is told after, once', async () => {
  const { clock, teller, count, heard, made } = stage(5);
  teller.tell();
  clock.pass(100);
  await until(() => count() === 2);
  teller.tell();
  teller.tell();
  await until(() => count() === 5);
  await nextTurn();
  expect(made()).toBe(1);
  clock.pass(10_000);
  await until(() => heard.every(({ length }) => length === 2));
  expect(made()).toBe(2);
});

test.each([
  ['twenty megabytes in all', 20, MEGABYTE, 3_100, 3_200],
  ['a few words', 20, 'short', 99, 100],
])(
  '%s are not told again before the network has had time for them',
  async (_what, phones, json, notYetMs, thenMs) => {
    const { clock, teller, heard } = stage(phones, json);
    const told = (times: number) => () => heard.every(({ length }) => length === times);
    teller.tell();
    clock.pass(100);
    await until(told(1));
    await nextTurn();
    teller.tell();
    clock.pass(notYetMs);
    for (let turn = 0; turn < 30; turn++) await nextTurn();
    expect(told(1)()).toBe(true);
    clock.pass(thenMs - notYetMs);
    await until(told(2));
  },
);

test('who leaves meanwhile is not told, and for nobody no list is made', async () => {
  const { clock, audience, listeners, teller, heard, count, made } = stage(5);
  teller.tell();
  clock.pass(100);
  await until(() => count() === 1);
  for (const phone of listeners) audience.leave(phone);
  await nextTurn();
  expect(heard.map(({ length }) => length)).toEqual([1, 0, 0, 0, 0]);
  teller.tell();
  clock.pass(10_000);
  await nextTurn();
  expect(made()).toBe(1);
});

test('at the end it falls silent', async () => {
  const { clock, teller, count } = stage(5);
  teller.tell();
  clock.pass(100);
  await until(() => count() === 2);
  teller.stop();
  teller.tell();
  for (let turn = 0; turn < 10; turn++) await nextTurn();
  clock.pass(10_000);
  expect(count()).toBe(2);
});
