import { gainOf, isOn } from '@foldback/protocol';
import { fromSam as samsChange, outputsOf, watchedOf } from '../../test/support/records.ts';
import { MixModel, WISH_LIFE_MS } from './mix-model.ts';
import type { MyMix } from './my-mix.ts';
import { keyOf, type Wish } from './wish.ts';

const STATE: MyMix = {
  client_id: 'ana',
  mix: { channels: [0, 1], gains: { 0: 0.5 }, pans: {}, mutes: {}, solos: [], master_gain: 1 },
  output: 0,
  mute_all: false,
  marks: { mine: [], hidden: [] },
  mix_number: 3,
};

const gain = (value: number) => ({ type: 'gain', channel: 0, value }) as const;
const KEY = keyOf(gain(0));

const fromSam = (revision: number, wish: Wish) => samsChange(STATE, revision, wish);
const dueOf = (model: MixModel, nowMs: number): Wish[] => model.takeDue(nowMs).map(({ wish }) => wish);

function modelWithMix(): MixModel {
  const model = new MixModel();
  model.greeted(outputsOf(STATE));
  model.replace(watchedOf(STATE, 10));
  return model;
}

const shownGain = (model: MixModel): number | undefined => model.state && gainOf(model.state.mix, 0);

test('before the server has spoken there is nothing to show and nothing to want', () => {
  const model = new MixModel();
  model.hold(gain(1));
  model.want(gain(1), 0, 'g-1');
  expect(model.state).toBeUndefined();
  expect(dueOf(model, 0)).toEqual([]);
});

test('what a finger wants shows at once, and is sent once', () => {
  const model = modelWithMix();
  model.want(gain(0.7), 0, 'g-1');
  expect(shownGain(model)).toBe(0.7);
  expect(dueOf(model, 0)).toEqual([gain(0.7)]);
  expect(dueOf(model, 0)).toEqual([]);
});

test('one value is in flight; of those that come meanwhile only the newest follows', () => {
  const model = modelWithMix();
  model.hold(gain(0));
  model.want(gain(0.6), 0, 'g-1');
  model.takeDue(0);
  model.want(gain(0.7), 0, 'g-1');
  model.want(gain(0.8), 0, 'g-1');
  expect(dueOf(model, 0)).toEqual([]);
  model.accepted(gain(0.6), 11);
  expect(shownGain(model)).toBe(0.8);
  expect(dueOf(model, 0)).toEqual([gain(0.8)]);
});

test("others' changes to a control under a finger wait, and what the finger wanted stands", () => {
  const model = modelWithMix();
  model.hold(gain(0));
  model.want(gain(0.7), 0, 'g-1');
  model.takeDue(0);
  expect(model.hear(fromSam(11, gain(0.1)))).toBe('heard');
  expect(shownGain(model)).toBe(0.7);
  model.accepted(gain(0.7), 12);
  model.release(KEY, 0);
  expect(shownGain(model)).toBe(0.7);
});

test("a change of others that comes after the last answer, under a still finger, yields to the finger's value on release", () => {
  const model = modelWithMix();
  model.hold(gain(0));
  model.want(gain(0.7), 0, 'g-1');
  model.takeDue(0);
  model.accepted(gain(0.7), 11);
  model.hear(fromSam(12, gain(0.1)));
  expect(shownGain(model)).toBe(0.7);
  model.release(KEY, 0);
  expect(dueOf(model, 0)).toEqual([gain(0.7)]);
});

test('a finger that touched and did not move leaves the control to others', () => {
  const model = modelWithMix();
  model.hold(gain(0));
  model.hear(fromSam(11, gain(0.1)));
  expect(shownGain(model)).toBe(0.5);
  model.release(KEY, 0);
  expect(shownGain(model)).toBe(0.1);
  expect(dueOf(model, 0)).toEqual([]);
});

test('a change that arrives after the answer is newer and wins', () => {
  const model = modelWithMix();
  model.want(gain(0.7), 0, 'g-1');
  model.release(KEY, 0);
  model.takeDue(0);
  model.accepted(gain(0.7), 11);
  model.hear(fromSam(12, gain(0.1)));
  expect(shownGain(model)).toBe(0.1);
});

test("others' changes to other controls show while a finger is down", () => {
  const model = modelWithMix();
  model.hold(gain(0));
  model.want(gain(0.7), 0, 'g-1');
  model.hear(fromSam(11, { type: 'channel_toggle', channel: 1, value: false }));
  expect(model.state && isOn(model.state.mix, 1)).toBe(false);
});

test('what is shown after the answer is what was stored', () => {
  const model = modelWithMix();
  model.want(gain(0.70001), 0, 'g-1');
  model.release(KEY, 0);
  model.takeDue(0);
  model.accepted(gain(0.7), 11);
  expect(shownGain(model)).toBe(0.7);
});

test('a refusal puts the control back to what the server has', () => {
  const model = modelWithMix();
  model.want(gain(0.9), 0, 'g-1');
  model.release(KEY, 0);
  model.takeDue(0);
  model.refused(KEY);
  expect(shownGain(model)).toBe(0.5);
  expect(model.saved).toBe(true);
});

test('a finger still down after a refusal goes on holding', () => {
  const model = modelWithMix();
  model.hold(gain(0));
  model.want(gain(0.9), 0, 'g-1');
  model.takeDue(0);
  model.refused(KEY);
  model.hear(fromSam(11, gain(0.1)));
  expect(shownGain(model)).toBe(0.5);
  model.release(KEY, 0);
  expect(shownGain(model)).toBe(0.1);
});

test('saved means: nothing wanted, nothing unanswered, and the disk is as far as the answers', () => {
  const model = modelWithMix();
  expect(model.saved).toBe(true);
  model.want(gain(0.7), 0, 'g-1');
  expect(model.saved).toBe(false);
  model.release(KEY, 0);
  model.takeDue(0);
  expect(model.saved).toBe(false);
  model.accepted(gain(0.7), 11);
  expect(model.saved).toBe(false);
  model.savedUpTo({ key: 'mix/ana', revision: 11 });
  expect(model.saved).toBe(true);
  model.hear(fromSam(12, gain(0.1)));
  expect(model.saved).toBe(false);
});

test('a missed revision is a gap, in an event and in an answer; an old one is nothing', () => {
  const model = modelWithMix();
  expect(model.hear(fromSam(12, gain(0.1)))).toBe('gap');
  expect(shownGain(model)).toBe(0.5);
  expect(model.hear(fromSam(10, gain(0.1)))).toBe('old');
  model.want(gain(0.7), 0, 'g-1');
  model.takeDue(0);
  expect(model.accepted(gain(0.7), 12)).toBe('gap');
});

test('the full state replaces everything but what a finger wants', () => {
  const model = modelWithMix();
  model.want(gain(0.7), 0, 'g-1');
  model.replace(watchedOf({ ...STATE, mix: { ...STATE.mix, gains: { 0: 0.2, 1: 0.3 } } }, 20));
  expect(shownGain(model)).toBe(0.7);
  expect(model.state && gainOf(model.state.mix, 1)).toBe(0.3);
  expect(model.hear(fromSam(21, gain(0.1)))).toBe('heard');
});

test('a gesture cut off by a lost connection is sent again, once, unless it is too old', () => {
  const model = modelWithMix();
  model.want(gain(0.7), 0, 'g-1');
  model.takeDue(0);
  model.connectionLost(0);
  model.release(KEY, 0);
  expect(shownGain(model)).toBe(0.7);
  expect(dueOf(model, 0)).toEqual([gain(0.7)]);

  model.connectionLost(0);
  model.giveUpAll();
  expect(shownGain(model)).toBe(0.5);
  expect(dueOf(model, 0)).toEqual([]);
});

test.each([
  ['when the connection is lost', (model: MixModel) => model.connectionLost(WISH_LIFE_MS + 1)],
  [
    'when they could be sent',
    (model: MixModel) => {
      model.connectionLost(0);
      expect(dueOf(model, WISH_LIFE_MS + 1)).toEqual([]);
    },
  ],
])('wishes that are too old are dropped %s', (_when, drop) => {
  const model = modelWithMix();
  model.want(gain(0.7), 0, 'g-1');
  model.takeDue(0);
  drop(model);
  expect(shownGain(model)).toBe(0.5);
  expect(dueOf(model, 0)).toEqual([]);
});

test('a finger that has long rested on a fader still has the last word when it leaves', () => {
  const model = modelWithMix();
  model.hold(gain(0));
  model.want(gain(0.7), 0, 'g-1');
  model.takeDue(0);
  model.accepted(gain(0.7), 11);
  model.hear(fromSam(12, gain(0.1)));
  model.release(KEY, 60_000);
  expect(dueOf(model, 60_000)).toEqual([gain(0.7)]);
});

describe('coming back', () => {
  const later = (mix: Partial<MyMix['mix']>, more: Partial<MyMix> = {}): MyMix => ({
    ...STATE,
    mix: { ...STATE.mix, ...mix },
    ...more,
  });
  const comeBack = (model: MixModel, state: MyMix) => {
    model.greeted(outputsOf(state));
    return model.returnTo(watchedOf(state, 20));
  };
  const NOTHING = { channels: [], master: false, muteAll: false, output: false };

  test.each([
    ['nothing', later({}), NOTHING],
    ['two channels', later({ gains: { 0: 0.1, 1: 0.1 } }), { ...NOTHING, channels: [0, 1] }],
    ['the master', later({ master_gain: 0.5 }), { ...NOTHING, master: true }],
    ['mute all', later({}, { mute_all: true }), { ...NOTHING, muteAll: true }],
    ['the output', later({}, { output: 1 }), { ...NOTHING, output: true }],
  ])('finds that %s has changed', (_what, state, difference) => {
    expect(comeBack(modelWithMix(), state)).toEqual(difference);
  });

  test.each([
    ['is still to be sent', (model: MixModel) => model.connectionLost(0)],
    ['was given up', (model: MixModel) => model.giveUpAll()],
  ])("does not take this phone's own wish, which %s, for somebody else's", (_what, lose) => {
    const model = modelWithMix();
    model.want(gain(0.7), 0, 'g-1');
    model.takeDue(0);
    lose(model);
    expect(comeBack(model, later({ gains: { 0: 0.7 } }))).toEqual(NOTHING);
  });

  test("finds somebody else's change under a wish that was given up", () => {
    const model = modelWithMix();
    model.want(gain(0.7), 0, 'g-1');
    model.takeDue(0);
    model.giveUpAll();
    expect(comeBack(model, later({ gains: { 0: 0.6 } }))).toEqual({ ...NOTHING, channels: [0] });
  });

  test('finds the output changed, even where the connection was lost again after the greeting', () => {
    const model = modelWithMix();
    model.greeted([]);
    model.connectionLost(0);
    expect(comeBack(model, later({}, { output: null }))).toEqual({ ...NOTHING, output: true });
  });

  test('compares nothing with another mix, or with none', () => {
    expect(comeBack(new MixModel(), STATE)).toBeUndefined();
    expect(comeBack(modelWithMix(), later({ master_gain: 0 }, { client_id: 'kim' }))).toBeUndefined();
  });
});

test('the state shown stays the same object until something changes', () => {
  const model = modelWithMix();
  const before = model.state;
  expect(model.state).toBe(before);
  model.want(gain(0.7), 0, 'g-1');
  expect(model.state).not.toBe(before);
});
