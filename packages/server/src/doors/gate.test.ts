import { ManualClock } from '../store/manual-clock.ts';
import { Gate, HELLO_WITHIN_MS, type GateLimits } from './gate.ts';

function stage(limits: Partial<GateLimits> = {}) {
  const clock = new ManualClock();
  const gate = new Gate({ socketsMax: 4, perAddressMax: 2, ...limits }, clock);
  const closed: string[] = [];
  const enter = (address: string, hasSaidHello = false) =>
    gate.enter(address, { hasSaidHello: () => hasSaidHello, close: () => void closed.push(address) });
  return { clock, gate, closed, enter };
}

test('an address has its own limit, and another one still comes in', () => {
  const { gate, enter } = stage();
  enter('10.0.0.1');
  expect(gate.refusal('10.0.0.1')).toBeUndefined();
  const leave = enter('10.0.0.1');
  expect(gate.refusal('10.0.0.1')).toMatch(/2, setting max-per-address/);
  expect(gate.refusal('10.0.0.2')).toBeUndefined();
  leave();
  expect(gate.refusal('10.0.0.1')).toBeUndefined();
});

test('all addresses together have theirs', () => {
  const { gate, enter } = stage();
  const [leave] = ['a', 'b', 'c', 'd'].map((address) => enter(address));
  expect(gate.refusal('e')).toMatch(/4, setting max-phones/);
  leave?.();
  expect(gate.refusal('e')).toBeUndefined();
});

test('0 is no limit for an address, as a proxy has all phones at one', () => {
  const { gate, enter } = stage({ socketsMax: 100, perAddressMax: 0 });
  for (let socket = 0; socket < 99; socket++) enter('127.0.0.1');
  expect(gate.refusal('127.0.0.1')).toBeUndefined();
});

test('whoever says no hello in time has to go, and nobody else', () => {
  const { clock, closed, enter } = stage();
  enter('silent');
  enter('polite', true);
  const leave = enter('gone');
  leave();
  clock.pass(HELLO_WITHIN_MS - 1);
  expect(closed).toEqual([]);
  clock.pass(1);
  expect(closed).toEqual(['silent']);
});

test('who said hello while the computer stood still stays: it is read before anybody has to go', () => {
  const due: (() => void)[] = [];
  const clock = { now: () => 0, after: (_ms: number, task: () => void) => (due.push(task), () => undefined) };
  const gate = new Gate({ socketsMax: 4, perAddressMax: 2 }, clock);
  const closed: string[] = [];
  let isRead = false;
  gate.enter('prompt', { hasSaidHello: () => isRead, close: () => void closed.push('prompt') });
  gate.enter('silent', { hasSaidHello: () => false, close: () => void closed.push('silent') });
  for (const task of due.splice(0)) task(); // late: the loop goes on with its timers
  isRead = true; // and then reads what has come
  for (const task of due.splice(0)) task();
  expect(closed).toEqual(['silent']);
});
