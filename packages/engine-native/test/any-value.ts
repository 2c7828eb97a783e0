/** What random calls hand over: right values, and any others that somebody could think of. */
import { pick, type Draw } from './draw.ts';

export const INPUTS = 2;
export const OUTPUTS = 4;

const NO_DEVICES = ['no such device', 9999, -1, 0.5, null, {}] as const;

/** What a getter of ours throws; whoever reads it passes it on. */
export const OWN_ERROR = 'a getter of ours';

/** Begins every text: where a text is taken for a path, nothing can be made there. */
const NOWHERE = '/dev/null/';

export interface Hand {
  readonly draw: Draw;
  /** Something else that happens while the addon reads a value: a call out of a getter. */
  readonly meanwhile: () => void;
}

/** The memory goes at once, so that a sanitizer sees who still reads it. */
export function detach<T extends ArrayBufferView<ArrayBuffer>>(array: T): T {
  array.buffer.transfer(0);
  return array;
}

/** Any value somebody could hand over; some are right, so that calls also succeed. */
export function anyValue(hand: Hand, depth = 0): unknown {
  const { draw } = hand;
  const any = (): unknown => anyValue(hand, depth + 1);
  const makers: [() => unknown, ...(() => unknown)[]] = [
    () => undefined,
    () => null,
    () => draw(2) === 0,
    () => draw(4),
    () => pick(draw, [-1, 0.5, Number.NaN, Infinity, -0, 2 ** 31, 2 ** 32, 2 ** 53, Number.MAX_VALUE, 1e-40]),
    () => pick(draw, ['', `${NOWHERE}1`, NOWHERE.padEnd(draw(100_000), 'x')]),
    () => 10n ** 30n,
    () => Symbol('mix'),
    () => () => any(),
    () => new Float32Array(draw(10)).fill(pick(draw, [0, 0.5, 50, Number.NaN, Infinity, 1e-40])),
    () => new Float32Array(2 * INPUTS).fill(draw(5) / 4),
    () => new Int32Array(OUTPUTS / 2).map(() => draw(4) - 1),
    () => new Uint32Array(draw(4)).map(() => draw(4)),
    () => new Float32Array(1 << 16),
    () => detach(new Float32Array(2 * INPUTS)),
    () => detach(new Int32Array(OUTPUTS / 2)),
    () => new Float32Array(new SharedArrayBuffer(16)),
    () => new Float32Array(new ArrayBuffer(16, { maxByteLength: 64 })),
    () => shrunk(draw(2) === 0),
    () => new Float64Array(4),
    () => new DataView(new ArrayBuffer(16)),
    () => new ArrayBuffer(16),
    () => new Array(2 ** 32 - 1),
    () => new Proxy([], {}),
    () => Object.create(null) as unknown,
    () => new Date(),
    () => (depth > 2 ? [] : Array.from({ length: draw(4) }, any)),
    () => (depth > 2 ? {} : { mix: any(), active: any(), gains: any(), rampMs: any() }),
    () => targets(hand),
  ];
  return pick(draw, makers)();
}

/** On a buffer that was larger when the array was made. */
function shrunk(toNothing: boolean): Float32Array {
  const buffer = new ArrayBuffer(16, { maxByteLength: 64 });
  const array = new Float32Array(buffer, 8, 2);
  buffer.resize(toNothing ? 0 : 8);
  return array;
}

/** The same; or with one field that is missing, that is something else, or that does something when it is read. */
function orSpoilt(hand: Hand, right: Record<string, unknown>): Record<string, unknown> {
  const { draw, meanwhile } = hand;
  const [field, ...others] = Object.keys(right);
  if (field === undefined || draw(6) !== 1) return right;
  const spoilt = pick(draw, [field, ...others]);
  const { [spoilt]: value, ...rest } = right;
  const arrays = Object.values(right).filter((each) => each instanceof Float32Array);
  const traps: [() => void, ...(() => void)[]] = [
    meanwhile,
    meanwhile,
    () => {
      throw new Error(OWN_ERROR);
    },
    () => arrays.forEach((array) => detach(array as Float32Array<ArrayBuffer>)), // maybe after the addon has looked at them
  ];
  const get = (): unknown => {
    pick(draw, traps)();
    return value;
  };
  const trapped = (): Record<string, unknown> => Object.defineProperty({ ...right }, spoilt, { get });
  return pick(draw, [trapped, trapped, () => rest, () => ({ ...rest, [spoilt]: anyValue(hand) })])();
}

export function targets(hand: Hand): unknown[] {
  const { draw } = hand;
  const level = (): number => pick(draw, [0, 0.25, 1, 50, -3e38, 3e38]);
  return Array.from({ length: draw(4) }, () =>
    orSpoilt(hand, {
      mix: mix(draw),
      active: draw(2) === 0,
      gains: new Float32Array(2 * INPUTS).fill(level()),
      rampMs: pick<unknown>(draw, [undefined, 0, 10, 1e30, new Float32Array(INPUTS).fill(draw(100))]),
    }),
  );
}

export const mix = (draw: Draw): number => pick(draw, [1, 2, 3, 4, 5, 6, 7, 2 ** 32 - 1]);

export function closeOptions(hand: Hand): unknown {
  const { draw } = hand;
  return orSpoilt(hand, {
    fadeMs: pick(draw, [0, 1, undefined]),
    deadlineMs: pick(draw, [undefined, 1, 1000]),
  });
}

/** Never a device that is there: only our own kinds, and names that nothing has. */
export function openRequest(hand: Hand, folder: string): unknown {
  const { draw } = hand;
  const manual = { kind: 'manual', inputs: INPUTS, outputs: OUTPUTS };
  if (draw(32) === 1) return { device: { kind: 'portaudio', device: pick<unknown>(draw, NO_DEVICES) } };
  const device = pick<() => unknown>(draw, [
    () => manual,
    () => orSpoilt(hand, manual),
    () => ({ kind: 'virtual', outputs: anyValue(hand), silentInputs: draw(4) }),
    () => anyValue(hand),
  ])();
  return orSpoilt(hand, {
    device,
    sampleRateHz: pick(draw, [undefined, 48_000, 8000, 1000, 44_100.5, 1e6]),
    blockFrames: pick(draw, [undefined, 1, 64, 65_536]),
    lanes: pick(draw, [6, undefined, 1, 2]),
    deadlineMs: pick(draw, [undefined, undefined, undefined, 1]),
    tracks: draw(4) > 0 ? undefined : tracks(hand, folder),
  });
}

function tracks(hand: Hand, folder: string): unknown {
  const { draw } = hand;
  const path = (): string => `${folder}/${pick(draw, ['0', '1', '2'])}/${pick(draw, ['0.wav', '1.wav', ''])}`;
  const files = Array.from({ length: draw(3) }, () => orSpoilt(hand, { path: path(), name: 'Kick' }));
  return orSpoilt(hand, { files, loop: draw(2) === 0 });
}

export function recordingRequest(hand: Hand, folder: string): unknown {
  const { draw } = hand;
  const files = Array.from({ length: pick(draw, [INPUTS, INPUTS, INPUTS, 0, 1]) }, (_, i) => `${i}.wav`);
  return orSpoilt(hand, { folder: `${folder}/${draw(3)}`, files });
}
