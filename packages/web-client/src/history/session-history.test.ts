import { GestureRecorder } from './gesture-recorder.ts';
import type { MyMix } from '../mixes/my-mix.ts';
import { OtherHands } from '../mixes/other-hands.ts';
import { SessionHistory } from './session-history.ts';
import { type Step, stepsBetween } from './step.ts';
import { type Wish, withWish } from '../mixes/wish.ts';

const MIX: MyMix = {
  client_id: 'ana',
  mix: { channels: [0, 1, 2], gains: { 0: 0.5, 1: 1 }, pans: {}, mutes: {}, solos: [], master_gain: 1 },
  output: 0,
  mute_all: false,
  marks: { mine: [], hidden: [] },
  mix_number: 0,
};

const gain = (channel: number, value: number): Wish => ({ type: 'gain', channel, value });
const step = (channel: number, from: number, to: number): Step => ({
  before: gain(channel, from),
  after: gain(channel, to),
});
const after = (...wishes: Wish[]): MyMix => wishes.reduce(withWish, MIX);

describe('a gesture', () => {
  test('is one step from touch to release, however many values it went through', () => {
    const recorder = new GestureRecorder();
    recorder.begin('hold', gain(0, 0), MIX);
    for (const value of [0.4, 0.3, 0.2]) {
      recorder.begin('move', gain(0, value), MIX);
      expect(recorder.end('move', gain(0, value), after(gain(0, value)))).toBeUndefined();
    }
    const finished = recorder.end('release', gain(0, 0), after(gain(0, 0.2)));
    expect(finished).toEqual({ step: step(0, 0.5, 0.2), held: true });
  });

  test('that came back to where it began is none', () => {
    const recorder = new GestureRecorder();
    recorder.begin('move', gain(0, 0.4), MIX);
    expect(recorder.end('release', gain(0, 0), MIX)).toBeUndefined();
  });

  test('a finger that only rests on a control has not done what others do to it meanwhile', () => {
    const recorder = new GestureRecorder();
    recorder.begin('hold', gain(0, 0), MIX);
    expect(recorder.end('release', gain(0, 0), after(gain(0, 0.1)))).toBeUndefined();
  });
});

describe('undo and redo', () => {
  test('go back and forth through this phone’s gestures, to exactly what was', () => {
    const history = new SessionHistory();
    history.record([step(0, 0.5, 0.123456789)], { at: 0 });
    history.record([step(1, 1, 2)], { at: 1 });
    const both = after(gain(0, 0.123456789), gain(1, 2));
    expect(history.undo(both)?.wishes).toEqual([gain(1, 1)]);
    expect(history.undo(after(gain(0, 0.123456789)))?.wishes).toEqual([gain(0, 0.5)]);
    expect(history.canUndo).toBe(false);
    expect(history.undo(MIX)).toBeUndefined();
    expect(history.redo(MIX, 2)?.wishes).toEqual([gain(0, 0.123456789)]);
    expect(history.redo(after(gain(0, 0.123456789)), 3)?.wishes).toEqual([gain(1, 2)]);
    expect(history.redo(both, 4)).toBeUndefined();
  });

  test('a new gesture leaves nothing to redo', () => {
    const history = new SessionHistory();
    history.record([step(0, 0.5, 0.2)], { at: 0 });
    history.undo(after(gain(0, 0.2)));
    history.record([step(1, 1, 2)], { at: 1 });
    expect(history.redo(after(gain(1, 2)), 2)).toBeUndefined();
  });

  test('what somebody else has changed since is left as it is, and the one before is next', () => {
    const history = new SessionHistory();
    history.record([step(1, 1, 2)], { at: 0 });
    history.record([step(0, 0.5, 0.2)], { at: 1 });
    history.record([step(0, 0.2, 0.9)], { at: 2, by: 'Sam' });
    const now = after(gain(1, 2), gain(0, 0.9));
    expect(history.undo(now)?.wishes).toEqual([]);
    expect(history.undo(now)?.wishes).toEqual([gain(1, 1)]);
  });

  test('of several values those that still stand are undone, and only those come back', () => {
    const history = new SessionHistory();
    history.record([step(0, 0.5, 0.2), step(1, 1, 2)], { at: 0 });
    expect(history.undo(after(gain(0, 0.2), gain(1, 3)))?.wishes).toEqual([gain(0, 0.5)]);
    expect(history.redo(after(gain(1, 3)), 1)?.wishes).toEqual([gain(0, 0.2)]);
  });

  test('presses that follow one another are one; a drag after them is another', () => {
    const history = new SessionHistory();
    history.record([step(0, 0.5, 0.6)], { at: 0, joins: true });
    history.record([step(0, 0.6, 0.7)], { at: 900, joins: true });
    history.record([step(0, 0.7, 0.9)], { at: 1_000 });
    history.record([step(0, 0.9, 0.8)], { at: 1_100, joins: true });
    expect(history.undo(after(gain(0, 0.8)))?.wishes).toEqual([gain(0, 0.9)]);
    expect(history.undo(after(gain(0, 0.9)))?.wishes).toEqual([gain(0, 0.7)]);
    expect(history.undo(after(gain(0, 0.7)))?.wishes).toEqual([gain(0, 0.5)]);
  });

  test('presses a second apart are two', () => {
    const history = new SessionHistory();
    history.record([step(0, 0.5, 0.6)], { at: 0, joins: true });
    history.record([step(0, 0.6, 0.7)], { at: 1_001, joins: true });
    expect(history.undo(after(gain(0, 0.7)))?.wishes).toEqual([gain(0, 0.6)]);
  });
});

test('the changes of one channel are told newest first, each with who made it', () => {
  const history = new SessionHistory();
  history.record([step(0, 0.5, 0.2)], { at: 1 });
  history.record([step(0, 0.2, 0.9), step(1, 1, 2)], { at: 2, by: 'Sam' });
  history.record([step(1, 2, 3)], { at: 3 });
  expect(history.ofChannel(0, 5)).toEqual([
    { at: 2, by: 'Sam', steps: [step(0, 0.2, 0.9)] },
    { at: 1, by: undefined, steps: [step(0, 0.5, 0.2)] },
  ]);
});

test('a balance moved at once is told as the level of each channel that it moved', () => {
  const balance = (value: Record<number, number>): Wish => ({ type: 'gains', value });
  const moved = { before: balance({ 0: 0.5, 1: 1 }), after: balance({ 0: 0.6, 1: 1 }) };
  const history = new SessionHistory();
  history.record([moved], { at: 1, moreMe: true });
  expect(history.ofChannel(0, 5)).toEqual([{ at: 1, moreMe: true, steps: [step(0, 0.5, 0.6)] }]);
  expect(history.ofChannel(1, 5)).toEqual([]);
  expect(history.ofChannel(2, 5)).toEqual([]);
});

test('another person’s drags on two faders at once are two entries, however their values alternate', () => {
  const history = new SessionHistory();
  for (let i = 0; i < 500; i++) {
    history.record([step(i % 2, i, i + 1)], { at: i, by: 'Sam', joins: true });
  }
  expect(history.ofChannel(0, 5)).toEqual([{ at: 498, by: 'Sam', steps: [step(0, 0, 499)] }]);
  expect(history.ofChannel(1, 5)).toEqual([{ at: 499, by: 'Sam', steps: [step(1, 1, 500)] }]);
});

test('every control that differs between two mixes is a step', () => {
  const wishes: Wish[] = [
    gain(0, 0.1),
    { type: 'pan', channel: 1, value: -0.5 },
    { type: 'mute', channel: 1, value: true },
    { type: 'solo', channel: 2, value: true },
    { type: 'channel_toggle', channel: 2, value: false },
    { type: 'master_gain', value: 0.7 },
    { type: 'mute_all', value: true },
  ];
  expect(stepsBetween(MIX, after(...wishes)).map((each) => each.after)).toEqual(wishes);
});

describe('somebody else’s hand', () => {
  test('is shown for ten seconds from its last move, with where the level came from', () => {
    const others = new OtherHands();
    others.hear('Sam', [step(1, 1, 0.8)], 0);
    others.hear('Sam', [step(1, 0.8, 0.1)], 4_000);
    expect(others.touches.get(1)).toMatchObject({ by: 'Sam', fromDb: 0 });
    others.pass(13_999);
    expect(others.steps).toEqual([step(1, 1, 0.1)]);
    others.pass(14_000);
    expect(others.touches.size).toBe(0);
  });

  test('is no news any more once this phone takes the control over', () => {
    const others = new OtherHands();
    others.hear('Sam', [step(0, 0.5, 0.8), step(1, 1, 0.1)], 0);
    others.takenOver('gain 1');
    expect([...others.touches.keys()]).toEqual([0]);
  });

  test('that brought it back by itself has done nothing', () => {
    const others = new OtherHands();
    others.hear('Sam', [step(1, 1, 0.8)], 0);
    others.hear('Sam', [step(1, 0.8, 1)], 1);
    expect(others.touches.size).toBe(0);
  });
});
