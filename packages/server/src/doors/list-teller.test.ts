import { setImmediate as nextTurn } from 'node:timers/promises';
import { deafPhone, doorless } from '../../test/support/doorless.ts';
import { ManualClock } from '../store/manual-clock.ts';
import { Audience } from './audience.ts';
import { ListTeller } from './list-teller.ts';
import { MadeAnswer } from './made-answer.ts';
import type { ListTopic, Phone, Wire } from './phone.ts';

const MEGABYTE = 'x'.repeat(1024 * 1024);
/** A second of all phones together. */
const SECOND_CHARACTERS = 6_700_000;

/** Phones that hear the list, and what each has been told. */
function stage(phones: number, json = MEGABYTE) {
  let made = 0;
  const clock = new ManualClock();
  const audience = new Audience(doorless().desk, () => 0);
  const heard = new Map<Phone, number[]>();
  const come = (listTopic: ListTopic = 'list') => {
    const mine: number[] = [];
    const deliver: Wire['deliver'] = ({ event }) => {
      const { json } = event.body as unknown as MadeAnswer;
      mine.push(Number.parseInt(json, 10));
      return json.length;
    };
    const phone = deafPhone(undefined, { deliver, listTopic });
    audience.join(phone);
    audience.subscribe(phone, listTopic);
    heard.set(phone, mine);
    return phone;
  };
  const listeners = Array.from({ length: phones }, () => come());
  const list = async () => MadeAnswer.of(`${++made} ${json}`);
  const teller = new ListTeller({ audience, topic: 'list', list, clock });
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 50) {
      clock.pass(50);
      await nextTurn();
    }
  };
  const lists = () => [...heard.values()];
  return { audience, listeners, teller, come, heard, lists, pass, made: () => made };
}

test('a short list goes to all of them at once, soon', async () => {
  const { teller, lists, pass } = stage(20, 'short');
  teller.tell();
  await pass(50);
  expect(lists().flat()).toEqual([]);
  await pass(50);
  expect(lists()).toEqual(Array.from({ length: 20 }, () => [1]));
});

test('a long one goes to one after the other, so that it fills neither the network nor the memory', async () => {
  const { teller, lists, pass, made } = stage(20);
  teller.tell();
  await pass(1_100);
  const told = lists().flat().length;
  expect(told).toBeGreaterThan(4);
  expect(told).toBeLessThanOrEqual(Math.ceil(SECOND_CHARACTERS / MEGABYTE.length));
  await pass(4_000);
  expect(lists()).toEqual(Array.from({ length: 20 }, () => [1]));
  await pass(1_000);
  expect(made()).toBe(1);
});

test('what changes meanwhile is in what the next are told, and those before hear it after them', async () => {
  const { teller, lists, pass, made } = stage(5);
  teller.tell();
  await pass(300);
  expect(lists()).toEqual([[1], [1], [], [], []]);
  teller.tell();
  teller.tell();
  await pass(2_000);
  expect(lists()).toEqual([[1, 2], [1, 2], [2], [2], [2]]);
  expect(made()).toBe(2);
});

test('whoever has heard none comes before those who know an older one', async () => {
  const { teller, come, heard, lists, pass } = stage(5);
  teller.tell();
  await pass(2_000);
  teller.tell();
  await pass(300);
  const newcomer = come();
  teller.tell();
  await pass(200);
  expect(heard.get(newcomer)).toEqual([3]);
  expect(lists().filter((mine) => mine.includes(3))).toHaveLength(1);
});

test('each door has a list of its own', async () => {
  const { teller, come, heard, pass } = stage(1, 'short');
  const older = come('older list');
  teller.tell();
  await pass(200);
  expect(heard.get(older)).toEqual([]);
});

test('who leaves meanwhile is not told, and for nobody no list is made', async () => {
  const { audience, listeners, teller, lists, pass, made } = stage(5);
  teller.tell();
  await pass(100);
  for (const phone of listeners) audience.leave(phone);
  await pass(2_000);
  expect(lists()).toEqual([[1], [], [], [], []]);
  teller.tell();
  await pass(2_000);
  expect(made()).toBe(1);
});

test('at the end it falls silent', async () => {
  const { teller, lists, pass } = stage(5);
  teller.tell();
  await pass(100);
  teller.stop();
  teller.tell();
  await pass(2_000);
  expect(lists().flat()).toEqual([1]);
});
