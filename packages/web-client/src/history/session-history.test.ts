import { GestureNames } from './gesture-names.ts';
import { GestureRecorder } from './gesture-recorder.ts';
import type { Entry } from './history.ts';
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

let gestures = 0;
const entry = (steps: readonly Step[], more: Partial<Entry> = {}): Entry => ({
  gesture: `g-${++gestures}`,
  at: 0,
  by: undefined,
  steps,
  ...more,
});

/** A history, and what its newest gestures are taken back and brought again to. */
function begun(...entries: readonly Entry[]) {
  const history = new SessionHistory();
  for (const each of entries) history.record(each);
  const undo = (mix: MyMix) => history.undo(history.undoable ?? '', mix);
  const redo = (mix: MyMix) => history.redo(history.redoable ?? '', mix, 9);
  return { history, undo, redo };
}

describe('a gesture', () => {
  test('is one step from touch to release, however many values it went through', () => {
    const recorder = new GestureRecorder();
    recorder.begin('hold', gain(0, 0), MIX);
    for (const value of [0.4, 0.3, 0.2]) {
      recorder.begin('move', gain(0, value), MIX);
      expect(recorder.end('move', gain(0, value), after(gain(0, value)))).toEqual([]);
    }
    expect(recorder.end('release', gain(0, 0), after(gain(0, 0.2)))).toEqual([step(0, 0.5, 0.2)]);
  });

  test('that came back to where it began is none', () => {
    const recorder = new GestureRecorder();
    recorder.begin('move', gain(0, 0.4), MIX);
    expect(recorder.end('release', gain(0, 0), MIX)).toEqual([]);
  });

  test('a finger that only rests on a control has not done what others do to it meanwhile', () => {
    const recorder = new GestureRecorder();
    recorder.begin('hold', gain(0, 0), MIX);
    expect(recorder.end('release', gain(0, 0), after(gain(0, 0.1)))).toEqual([]);
  });

  test('that moves a balance at once is a step for each channel that it moved', () => {
    const balance = (value: Record<number, number>): Wish => ({ type: 'gains', value });
    const moved = balance({ 0: 0.6, 1: 1, 2: 0.5 });
    const recorder = new GestureRecorder();
    recorder.begin('set', moved, MIX);
    expect(recorder.end('set', moved, after(moved))).toEqual([step(0, 0.5, 0.6), step(2, 1, 0.5)]);
  });
});

describe('names of gestures', () => {
  const press = (names: GestureNames, control: string, atMs: number) => {
    names.of(control, true, atMs);
    return names.end(control, true, atMs);
  };

  test('a touch has one from its first move to its release', () => {
    const names = new GestureNames();
    const name = names.of('gain 0', false, 0);
    expect(names.of('gain 1', false, 0)).not.toBe(name);
    expect(names.of('gain 0', false, 9_000)).toBe(name);
    expect(names.end('gain 0', false, 9_000)).toBe(name);
    expect(names.of('gain 0', false, 9_001)).not.toBe(name);
  });

  test('presses that follow one another within a second have one; a second later, another', () => {
    const names = new GestureNames();
    const first = press(names, 'gain 0', 0);
    expect(press(names, 'gain 0', 900)).toBe(first);
    expect(press(names, 'gain 0', 1_900)).toBe(first);
    expect(press(names, 'gain 0', 2_901)).not.toBe(first);
  });

  test('whatever is done between two presses makes them two', () => {
    const names = new GestureNames();
    const first = press(names, 'gain 0', 0);
    names.of('gain 0', false, 10);
    names.end('gain 0', false, 20);
    const second = press(names, 'gain 0', 30);
    expect(second).not.toBe(first);
    press(names, 'gain 1', 40);
    expect(press(names, 'gain 0', 50)).not.toBe(second);
  });
});

describe('undo and redo', () => {
  test('go back and forth through this phone’s gestures, to exactly what was', () => {
    const { history, undo, redo } = begun(entry([step(0, 0.5, 0.123456789)]), entry([step(1, 1, 2)]));
    expect(undo(after(gain(0, 0.123456789), gain(1, 2)))?.wishes).toEqual([gain(1, 1)]);
    expect(undo(after(gain(0, 0.123456789)))?.wishes).toEqual([gain(0, 0.5)]);
    expect(history.undoable).toBeUndefined();
    expect(redo(MIX)?.wishes).toEqual([gain(0, 0.123456789)]);
    expect(redo(after(gain(0, 0.123456789)))?.wishes).toEqual([gain(1, 2)]);
    expect(history.redoable).toBeUndefined();
  });

  test('are asked for by gesture, also one that is not the last', () => {
    const [first, second] = [entry([step(0, 0.5, 0.2)]), entry([step(1, 1, 2)])];
    const { history } = begun(first, second);
    const now = after(gain(0, 0.2), gain(1, 2));
    expect(history.undo(first.gesture, now)?.wishes).toEqual([gain(0, 0.5)]);
    expect(history.canUndo(first.gesture)).toBe(false);
    expect(history.undo(first.gesture, now)).toBeUndefined();
    expect(history.undoable).toBe(second.gesture);
    expect(history.redoable).toBe(first.gesture);
  });

  test('a new gesture leaves nothing to redo', () => {
    const { history, undo } = begun(entry([step(0, 0.5, 0.2)]));
    undo(after(gain(0, 0.2)));
    history.record(entry([step(1, 1, 2)]));
    expect(history.redoable).toBeUndefined();
  });

  test('what somebody else has changed since is left as it is and named, and the one before is next', () => {
    const { undo } = begun(
      entry([step(1, 1, 2)]),
      entry([step(0, 0.5, 0.2)]),
      entry([step(0, 0.2, 0.9)], { by: 'Sam' }),
    );
    const now = after(gain(1, 2), gain(0, 0.9));
    expect(undo(now)).toMatchObject({ wishes: [], left: [{ by: 'Sam', step: step(0, 0.2, 0.5) }] });
    expect(undo(now)).toMatchObject({ wishes: [gain(1, 1)], left: [] });
  });

  test('of several values those that still stand are undone, and only those come back', () => {
    const { undo, redo } = begun(entry([step(0, 0.5, 0.2), step(1, 1, 2)]));
    const way = undo(after(gain(0, 0.2), gain(1, 3)));
    expect(way?.wishes).toEqual([gain(0, 0.5)]);
    expect(way?.left).toEqual([{ step: step(1, 2, 1), by: undefined }]);
    expect(redo(after(gain(1, 3)))?.wishes).toEqual([gain(0, 0.2)]);
  });

  test('a channel that somebody has given another level stays in the mix', () => {
    const on: Wish = { type: 'channel_toggle', channel: 2, value: true };
    const added = entry([step(2, 1, 0.3), { before: { ...on, value: false }, after: on }]);
    const { undo } = begun(added, entry([step(2, 0.3, 0.4)], { by: 'Sam' }));
    expect(undo(after(gain(2, 0.4)))).toMatchObject({ wishes: [], left: [{ by: 'Sam' }] });
  });

  test('"Mute all" and "Bring back" are none of it, and a solo taken off is done with', () => {
    const all = (value: boolean): Wish => ({ type: 'mute_all', value });
    const solo = (value: boolean): Wish => ({ type: 'solo', channel: 1, value });
    const { history, undo } = begun(
      entry([step(0, 0.5, 0.2)]),
      entry([{ before: all(false), after: all(true) }]),
      entry([{ before: all(true), after: all(false) }]),
      entry([{ before: solo(false), after: solo(true) }]),
      entry([{ before: solo(true), after: solo(false) }]),
    );
    expect(history.ofChannel(1, 5)).toHaveLength(2);
    expect(undo(after(gain(0, 0.2)))?.wishes).toEqual([gain(0, 0.5)]);
    expect(history.undoable).toBeUndefined();
  });

  test('moves of one gesture are one entry, behind what came between', () => {
    const { undo } = begun(
      entry([step(0, 0.5, 0.6)], { gesture: 'presses' }),
      entry([step(1, 1, 2)]),
      entry([step(0, 0.6, 0.7)], { gesture: 'presses' }),
    );
    expect(undo(after(gain(0, 0.7), gain(1, 2)))?.wishes).toEqual([gain(0, 0.5)]);
    expect(undo(after(gain(1, 2)))?.wishes).toEqual([gain(1, 1)]);
  });
});

test('the changes of one channel are told newest first, each with who made it', () => {
  const [mine, sams] = [entry([step(0, 0.5, 0.2)]), entry([step(0, 0.2, 0.9), step(1, 1, 2)], { by: 'Sam' })];
  const { history } = begun(mine, sams, entry([step(1, 2, 3)]));
  expect(history.ofChannel(0, 5)).toEqual([{ ...sams, steps: [step(0, 0.2, 0.9)] }, mine]);
});

test('another person’s drags on two faders at once are two entries, however their values alternate', () => {
  const { history } = begun();
  for (let i = 0; i < 500; i++)
    history.record(entry([step(i % 2, i, i + 1)], { at: i, by: 'Sam', gesture: `s-${i % 2}` }));
  expect(history.ofChannel(0, 5)).toEqual([{ at: 498, by: 'Sam', gesture: 's-0', steps: [step(0, 0, 499)] }]);
  expect(history.ofChannel(1, 5)).toHaveLength(1);
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
