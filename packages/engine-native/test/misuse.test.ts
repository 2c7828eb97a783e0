import { EngineError, NativeEngine } from '../lib/index.ts';
import { type ManualEngine, openManual } from './manual-engine.ts';

type Loose = Record<string, (...args: unknown[]) => unknown>;

/** The engine without its types: what no TypeScript caller would do, somebody will. */
const loose = (engine: NativeEngine): Loose => engine as unknown as Loose;

function detached<T extends Float32Array | Int32Array | Uint32Array>(array: T): T {
  structuredClone(array.buffer, { transfer: [array.buffer as ArrayBuffer] });
  return array;
}

const gains = (): Float32Array => new Float32Array(4);
const target = (fields: object): unknown[] => [{ mix: 1, active: true, gains: gains(), ...fields }];
const withNaN = (): Float32Array => Float32Array.of(0, 0, Number.NaN, 0);

let stage: ManualEngine;
beforeEach(async () => {
  stage = await openManual(2, 4);
});
afterEach(async () => {
  await stage.engine.close();
});

test.each<[string, string, unknown[], typeof TypeError | typeof RangeError]>([
  ['setMixes', 'nothing', [], TypeError],
  ['setMixes', 'a number', [3], TypeError],
  ['setMixes', 'a list of numbers', [[3]], TypeError],
  ['setMixes', 'no gains', [[{ mix: 1, active: true }]], TypeError],
  ['setMixes', 'gains as a plain array', [target({ gains: [0, 0, 0, 0] })], TypeError],
  ['setMixes', 'gains in double precision', [target({ gains: new Float64Array(4) })], TypeError],
  ['setMixes', 'gains as a DataView', [target({ gains: new DataView(new ArrayBuffer(16)) })], TypeError],
  ['setMixes', 'too few gains', [target({ gains: new Float32Array(3) })], RangeError],
  ['setMixes', 'too many gains', [target({ gains: new Float32Array(5) })], RangeError],
  ['setMixes', 'detached gains', [target({ gains: detached(gains()) })], RangeError],
  ['setMixes', 'a gain that is not a number', [target({ gains: withNaN() })], RangeError],
  ['setMixes', 'a mix as text', [target({ mix: '1' })], TypeError],
  ['setMixes', 'a negative mix', [target({ mix: -1 })], RangeError],
  ['setMixes', 'half a mix', [target({ mix: 0.5 })], RangeError],
  ['setMixes', 'a mix beyond 32 bits', [target({ mix: 2 ** 32 })], RangeError],
  ['setMixes', 'active as a number', [target({ active: 1 })], TypeError],
  ['setMixes', 'a ramp as text', [target({ rampMs: '10' })], TypeError],
  ['setMixes', 'a negative ramp', [target({ rampMs: -1 })], RangeError],
  ['setMixes', 'an endless ramp', [target({ rampMs: Infinity })], RangeError],
  ['setMixes', 'a ramp that is not a number', [target({ rampMs: Number.NaN })], RangeError],
  ['setMixes', 'ramps for three of two channels', [target({ rampMs: new Float32Array(3) })], RangeError],
  ['setMixes', 'detached ramps', [target({ rampMs: detached(new Float32Array(2)) })], RangeError],
  ['removeMix', 'nothing', [], TypeError],
  ['removeMix', 'a negative mix', [-1], RangeError],
  ['setRoutes', 'nothing', [], TypeError],
  ['setRoutes', 'a plain array', [[1, -1]], TypeError],
  ['setRoutes', 'unsigned routes', [new Uint32Array(2)], TypeError],
  ['setRoutes', 'one route for two pairs', [new Int32Array(1)], RangeError],
  ['setRoutes', 'detached routes', [detached(new Int32Array(2))], RangeError],
  ['setCeiling', 'text', ['-1 dB'], TypeError],
  ['setCeiling', 'zero', [0], RangeError],
  ['setCeiling', 'more than full scale', [1.5], RangeError],
  ['setCeiling', 'not a number', [Number.NaN], RangeError],
  ['readMeters', 'nothing', [], TypeError],
  ['readMeters', 'a plain array', [[1]], TypeError],
  ['readMeters', 'a ninth reader', [new Uint32Array(0), 8], RangeError],
  ['readMeters', 'a reader by name', [new Uint32Array(0), 'pump'], TypeError],
  ['tap', 'nothing', [], TypeError],
  ['readTap', 'text', ['0'], TypeError],
  ['untap', 'a negative tap', [-1], RangeError],
  ['render', 'nothing', [], TypeError],
  ['render', 'no number of frames', [new Float32Array(128)], TypeError],
  ['render', 'too little input', [new Float32Array(127), 64], RangeError],
  ['render', 'detached input', [detached(new Float32Array(128)), 64], RangeError],
  ['render', 'no frames at all', [new Float32Array(0), 0], RangeError],
  ['render', 'half a frame', [new Float32Array(1), 0.5], RangeError],
  ['render', 'more frames than anybody has', [new Float32Array(0), 2 ** 31], RangeError],
])('%s refuses %s', (method, _what, args, error) => {
  expect(() => loose(stage.engine)[method]?.(...args)).toThrow(error);
});

test('a refused list of mixes changes nothing', () => {
  const { engine, play } = stage;
  engine.setMixes([{ mix: 1, active: false, gains: Float32Array.of(0.5, 0.5, 0, 0) }]);
  engine.setRoutes(Int32Array.of(1, -1));
  play([1, 1]);
  expect(() =>
    engine.setMixes([
      { mix: 1, active: false, gains: gains() },
      { mix: 2, active: true, gains: withNaN() },
    ]),
  ).toThrow('mix 2 gains[2]: expected a finite number');
  expect(play([1, 1])).toEqual([0.5, 0.5, 0, 0]);
  expect(engine.stats().activeMixes).toBe(1);
});

test('a wrong size is told with what was expected and what came', () => {
  expect(() => stage.engine.setRoutes(new Int32Array(3))).toThrow('routes: expected 2, got 3');
});

test.each<[string, unknown, unknown]>([
  ['nothing', undefined, TypeError],
  ['no device', {}, TypeError],
  ['an unknown kind', { device: { kind: 'tape' } }, TypeError],
  ['a manual device without channels', { device: { kind: 'manual' } }, TypeError],
  ['a negative number of outputs', { device: { kind: 'virtual', outputs: -2 } }, RangeError],
  ['a number as host API', { device: { kind: 'portaudio', device: { hostApi: 1 } } }, TypeError],
  ['an input below all', { device: { kind: 'portaudio', device: { input: -1 } } }, RangeError],
  ['no lanes', { device: { kind: 'virtual' }, lanes: 0 }, RangeError],
  ['a sample rate as text', { device: { kind: 'virtual' }, sampleRateHz: '48000' }, TypeError],
  ['half a block', { device: { kind: 'virtual' }, blockFrames: 0.5 }, RangeError],
  ['no time to answer', { device: { kind: 'virtual' }, deadlineMs: 0 }, RangeError],
])('open refuses %s, and may be tried again', async (_what, request, error) => {
  const engine = new NativeEngine();
  await expect(loose(engine)['open']?.(request)).rejects.toThrow(error as typeof TypeError);
  await engine.open({ device: { kind: 'manual', inputs: 1, outputs: 2 } });
  await engine.close();
});

const everyCall: [string, (engine: NativeEngine) => unknown][] = [
  ['setMixes', (engine) => engine.setMixes([])],
  ['removeMix', (engine) => engine.removeMix(1)],
  ['setRoutes', (engine) => engine.setRoutes(new Int32Array(2))],
  ['setCeiling', (engine) => engine.setCeiling(0.5)],
  ['readMeters', (engine) => engine.readMeters(new Uint32Array(0))],
  ['stats', (engine) => engine.stats()],
  ['playhead', (engine) => engine.playhead()],
  ['tap', (engine) => engine.tap(1)],
  ['readTap', (engine) => engine.readTap(0)],
  ['untap', (engine) => engine.untap(0)],
  ['render', (engine) => engine.render(new Float32Array(2), 1)],
];

function codeOf(body: () => unknown): string {
  try {
    body();
  } catch (error) {
    if (error instanceof EngineError) return error.code;
    throw error;
  }
  return 'no error';
}

test.each(everyCall)('%s tells an engine that is not open, opening, or closed', async (_name, use) => {
  const engine = new NativeEngine();
  expect(codeOf(() => use(engine))).toBe('NOT_OPEN');
  const opening = engine.open({ device: { kind: 'manual', inputs: 2, outputs: 4 } });
  expect(codeOf(() => use(engine))).toBe('OPENING');
  await opening;
  const closing = engine.close();
  expect(codeOf(() => use(engine))).toBe('CLOSED');
  await closing;
  expect(codeOf(() => use(engine))).toBe('CLOSED');
});

test('an engine opens once', async () => {
  const device = { kind: 'manual', inputs: 1, outputs: 2 } as const;
  await expect(stage.engine.open({ device })).rejects.toMatchObject({
    name: 'EngineError',
    code: 'ALREADY_OPEN',
  });
  await stage.engine.close();
  await expect(stage.engine.open({ device })).rejects.toMatchObject({ name: 'EngineError', code: 'CLOSED' });
});

test('closing again, while closing, while opening or without opening is fine', async () => {
  await Promise.all([stage.engine.close(), stage.engine.close()]);
  await stage.engine.close();
  await new NativeEngine().close();
  const engine = new NativeEngine();
  const opening = engine.open({ device: { kind: 'manual', inputs: 1, outputs: 2 } });
  await engine.close();
  await opening;
  expect(codeOf(() => engine.stats())).toBe('CLOSED');
});

test('wrong options do not close', async () => {
  await expect(loose(stage.engine)['close']?.({ fadeMs: '30' })).rejects.toThrow(TypeError);
  expect(stage.engine.stats().callbacks).toBe(0);
});

test('only a manual device is stepped by hand', async () => {
  const engine = new NativeEngine();
  await engine.open({ device: { kind: 'virtual' }, sampleRateHz: 8000 });
  expect(codeOf(() => engine.render(new Float32Array(12), 1))).toBe('NOT_MANUAL');
  await engine.close({ fadeMs: 0 });
});

test('an unknown audio device is named together with those there are', async () => {
  const engine = new NativeEngine();
  await expect(engine.open({ device: { kind: 'portaudio', device: 'no such thing' } })).rejects.toMatchObject(
    {
      code: 'DEVICE_NOT_FOUND',
      message: expect.stringContaining('"no such thing"') as string,
    },
  );
  await expect(engine.open({ device: { kind: 'portaudio', device: 9999 } })).rejects.toMatchObject({
    code: 'DEVICE_NOT_FOUND',
  });
});

test('a device that does not answer in time is left behind, and another one can be opened', async () => {
  const engine = new NativeEngine();
  // The demo band takes longer than a millisecond to render.
  await expect(
    engine.open({ device: { kind: 'virtual' }, sampleRateHz: 192_000, deadlineMs: 1 }),
  ).rejects.toMatchObject({
    name: 'EngineError',
    code: 'DEVICE_TIMEOUT',
  });
  expect(codeOf(() => engine.stats())).toBe('DEVICE_LOST');
  await engine.open({ device: { kind: 'manual', inputs: 1, outputs: 2 } });
  expect(engine.stats()).toMatchObject({ active: true, callbacks: 0 });
  await engine.close();
});

test('taps run out with a clear error and unknown ones are refused', () => {
  for (let tap = 0; tap < 64; tap += 1) expect(stage.engine.tap(1)).toBe(tap);
  expect(codeOf(() => stage.engine.tap(1))).toBe('TAPS_FULL');
  stage.engine.untap(7);
  expect(codeOf(() => stage.engine.untap(7))).toBe('UNKNOWN_TAP');
  expect(stage.engine.tap(1)).toBe(64 + 7);
  expect(codeOf(() => stage.engine.readTap(7))).toBe('UNKNOWN_TAP');
});

test('methods torn from their engine throw', () => {
  const { stats } = loose(stage.engine);
  expect(() => stats?.call({})).toThrow(TypeError);
});

/** The same, but closes the engine when `field` is read. */
function closing<T extends object>(engine: NativeEngine, field: keyof T, right: T): T {
  return Object.defineProperty({ ...right }, field, {
    get: () => {
      void engine.close({ fadeMs: 0 });
      return right[field];
    },
  });
}

test('an argument that closes the engine while it is read is an argument of a closed engine', async () => {
  const { engine } = stage;
  const mixTarget = { mix: 1, active: true, gains: gains() };
  expect(codeOf(() => engine.setMixes([closing(engine, 'mix', mixTarget)]))).toBe('CLOSED');
  const recorder = (await openManual(2, 4)).engine;
  const request = closing(recorder, 'folder', { folder: '/dev/null/nowhere', files: ['1.wav', '2.wav'] });
  await expect(recorder.startRecording(request)).rejects.toMatchObject({ code: 'CLOSED' });
});

test('an engine that is opened while its arguments are read opens once, and does not close before', async () => {
  const request = { device: { kind: 'manual', inputs: 1, outputs: 2 } } as const;
  const openings = new Map<NativeEngine, Promise<unknown>>();
  const andOpens = (engine: NativeEngine, field: string): Record<string, unknown> =>
    Object.defineProperty({ ...request }, field, {
      get: () => void openings.set(engine, openings.get(engine) ?? engine.open(request)),
    });
  const twice = new NativeEngine();
  await expect(loose(twice)['open']?.(andOpens(twice, 'lanes'))).rejects.toMatchObject({ code: 'OPENING' });
  const closed = new NativeEngine();
  await loose(closed)['close']?.(andOpens(closed, 'fadeMs'));
  await Promise.all(openings.values());
  expect(twice.stats().active).toBe(true);
  expect(codeOf(() => closed.stats())).toBe('CLOSED');
  await twice.close();
});
