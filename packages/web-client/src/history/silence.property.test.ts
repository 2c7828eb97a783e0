/**
 * Whatever is done to a mix, by whoever, in any order: Undo silences nobody that the musician did not ask it to, and what is
 * undone and redone is as it was.
 */
import { EMPTY_MIX, gainOf, isAudible, type InterfaceSummary } from '@foldback/protocol';
import { liveView } from '../../test/support/live-view.ts';
import { randomFrom } from '../../test/support/random.ts';
import { MixController, type MixPort } from '../mixes/mix-controller.ts';
import type { MyMix } from '../mixes/my-mix.ts';
import type { OtherChange } from '../mixes/other-hands.ts';
import type { View } from '../mixes/view.ts';
import { keyOf, type Wish, withWish } from '../mixes/wish.ts';
import { GestureNames } from './gesture-names.ts';
import type { GestureId, WayBack } from './history.ts';
import { channelOf, stepsBetween } from './step.ts';

const RUNS = 300;
const ACTS = 60;
const INPUTS = 5;

const INTERFACE: InterfaceSummary = {
  name: 'Test',
  host_api: 'virtual',
  sample_rate: 48_000,
  inputs: Array.from({ length: INPUTS }, () => ({ name: '' })),
  output_pairs: 1,
};

/** A client whose server says yes at once. */
class Agreeing implements MixPort {
  mix: MyMix = {
    client_id: 'ana',
    mix: { ...EMPTY_MIX, channels: [0, 1, 2], gains: { 0: 0.5, 1: 1, 2: 0.3 } },
    output: 0,
    mute_all: false,
    marks: { mine: [0], hidden: [] },
    mix_number: 0,
  };
  readonly #names = new GestureNames();
  #tellOther: (change: OtherChange) => void = () => undefined;
  #tellView: () => void = () => undefined;
  nowMs = 0;
  rename = (): void => undefined;

  get view(): View {
    return liveView({ audioInterface: INTERFACE, mix: this.mix, clientId: 'ana' });
  }

  hold(): void {}

  move(wish: Wish): void {
    this.#names.of(keyOf(wish), true, this.nowMs);
    this.#become([wish]);
  }

  release(wish: Wish): GestureId | undefined {
    return this.#names.end(keyOf(wish), true, this.nowMs);
  }

  set(...wishes: readonly Wish[]): GestureId {
    this.#become(wishes);
    return this.#names.next();
  }

  onOther(listener: (change: OtherChange) => void): () => void {
    this.#tellOther = listener;
    return () => undefined;
  }

  onView(listener: () => void): () => void {
    this.#tellView = listener;
    return () => undefined;
  }

  onNews = (): (() => void) => () => undefined;
  onMeters = (): (() => void) => () => undefined;

  /** Another hand; without a name another phone of the same musician. */
  elsewhere(wish: Wish, by: string | undefined): void {
    const before = this.mix;
    this.#become([wish]);
    const steps = stepsBetween(before, this.mix);
    if (by !== undefined && steps.length > 0) this.#tellOther({ by, gesture: `s-${this.nowMs}`, steps });
  }

  #become(wishes: readonly Wish[]): void {
    this.mix = wishes.reduce(withWish, this.mix);
    this.#tellView();
  }
}

/** Who would be heard if all were not muted. */
const heard = ({ mix }: MyMix): number[] =>
  INTERFACE.inputs.flatMap((_input, channel) =>
    isAudible(mix, channel, INPUTS) && gainOf(mix, channel) > 0 && mix.master_gain > 0 ? [channel] : [],
  );

class Musician {
  readonly #random: () => number;
  readonly #client = new Agreeing();
  readonly #mix: MixController;
  readonly told: string[] = [];
  readonly faults: string[] = [];

  constructor(seed: number) {
    this.#random = randomFrom(seed);
    const host = {
      addController: () => undefined,
      removeController: () => undefined,
      requestUpdate: () => undefined,
      levelsMoved: () => undefined,
      updateComplete: Promise.resolve(true),
    };
    this.#mix = new MixController(host, this.#client, () => undefined);
    this.#mix.hostConnected();
  }

  end(): void {
    this.#mix.hostDisconnected();
  }

  act(): void {
    this.#client.nowMs += this.#below(1_500);
    this.#one([
      () => this.#drag(),
      () => this.#drag(),
      () => this.#tap(),
      () => this.#tap(),
      () => this.#group(),
      () => this.#muteAll(),
      () => this.#clearSolo(),
      () => this.#everybody(),
      () => this.#putBack(),
      () => this.#elsewhere(),
      () => this.#elsewhere(),
      () => this.#walk('undo'),
      () => this.#walk('undo'),
      () => this.#walk('redo'),
    ])();
  }

  /** All that can be undone, and as much redone, with nobody between. */
  thereAndBack(): void {
    const before = this.#client.mix;
    let undone = 0;
    while (this.#mix.history.undoable !== undefined)
      if ((this.#walk('undo')?.wishes.length ?? 0) > 0) undone++;
    while (undone-- > 0) this.#walk('redo');
    const { solos: _then, ...then } = before.mix;
    const { solos: _now, ...now } = this.#client.mix.mix;
    if (JSON.stringify(sorted(now)) !== JSON.stringify(sorted(then)))
      this.faults.push(`there and back: ${JSON.stringify(then)} → ${JSON.stringify(now)}`);
  }

  #walk(way: 'undo' | 'redo'): WayBack | undefined {
    const before = this.#client.mix;
    const done = this.#mix[way]();
    const after = this.#client.mix;
    this.told.push(`${way} ${JSON.stringify(done?.wishes)}`);
    if (before.mute_all !== after.mute_all) this.faults.push(`${way} touched mute all`);
    const steps = done?.entry.steps ?? [];
    const asked = new Set(steps.map(channelOf));
    const asksForAll = steps.some(
      (step) => step.after.type === 'master_gain' || (way === 'redo' && step.after.type === 'solo'),
    );
    const silenced = heard(before).filter((channel) => !heard(after).includes(channel));
    const unasked = silenced.filter((channel) => !asksForAll && !asked.has(channel));
    if (unasked.length > 0) this.faults.push(`${way} silenced ${unasked.join()}`);
    const sudden = after.mix.solos.filter((channel) => !before.mix.solos.includes(channel));
    if (way === 'undo' && sudden.length > 0) this.faults.push(`undo soloed ${sudden.join()}`);
    return done;
  }

  #drag(): void {
    const wish = this.#one<Wish>([
      { type: 'gain', channel: this.#below(INPUTS), value: this.#level() },
      { type: 'pan', channel: this.#below(INPUTS), value: this.#one([-1, 0, 0.5]) },
      { type: 'master_gain', value: this.#level() },
    ]);
    this.#tell(wish);
    const source = new EventTarget();
    this.#mix.carryOut({ act: 'hold', wish }, source);
    this.#mix.carryOut({ act: 'move', wish }, source);
    this.#mix.carryOut({ act: 'release', wish }, source);
  }

  #tap(): void {
    const wish = this.#switch();
    this.#tell(wish);
    this.#mix.carryOut({ act: 'set', wish }, new EventTarget());
  }

  #group(): void {
    const value = Object.fromEntries(
      this.#client.mix.mix.channels.map((channel) => [channel, this.#level()]),
    );
    this.told.push(`group ${JSON.stringify(value)}`);
    this.#mix.act('set', { type: 'gains', value }, this.#one([undefined, 'more_me']));
  }

  #muteAll(): void {
    const wish: Wish = { type: 'mute_all', value: !this.#client.mix.mute_all };
    this.#tell(wish);
    this.#mix.set([wish]);
  }

  #clearSolo(): void {
    this.told.push('clear solo');
    this.#mix.set(this.#client.mix.mix.solos.map((channel) => ({ type: 'solo', channel, value: false })));
  }

  #everybody(): void {
    if (this.#client.mix.mix.channels.length > 0) return;
    this.told.push('everybody');
    this.#mix.startWithEverybody();
  }

  #putBack(): void {
    this.told.push('put back');
    this.#mix.set(this.#mix.others.steps.map(({ before }) => before));
  }

  #elsewhere(): void {
    const wish = this.#one<Wish>([
      this.#switch(),
      { type: 'gain', channel: this.#below(INPUTS), value: this.#level() },
      { type: 'master_gain', value: this.#level() },
      { type: 'mute_all', value: this.#random() < 0.5 },
    ]);
    const by = this.#one(['Sam', '', undefined]);
    this.told.push(`${by ?? 'my other phone'}: ${JSON.stringify(wish)}`);
    this.#client.elsewhere(wish, by);
  }

  #switch(): Wish {
    const channel = this.#below(INPUTS);
    const value = this.#random() < 0.5;
    return this.#one<Wish>([
      { type: 'mute', channel, value },
      { type: 'solo', channel, value },
      { type: 'channel_toggle', channel, value },
    ]);
  }

  #tell(wish: Wish): void {
    this.told.push(JSON.stringify(wish));
  }

  #level = (): number => this.#one([0, 0.25, 0.5, 1]);
  #below = (end: number): number => Math.floor(this.#random() * end);

  #one<T>(of: readonly T[]): T {
    return of[this.#below(of.length)] as T;
  }
}

/** By key, so that it compares. */
const sorted = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_key, each: unknown) =>
      typeof each === 'object' && each !== null && !Array.isArray(each)
        ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => a.localeCompare(b)))
        : each,
    ),
  );

test(`in ${RUNS} mixes of ${ACTS} acts Undo silences only what it is asked to, and all comes back`, () => {
  for (let seed = 1; seed <= RUNS; seed++) {
    const musician = new Musician(seed);
    for (let act = 0; act < ACTS && musician.faults.length === 0; act++) musician.act();
    if (musician.faults.length === 0) musician.thereAndBack();
    musician.end();
    expect({ seed, faults: musician.faults, told: musician.faults.length > 0 ? musician.told : [] }).toEqual({
      seed,
      faults: [],
      told: [],
    });
  }
});
