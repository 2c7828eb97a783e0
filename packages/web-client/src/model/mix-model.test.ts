import type { Change, EventBody, MixState } from '@foldback/protocol';
import { gainOf, isOn } from '@foldback/protocol';
import { MixModel } from './mix-model.ts';
import { keyOf, type Wish } from './wish.ts';

const STATE: MixState = {
  client_id: 'ana',
  mix: { channels: [0, 1], gains: { 0: 0.5 }, pans: {}, mutes: {}, solos: [], master_gain: 1 },
  output: 0,
  mute_all: false,
  marks: { mine: [], hidden: [] },
  mix_number: 3,
  revision: 10,
  saved_revision: 10,
};

const gain = (value: number): Wish => ({ type: 'gain', channel: 0, value });
const KEY = keyOf(gain(0));

const fromSam = (revision: number, ...changes: Change[]): EventBody<'change'> => ({
  client_id: 'ana',
  changes,
  revision,
  source: 'sam',
  source_name: 'Sam',
  timestamp: 0,
});

function modelWithMix(): MixModel {
  const model = new MixModel();
  model.replace(STATE);
  return model;
}

const shownGain = (model: MixModel): number | undefined => model.state && gainOf(model.state.mix, 0);

test('before the server has spoken there is nothing to show and nothing to want', () => {
  const model = new MixModel();
  model.hold(gain(1));
  model.want(gain(1));
  expect(model.state).toBeUndefined();
  expect(model.takeDue()).toEqual([]);
});

test('what a finger wants shows at once, and is sent once', () => {
  const model = modelWithMix();
  model.want(gain(0.7));
  expect(shownGain(model)).toBe(0.7);
  expect(model.takeDue()).toEqual([gain(0.7)]);
  expect(model.takeDue()).toEqual([]);
});

test('one value is in flight; of those that come meanwhile only the newest follows', () => {
  const model = modelWithMix();
  model.hold(gain(0));
  model.want(gain(0.6));
  model.takeDue();
  model.want(gain(0.7));
  model.want(gain(0.8));
  expect(model.takeDue()).toEqual([]);
  model.accepted(gain(0.6), 11);
  expect(shownGain(model)).toBe(0.8);
  expect(model.takeDue()).toEqual([gain(0.8)]);
});

test("others' changes to a control under a finger wait, and what the finger wanted stands", () => {
  const model = modelWithMix();
  model.hold(gain(0));
  model.want(gain(0.7));
  model.takeDue();
  expect(model.hear(fromSam(11, gain(0.1)))).toBe('heard');
  expect(shownGain(model)).toBe(0.7);
  model.accepted(gain(0.7), 12);
  model.release(KEY);
  expect(shownGain(model)).toBe(0.7);
});

test("a change of others that comes after the last answer, under a still finger, yields to the finger's value on release", () => {
  const model = modelWithMix();
  model.hold(gain(0));
  model.want(gain(0.7));
  model.takeDue();
  model.accepted(gain(0.7), 11);
  model.hear(fromSam(12, gain(0.1)));
  expect(shownGain(model)).toBe(0.7);
  model.release(KEY);
  expect(model.takeDue()).toEqual([gain(0.7)]);
});

test('a finger that touched and did not move leaves the control to others', () => {
  const model = modelWithMix();
  model.hold(gain(0));
  model.hear(fromSam(11, gain(0.1)));
  expect(shownGain(model)).toBe(0.5);
  model.release(KEY);
  expect(shownGain(model)).toBe(0.1);
  expect(model.takeDue()).toEqual([]);
});

test('a change that arrives after the answer is newer and wins', () => {
  const model = modelWithMix();
  model.want(gain(0.7));
  model.release(KEY);
  model.takeDue();
  model.accepted(gain(0.7), 11);
  model.hear(fromSam(12, gain(0.1)));
  expect(shownGain(model)).toBe(0.1);
});

test("others' changes to other controls show while a finger is down", () => {
  const model = modelWithMix();
  model.hold(gain(0));
  model.want(gain(0.7));
  model.hear(fromSam(11, { type: 'channel_toggle', channel: 1, value: false }));
  expect(model.state && isOn(model.state.mix, 1)).toBe(false);
});

test('what is shown after the answer is what was stored', () => {
  const model = modelWithMix();
  model.want(gain(0.70001));
  model.release(KEY);
  model.takeDue();
  model.accepted(gain(0.7), 11);
  expect(shownGain(model)).toBe(0.7);
});

test('a refusal puts the control back to what the server has', () => {
  const model = modelWithMix();
  model.want(gain(0.9));
  model.release(KEY);
  model.takeDue();
  model.refused(KEY);
  expect(shownGain(model)).toBe(0.5);
  expect(model.saved).toBe(true);
});

test('a finger still down after a refusal goes on holding', () => {
  const model = modelWithMix();
  model.hold(gain(0));
  model.want(gain(0.9));
  model.takeDue();
  model.refused(KEY);
  model.hear(fromSam(11, gain(0.1)));
  expect(shownGain(model)).toBe(0.5);
  model.release(KEY);
  expect(shownGain(model)).toBe(0.1);
});

test('saved means: nothing wanted, nothing unanswered, and the disk is as far as the answers', () => {
  const model = modelWithMix();
  expect(model.saved).toBe(true);
  model.want(gain(0.7));
  expect(model.saved).toBe(false);
  model.release(KEY);
  model.takeDue();
  expect(model.saved).toBe(false);
  model.accepted(gain(0.7), 11);
  expect(model.saved).toBe(false);
  model.savedUpTo(11);
  expect(model.saved).toBe(true);
  model.hear(fromSam(12, gain(0.1)));
  expect(model.saved).toBe(false);
});

test('a missed revision is a gap, in an event and in an answer; an old one is nothing', () => {
  const model = modelWithMix();
  expect(model.hear(fromSam(12, gain(0.1)))).toBe('gap');
  expect(shownGain(model)).toBe(0.5);
  expect(model.hear(fromSam(10, gain(0.1)))).toBe('old');
  model.want(gain(0.7));
  model.takeDue();
  expect(model.accepted(gain(0.7), 12)).toBe('gap');
});

test('the full state replaces everything but what a finger wants', () => {
  const model = modelWithMix();
  model.want(gain(0.7));
  model.replace({ ...STATE, mix: { ...STATE.mix, gains: { 0: 0.2, 1: 0.3 } }, revision: 20 });
  expect(shownGain(model)).toBe(0.7);
  expect(model.state && gainOf(model.state.mix, 1)).toBe(0.3);
  expect(model.hear(fromSam(21, gain(0.1)))).toBe('heard');
});

test('a gesture cut off by a lost connection is sent again, once, unless it is too old', () => {
  const model = modelWithMix();
  model.want(gain(0.7));
  model.takeDue();
  model.connectionLost();
  model.release(KEY);
  expect(shownGain(model)).toBe(0.7);
  expect(model.takeDue()).toEqual([gain(0.7)]);

  model.connectionLost();
  model.forgetWishes();
  expect(shownGain(model)).toBe(0.5);
  expect(model.takeDue()).toEqual([]);
});

test('the state shown stays the same object until something changes', () => {
  const model = modelWithMix();
  const before = model.state;
  expect(model.state).toBe(before);
  model.want(gain(0.7));
  expect(model.state).not.toBe(before);
});
