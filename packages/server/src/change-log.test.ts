import { kinds, type MixValue } from '@foldback/protocol';
import { pino } from 'pino';
import { ManualClock } from './store/manual-clock.ts';
import { ChangeLog, type Person } from './change-log.ts';
import type { Author } from './desk/author.ts';

const ANA: Person = { id: 'ana', name: 'Ana' };
const LEO: Person = { id: 'leo', name: 'Leo' };
const MIXER: Author = { kind: 'mixer' };
const by = (person: Person): Author => ({ kind: 'person', clientId: person.id, name: person.name });
const GAIN = { type: 'gain', channel: 0, value: 0.5 } as const;
const MASTER = { type: 'master_gain', value: 0.5 } as const;
const MUTE_ALL = { type: 'mute_all', value: true } as const;

let lines: string[];
let fields: Record<string, unknown>[];
let clock: ManualClock;
let changes: ChangeLog;

beforeEach(() => {
  lines = [];
  fields = [];
  const write = (json: string) => {
    const line = JSON.parse(json) as Record<string, unknown> & { msg: string };
    lines.push(line.msg);
    fields.push(line);
  };
  clock = new ManualClock();
  changes = new ChangeLog(pino({ base: null }, { write }), (channel) => `channel ${channel + 1}`, clock);
});

test('many moves of one hand are one line, said once', () => {
  for (const channel of [0, 1, 2, 3, 4, 5, 0]) changes.note(ANA, by(ANA), [{ ...GAIN, channel }]);
  expect(lines).toEqual([]);
  changes.flush();
  changes.flush();
  expect(lines).toEqual([
    'Ana changed channel 1 gain, channel 2 gain, channel 3 gain, channel 4 gain and 2 more',
  ]);
});

test('faders on the move are named once they rest, in the order of all that one hand did', () => {
  const at = (gains: MixValue['gains'], rest: Partial<MixValue> = {}): MixValue => ({
    ...kinds.mix.empty,
    gains,
    ...rest,
  });
  const moves = [at({}), at({ 0: 0.5 }), at({ 0: 0.6 }), at({ 0: 0.6, 3: 2 })];
  const muted = at({ 0: 0.6, 3: 2 }, { mutes: { 1: true } });
  const theirs = at({ 0: 0.6, 3: 2, 5: 1.5 }, { mutes: { 1: true } });
  const last = at({ 0: 0.1, 3: 2, 5: 1.5 }, { mutes: { 1: true } });
  moves.reduce((before, after) => (changes.noteMix(ANA, by(ANA), before, after), after));
  changes.noteMix(ANA, by(ANA), moves.at(-1) as MixValue, muted);
  changes.noteMix(ANA, by(LEO), muted, theirs);
  changes.noteMix(ANA, by(ANA), theirs, last);
  changes.flush();
  expect(lines).toEqual([
    'Ana changed channel 1 gain, channel 4 gain, channel 2 mute',
    "Leo changed Ana's channel 6 gain",
  ]);
});

test("what another hand does to a mix is not the first one's", () => {
  changes.note(ANA, by(ANA), [GAIN]);
  changes.note(ANA, by(LEO), [MUTE_ALL]);
  changes.note(ANA, by(ANA), [MASTER]);
  changes.note(ANA, MIXER, [{ type: 'output', value: null }]);
  changes.flush();
  expect(lines).toEqual([
    'Ana changed channel 1 gain, master',
    "Leo changed Ana's mute all (on)",
    "The mixer changed Ana's output (none)",
  ]);
  expect(fields.map(({ author, mix }) => [author, mix])).toEqual([
    ['ana', 'ana'],
    ['leo', 'ana'],
    [null, 'ana'],
  ]);
});

test.each([
  ['the id of the mixer', { id: 'server', name: 'Foldback' }, 'Foldback'],
  ['its name', { id: 'phone-7', name: 'The mixer' }, 'The mixer (phone-7)'],
  ['its name in other letters', { id: 'phone-7', name: 'THE  M\u200bixer.' }, 'THE  M\u200bixer. (phone-7)'],
  ['the name of the one whose mix it is', { id: 'phone-7', name: 'Ana' }, 'Ana (phone-7)'],
])('a client of %s signs as nobody else', (_what, person, signed) => {
  changes.note(ANA, by(person), [MUTE_ALL]);
  changes.note(ANA, MIXER, [MASTER]);
  changes.flush();
  expect(lines).toEqual([`${signed} changed Ana's mute all (on)`, "The mixer changed Ana's master"]);
});

test('one hand on everybody is one line', () => {
  const band = Array.from({ length: 12 }, (_, number) => ({ id: `${number}`, name: `Singer ${number}` }));
  for (const singer of band) changes.note(singer, by(LEO), [MUTE_ALL]);
  changes.flush();
  expect(lines).toEqual([
    `Leo changed 12 mixes: ${band
      .slice(0, 8)
      .map(({ name }) => name)
      .join(', ')} and 4 more`,
  ]);
});

test('what is saved is told once for a few seconds, and only of those whose newest it is', () => {
  changes.note(ANA, by(ANA), [GAIN]);
  changes.noteSaved(ANA);
  changes.noteSaved(LEO);
  changes.noteSaved(ANA);
  changes.note(LEO, by(LEO), [MASTER]);
  changes.flush();
  expect(lines).toEqual(['Ana changed channel 1 gain', 'Leo changed master', 'Saved: Ana']);
  changes.noteSaved(LEO);
  changes.flush();
  expect(lines.at(-1)).toBe('Saved: Leo');
});

test('who leaves is told behind what they did, and where their mix goes on', () => {
  changes.note(ANA, by(ANA), [GAIN]);
  changes.noteLeft(ANA, 0);
  changes.noteLeft(LEO, null);
  expect(lines).toEqual([
    'Ana changed channel 1 gain',
    'Ana has left; their mix plays on outputs 1-2',
    'Leo has left; their mix stays',
  ]);
});

test('a line comes by itself, three seconds after the first move', () => {
  changes.note(ANA, by(ANA), [GAIN]);
  clock.pass(2999);
  changes.note(ANA, by(ANA), [MASTER]);
  expect(lines).toEqual([]);
  clock.pass(1);
  expect(lines).toEqual(['Ana changed channel 1 gain, master']);
});
