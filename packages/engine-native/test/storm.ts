/** Random calls of all that the addon offers: whatever is handed over, it answers or throws, and goes on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { types } from 'node:util';

import {
  NativeBinding,
  OpusBinding,
  type NativeEngineBinding,
  type NativeOpusEncoderBinding,
} from '../lib/binding.ts';
import {
  anyValue,
  closeOptions,
  INPUTS,
  mix,
  openRequest,
  OUTPUTS,
  OWN_ERROR,
  recordingRequest,
  targets,
  type Hand,
} from './any-value.ts';
import { pick, type Draw } from './draw.ts';
import { SETTLE_FRAMES } from './manual-engine.ts';

type Arguments = (hand: Hand, folder: string) => unknown[];

const noise = (draw: Draw, channels: number, frames: number): Float32Array =>
  new Float32Array(channels * frames).fill(pick(draw, [1, -1, 0, 3e38, Number.NaN, Infinity, 1e-40]));

/** There are 64 places, numbered from 0; each tap that had one adds 64 to its number. */
const TAPS = [0, 0, 0, 1, 63, 64] as const;

/** Arguments as they should be, or almost. A method that is added does not compile until it has its row. */
const ENGINE_CALLS: { readonly [method in keyof NativeEngineBinding]: Arguments } = {
  open: (hand, folder) => [openRequest(hand, folder)],
  close: (hand) => [closeOptions(hand)],
  setMixes: (hand) => [targets(hand)],
  removeMix: ({ draw }) => [mix(draw)],
  setRoutes: ({ draw }) => [new Int32Array(OUTPUTS / 2).map(() => pick(draw, [-1, 1, 2, 3, -7]))],
  setCeiling: ({ draw }) => [pick(draw, [1, 0.5, 1e-3, 1e-30, 1e-40, 0])],
  readMeters: ({ draw }) => [new Uint32Array(draw(4)).map(() => mix(draw)), draw(9)],
  stats: () => [],
  playhead: () => [],
  favourAudioThread: () => [],
  tap: ({ draw }) => [mix(draw)],
  readTap: ({ draw }) => [pick(draw, TAPS)],
  untap: ({ draw }) => [pick(draw, TAPS)],
  startRecording: (hand, folder) => [recordingRequest(hand, folder)],
  stopRecording: () => [],
  recording: () => [],
  render: ({ draw }) => {
    const frames = pick(draw, [1, 64, 65, 1000, 1 + draw(100), 20_000]);
    return [noise(draw, INPUTS, frames), frames];
  },
};

const ENCODER_CALLS: { readonly [method in keyof NativeOpusEncoderBinding]: Arguments } = {
  encode: ({ draw }) => [noise(draw, 2, pick(draw, [20, 60, 120, 480, 2880, 7]))],
};

const ENGINE_METHODS = Object.keys(ENGINE_CALLS) as [keyof NativeEngineBinding];
const ENCODER_METHODS = Object.keys(ENCODER_CALLS) as [keyof NativeOpusEncoderBinding];

const DEFAULT_CEILING = Math.fround(0.891250938);

/** How deep calls may be made while arguments of others are read. */
const DEEPEST = 2;

type Method = (...args: unknown[]) => unknown;

/** A kind of error that callers are told of. INTERNAL is none: it would be a fault of ours. */
function isPromised(error: unknown): boolean {
  if (!types.isNativeError(error)) return false;
  const { code } = error as { code?: unknown };
  return (
    error.name === 'TypeError' ||
    error.name === 'RangeError' ||
    (typeof code === 'string' && code !== 'INTERNAL') ||
    error.message === OWN_ERROR
  );
}

/** @throws Error when a number in an answer is none, or a sample is louder than `ceiling` */
function checkNumbers(answer: unknown, ceiling: number): void {
  if (typeof answer === 'number' && !Number.isFinite(answer)) throw new Error(`${answer} was answered`);
  if (types.isFloat32Array(answer)) {
    const wrong = answer.find((sample) => !(Math.abs(sample) <= ceiling));
    if (wrong !== undefined) throw new Error(`${wrong} left the engine, more than ${ceiling}`);
  } else if (typeof answer === 'object' && answer !== null) {
    for (const part of Object.values(answer)) checkNumbers(part, ceiling);
  }
}

const openManual = async (engine: NativeEngineBinding): Promise<void> => {
  await engine.open({ device: { kind: 'manual', inputs: INPUTS, outputs: OUTPUTS }, lanes: 6 });
};

/** A few engines and encoders, and all that is done to them. */
class Storm {
  succeeded = 0;
  refused = 0;
  readonly #hand: Hand;
  readonly #folder = mkdtempSync(join(tmpdir(), 'foldback-storm-'));
  readonly #engines: [NativeEngineBinding, NativeEngineBinding] = [new NativeBinding(), new NativeBinding()];
  readonly #encoders = [new OpusBinding(48_000, 96_000), new OpusBinding(8000, 6000)] as const;
  readonly #ceilings = new Map<unknown, number>();
  readonly #running: Promise<void>[] = [];
  #depth = 0;
  #broken: unknown;

  constructor(draw: Draw) {
    this.#hand = { draw, meanwhile: () => this.#meanwhile() };
  }

  /** Makes calls while `more` says so; begins with one open engine. */
  async run(more: () => boolean): Promise<void> {
    await openManual(this.#engines[0]);
    while (more() && this.#broken === undefined) {
      this.#callSomething();
      if (this.#hand.draw(2) === 0) await this.#running.at(-1);
      if (this.#hand.draw(8) === 1) await this.#renew();
    }
  }

  /** Closed engines do not take part in much. */
  async #renew(): Promise<void> {
    await Promise.all(this.#running.splice(0));
    await this.#engines[0].close({ fadeMs: 0 });
    this.#engines[0] = new NativeBinding();
    await openManual(this.#engines[0]);
  }

  /** @throws what has broken a promise while nobody waited for it */
  async end(): Promise<void> {
    await Promise.all(this.#running);
    for (const engine of this.#engines) await engine.close({ fadeMs: 0 });
    rmSync(this.#folder, { recursive: true, maxRetries: 10 });
    if (this.#broken !== undefined) throw this.#broken;
  }

  #meanwhile(): void {
    if (this.#depth > DEEPEST) return;
    this.#depth += 1;
    this.#callSomething();
    this.#depth -= 1;
  }

  #callSomething(): void {
    const { draw } = this.#hand;
    const what = draw(16);
    if (what === 0) this.#callOfModule();
    else if (what === 1) this.#call(pick(draw, this.#encoders), pick(draw, ENCODER_METHODS), ENCODER_CALLS);
    else if (what === 2) this.#callOnAnother();
    else this.#call(this.#engines[draw(4) === 1 ? 1 : 0], pick(draw, ENGINE_METHODS), ENGINE_CALLS);
  }

  #callOfModule(): void {
    const { draw } = this.#hand;
    const rateHz = pick(draw, [48_000, 8000, 44_100]);
    this.#attempt(
      undefined,
      pick<Method>(draw, [
        () => new OpusBinding(rateHz, pick(draw, [6000, 510_000, 0])),
        () => NativeBinding.listDevices(pick(draw, [0, undefined, '1' as unknown as number])),
        () => new OpusBinding(this.#any() as number, this.#any() as number),
        NativeBinding as unknown as Method,
        OpusBinding as unknown as Method,
      ]),
      [],
    );
  }

  /** A method of one thing, called on another. */
  #callOnAnother(): void {
    const { draw } = this.#hand;
    const target = pick<unknown>(draw, [this.#engines[0], this.#encoders[0], this.#any()]);
    const engineMethod = pick(draw, ENGINE_METHODS);
    const method = pick<unknown>(draw, [this.#engines[1][engineMethod], this.#encoders[1]['encode']]);
    this.#attempt(target, method as Method, []);
  }

  #any(): unknown {
    return anyValue(this.#hand);
  }

  #call<Name extends string>(
    target: { readonly [name in Name]: unknown },
    name: Name,
    calls: { readonly [name in Name]: Arguments },
  ): void {
    const { draw } = this.#hand;
    const args = calls[name](this.#hand, this.#folder);
    if (draw(8) === 1) args[draw(2)] = this.#any();
    const done = this.#attempt(target, target[name] as Method, args, this.#loudest(target, name));
    if (done && name === 'setCeiling') this.#ceilings.set(target, Math.fround(args[0] as number));
  }

  #loudest(target: unknown, name: string): number {
    if (name === 'render') return this.#ceilings.get(target) ?? DEFAULT_CEILING;
    return name === 'readTap' ? 1 : Number.MAX_VALUE;
  }

  /** @returns whether it has answered, or begun to */
  #attempt(target: unknown, method: Method, args: unknown[], loudest = Number.MAX_VALUE): boolean {
    try {
      const answer = Reflect.apply(method, target, args);
      if (types.isPromise(answer)) this.#running.push(this.#settled(answer));
      else checkNumbers(answer, loudest);
      this.succeeded += 1;
      return true;
    } catch (error) {
      this.#refuse(error);
      return false;
    }
  }

  async #settled(answer: Promise<unknown>): Promise<void> {
    try {
      checkNumbers(await answer, Number.MAX_VALUE);
    } catch (error) {
      this.#refuse(error);
    }
  }

  #refuse(error: unknown): void {
    this.refused += 1;
    if (!isPromised(error)) this.#broken ??= error;
  }
}

/** @throws Error when a new engine does not play as if nothing had been */
async function expectSound(): Promise<void> {
  const engine = new NativeBinding();
  await openManual(engine);
  engine.setMixes([{ mix: 1, active: true, gains: Float32Array.of(0.5, 0.5, 0, 0) }]);
  engine.setRoutes(Int32Array.of(1, -1));
  const output = engine.render(new Float32Array(INPUTS * SETTLE_FRAMES).fill(1), SETTLE_FRAMES);
  const last = output[SETTLE_FRAMES - 1];
  await engine.close({ fadeMs: 0 });
  if (last !== 0.5) throw new Error(`a new engine plays ${last} instead of 0.5`);
}

/** Throws when a promise is broken. Returns how many calls succeeded, so that a test can ask for some. */
export async function storm(
  draw: Draw,
  more: () => boolean,
): Promise<{ succeeded: number; refused: number }> {
  const storms = new Storm(draw);
  await storms.run(more);
  await storms.end();
  await expectSound();
  return storms;
}
