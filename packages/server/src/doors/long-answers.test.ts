/** A phone at the far end of the room asks for megabytes: it stays, whatever it asks, and nothing piles up for it. */
import { checkCommand, type CommandType } from '@foldback/protocol';
import { pino } from 'pino';
import { deafPhone, doorless } from '../../test/support/doorless.ts';
import { turnOfTheLoop } from '../desk/desk-stage.ts';
import { ManualClock } from '../store/manual-clock.ts';
import { Conversation, type Outcome } from './conversation.ts';
import { LONG_QUESTIONS_MAX } from './long-answers.ts';
import { LoopTime, timeSpent } from './loop-time.ts';
import { MadeAnswer } from './made-answer.ts';
import { Broadcast } from './phone.ts';

const MIB = 1024 * 1024;
const EVERYBODY = MadeAnswer.of('x'.repeat(5 * MIB));
/** Far less than it takes the mixer to make them. */
const SLOW_BYTES_PER_S = MIB / 4;

/** A house whose list of everybody is 5 MiB, and a phone in it that takes what it is given at its own pace. */
function stage() {
  const clock = new ManualClock();
  const { audience, requests } = doorless({ clock, clientLists: { newest: async () => EVERYBODY } });
  const conversation = new Conversation({
    requests,
    audience,
    log: pino({ level: 'silent' }),
    nowMs: () => clock.now(),
    loopTime: new LoopTime(timeSpent),
  });
  let untaken = 0;
  let mostUntaken = 0;
  let closedFor: string | undefined;
  const send = (said: unknown): number => {
    const bytes = said instanceof MadeAnswer ? said.json.length : JSON.stringify(said).length;
    untaken += bytes;
    mostUntaken = Math.max(mostUntaken, untaken);
    return bytes;
  };
  const phone = deafPhone(undefined, {
    deliver: ({ event: { body } }) => send(body),
    bufferedBytes: () => untaken,
    close: (reason) => void (closedFor = reason),
  });
  audience.join(phone);
  const outcomes: Outcome[] = [];
  let id = 0;
  const ask = (type: CommandType, body: unknown = {}): void =>
    conversation.receive(
      phone,
      () => checkCommand(type, body, ++id),
      (outcome) => {
        outcomes.push(outcome);
        send('ok' in outcome ? outcome.ok : outcome.error);
        return undefined;
      },
    );
  ask('hello', { client_id: 'ana' });
  ask('subscribe');
  return {
    ask,
    /** The questions that have been answered, and with what. */
    answers: (type: CommandType) =>
      outcomes.filter(({ command }) => command?.type === type).map((outcome) => 'ok' in outcome),
    tellList: () => audience.deliverList(phone, new Broadcast('clients', EVERYBODY)),
    closedFor: () => closedFor,
    mostUntaken: () => mostUntaken,
    pass: async (seconds: number, bytesPerS: number) => {
      for (let second = 0; second < seconds; second++) {
        untaken = Math.max(0, untaken - bytesPerS);
        clock.pass(1_000);
        if (bytesPerS > 0) audience.drained(phone);
        audience.tendStalled();
        await turnOfTheLoop();
      }
    },
  };
}

test('who asks for everybody over and over on a slow network gets each answer in its time, and moves faders meanwhile', async () => {
  const { ask, answers, pass, closedFor, mostUntaken, tellList } = stage();
  for (let time = 0; time < 5; time++) ask('get_clients');
  for (let second = 0; second < 120; second++) {
    for (let move = 0; move < 60; move++) ask('update_gain', { channel: 1, gain: 0.5 });
    if (second % 10 === 0) tellList();
    await pass(1, SLOW_BYTES_PER_S);
  }
  await pass(90, SLOW_BYTES_PER_S);
  expect(closedFor()).toBeUndefined();
  expect(answers('get_clients')).toEqual([true, true, true, true, true]);
  expect(answers('update_gain')).toHaveLength(120 * 60);
  expect(mostUntaken()).toBeLessThan(12 * MIB);
});

test('a list that is told unasked is not held against the phone either', async () => {
  const { ask, tellList, pass, closedFor } = stage();
  ask('get_clients');
  await pass(30, SLOW_BYTES_PER_S);
  tellList();
  for (let move = 0; move < 60; move++) ask('update_gain', { channel: 1, gain: 0.5 });
  expect(closedFor()).toBeUndefined();
  await pass(30, SLOW_BYTES_PER_S);
  expect(closedFor()).toBeUndefined();
});

test('more questions than may wait are refused, and the phone stays', async () => {
  const { ask, answers, pass, closedFor } = stage();
  for (let time = 0; time < LONG_QUESTIONS_MAX + 3; time++) ask('get_clients');
  await pass(1, SLOW_BYTES_PER_S);
  // One went at once, as many as may wait do, and two are too many.
  expect(answers('get_clients')).toEqual(expect.arrayContaining([true, false, false]));
  expect(answers('get_clients')).toHaveLength(3);
  await pass(60, SLOW_BYTES_PER_S);
  ask('get_clients');
  expect(answers('get_clients').filter((isOk) => !isOk)).toHaveLength(2);
  expect(closedFor()).toBeUndefined();
});

test('a phone that asks and takes nothing is closed after ten seconds, with one answer waiting for it', async () => {
  const { ask, pass, closedFor, mostUntaken } = stage();
  for (let time = 0; time < 5; time++) ask('get_clients');
  await pass(10, 0);
  expect(closedFor()).toBeUndefined();
  await pass(2, 0);
  expect(closedFor()).toBe('too slow');
  expect(mostUntaken()).toBeLessThan(6 * MIB);
});

test('a phone that asks on and on and takes nothing of its short answers is closed at once', async () => {
  const { ask, pass, closedFor } = stage();
  for (let time = 0; time < 60_000 && closedFor() === undefined; time++) {
    ask('ping', { timestamp: time });
    if (time % 400 === 0) await pass(1, 0);
  }
  expect(closedFor()).toBe('too slow');
});
