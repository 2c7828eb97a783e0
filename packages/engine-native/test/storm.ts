/** Random calls with random arguments: whatever they are, the engine answers or throws, and goes on. */
import { EngineError, NativeEngine } from '../lib/index.ts';

const INPUTS = 2;
const OUTPUTS = 4;

type Draw = (below: number) => number;

/** Mulberry32 (Tommy Ettinger): small, and the same on every machine. */
function seeded(seed: number): Draw {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

function detach<T extends ArrayBufferView<ArrayBuffer>>(array: T): T {
  structuredClone(array.buffer, { transfer: [array.buffer] });
  return array;
}

/** Any value somebody could hand over; some are right, so that calls also succeed. */
function anyValue(draw: Draw, depth = 0): unknown {
  const any = (): unknown => anyValue(draw, depth + 1);
  const makers: (() => unknown)[] = [
    () => undefined,
    () => null,
    () => draw(2) === 0,
    () => draw(4),
    () => [-1, 0.5, Number.NaN, Infinity, -0, 2 ** 31, 2 ** 32, 2 ** 53, Number.MAX_VALUE][draw(9)],
    () => ['', '1', 'manual', 'x'.repeat(draw(100_000))][draw(4)],
    () => 10n ** 30n,
    () => Symbol('mix'),
    () => () => any(),
    () => new Float32Array(draw(10)).fill([0, 0.5, 50, Number.NaN, Infinity, 1e-40][draw(6)] ?? 0),
    () => new Float32Array(2 * INPUTS).fill(draw(5) / 4),
    () => new Int32Array(OUTPUTS / 2).map(() => draw(4) - 1),
    () => new Uint32Array(draw(4)).map(() => draw(4)),
    () => new Float32Array(1 << 20),
    () => detach(new Float32Array(2 * INPUTS)),
    () => detach(new Int32Array(OUTPUTS / 2)),
    () => new Float32Array(new SharedArrayBuffer(16)),
    () => new Float32Array(new ArrayBuffer(16, { maxByteLength: 64 })),
    () => new Float64Array(4),
    () => new DataView(new ArrayBuffer(16)),
    () => new ArrayBuffer(16),
    () => new Array(2 ** 32 - 1),
    () => new Proxy([], {}),
    () => Object.create(null) as unknown,
    () => new Date(),
    () => (depth > 2 ? [] : Array.from({ length: draw(4) }, any)),
    () => (depth > 2 ? {} : { mix: any(), active: any(), gains: any(), rampMs: any() }),
    () => [{ mix: draw(4), active: draw(2) === 0, gains: new Float32Array(4).fill(0.5), rampMs: any() }],
    () => {
      const gains = new Float32Array(2 * INPUTS).fill(0.5);
      const traitor = {
        mix: draw(4),
        active: true,
        gains,
        get rampMs() {
          detach(gains); // after the engine has looked at them
          return 10;
        },
      };
      return [traitor];
    },
    () => ({
      get mix() {
        throw new Error('a getter of ours');
      },
    }),
  ];
  return makers[draw(makers.length)]?.();
}

const METHODS = [
  'setMixes',
  'removeMix',
  'setRoutes',
  'setCeiling',
  'readMeters',
  'stats',
  'tap',
  'readTap',
  'untap',
  'render',
  'open',
] as const;

function isExpected(error: unknown): boolean {
  return (
    error instanceof TypeError ||
    error instanceof RangeError ||
    error instanceof EngineError ||
    (error instanceof Error && error.message === 'a getter of ours')
  );
}

/** Throws when the engine breaks a promise. Returns how many calls succeeded, so that a test can ask for some. */
export async function storm(seed: number, calls: number): Promise<{ succeeded: number; refused: number }> {
  const draw = seeded(seed);
  const counts = { succeeded: 0, refused: 0 };
  const engine = new NativeEngine();
  await engine.open({ device: { kind: 'manual', inputs: INPUTS, outputs: OUTPUTS }, lanes: 6 });
  const loose = engine as unknown as Record<string, (...args: unknown[]) => unknown>;
  const attempt = async (method: string): Promise<void> => {
    try {
      await loose[method]?.(...Array.from({ length: draw(4) }, () => anyValue(draw)));
      counts.succeeded += 1;
    } catch (error) {
      if (!isExpected(error)) throw error;
      counts.refused += 1;
    }
  };
  for (let call = 0; call < calls; call += 1) {
    await attempt(METHODS[draw(METHODS.length)] ?? 'stats');
    const frames = 1 + draw(100);
    for (const sample of engine.render(new Float32Array(INPUTS * frames).fill(1), frames)) {
      if (!(Math.abs(sample) <= 1)) throw new Error(`seed ${seed}, call ${call}: ${sample} left the engine`);
    }
  }
  await engine.close({ fadeMs: 0 });
  for (const method of METHODS) await attempt(method);
  await engine.close();
  return counts;
}
