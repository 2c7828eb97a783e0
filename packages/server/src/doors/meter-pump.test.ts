import { EngineError } from '@foldback/engine-native/engine-error';
import { decodeMeters, type InputMeterFrame, type MixMeterFrame } from '@foldback/protocol';
import { pino } from 'pino';
import { deafPhone, doorless } from '../../test/support/doorless.ts';
import type { Engine, Meters } from '../engine/engine.ts';
import { Audience } from './audience.ts';
import { MeterPump } from './meter-pump.ts';

const MIX_NUMBERS: Readonly<Record<string, number>> = { ana: 0, leo: 1 };
/** One input and two mixes. A reading tells the highest since the one before, and begins anew. */
class PeakKeeper {
  readonly #peaks = new Map<string, number>();
  beforeAnswer = (): void => undefined;

  play(what: 'input' | 'mix 0' | 'mix 1', peak: number): void {
    this.#peaks.set(what, Math.max(peak, this.#peaks.get(what) ?? 0));
  }

  async readMeters(mixes: Uint32Array): Promise<Meters> {
    const take = (what: string): number => {
      const peak = this.#peaks.get(what) ?? 0;
      this.#peaks.set(what, 0);
      return peak;
    };
    const inputs = Float32Array.of(take('input'), 0);
    const read = [...mixes].flatMap((mix) => [take(`mix ${mix}`), 0, 0, 0, 1]);
    await Promise.resolve();
    this.beforeAnswer();
    return { inputs, mixes: Float32Array.from(read) };
  }
}

function stage() {
  const engine = new PeakKeeper();
  const audience = new Audience(doorless().desk, () => 0);
  // The pump reads meters and nothing else.
  const logged: string[] = [];
  const log = pino({}, { write: (line) => logged.push(line) });
  const pump = new MeterPump(engine as unknown as Engine, audience, (id) => MIX_NUMBERS[id] ?? 99, log);
  /** How many frames went in each write. */
  const writes: number[] = [];
  const frames: (InputMeterFrame | MixMeterFrame)[] = [];
  const phone = deafPhone(undefined, {
    deliverMeters: (together) => {
      writes.push(together.length);
      frames.push(...together.flatMap((frame) => decodeMeters(frame.slice().buffer) ?? []));
    },
  });
  audience.join(phone);
  audience.subscribe(phone, 'mix/ana');
  audience.subscribe(phone, 'meters');
  /** What the phone gets in one period, as "inputs 0 dB" or "mix 0 -6 dB". */
  const period = async (): Promise<string[]> => {
    frames.length = 0;
    await pump.pump();
    return frames.map(
      (frame) =>
        `${frame.kind === 'mix' ? `mix ${frame.mixNumber}` : 'inputs'} ${frame.peaksDb[0]?.toFixed(0)} dB`,
    );
  };
  return { engine, audience, phone, period, logged, writes };
}

test('a peak from before anybody watched is shown to nobody', async () => {
  const { engine, audience, phone, period } = stage();
  engine.play('input', 1);
  engine.play('mix 0', 1);
  expect(await period()).toEqual([]);
  engine.play('input', 0.1);
  engine.play('mix 0', 0.01);
  expect(await period()).toEqual(['inputs -20 dB', 'mix 0 -40 dB']);

  audience.unsubscribe(phone, 'meters');
  await period();
  engine.play('input', 1);
  audience.subscribe(phone, 'meters');
  expect(await period()).toEqual([]);
  expect(await period()).toEqual(['inputs -Infinity dB', 'mix 0 -Infinity dB']);
});

test('nor one from before anybody watched that mix', async () => {
  const { engine, audience, phone, period } = stage();
  await period();
  engine.play('mix 1', 1);
  audience.subscribe(phone, 'mix/leo');
  expect(await period()).toEqual(['inputs -Infinity dB', 'mix 0 -Infinity dB']);
  engine.play('mix 1', 0.1);
  expect(await period()).toEqual(['inputs -Infinity dB', 'mix 0 -Infinity dB', 'mix 1 -20 dB']);
});

test('all that a phone gets in a period goes in one write', async () => {
  const { audience, phone, period, writes } = stage();
  audience.subscribe(phone, 'mix/leo');
  await period();
  await period();
  expect(writes).toEqual([3]);
});

test('a phone that has gone while the meters were read gets none', async () => {
  const { engine, audience, phone, period } = stage();
  await period();
  engine.beforeAnswer = () => audience.leave(phone);
  expect(await period()).toEqual([]);
});

test('a host that has gone is not told here as well; what nobody foresaw is told once', async () => {
  const { engine, period, logged } = stage();
  engine.beforeAnswer = () => {
    throw new EngineError('HOST_LOST', 'the engine host has gone');
  };
  await period();
  expect(logged).toEqual([]);
  engine.beforeAnswer = () => {
    throw new Error('out of memory');
  };
  await period();
  await period();
  expect(logged).toHaveLength(1);
});
