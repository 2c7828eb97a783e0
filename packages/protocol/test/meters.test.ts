import { decodeMeters, encodeInputMeters, encodeMixMeters, levelByte, levelFromByte } from '../src/index.ts';

test('input meters come back in dBFS, rounded to half a dB', () => {
  const frame = decodeMeters(encodeInputMeters(7, Float32Array.of(1, 0.5, 0, 0, 0.001, 2)));
  expect(frame).toEqual({
    kind: 'inputs',
    sequence: 7,
    peaksDb: [0, -Infinity, -60],
    rmsDb: [-6, -Infinity, 6],
  });
});

test('mix meters come back with their mix and the gain reduction', () => {
  const readings = Float32Array.of(0.8912509, 0.25, 0.1, 0.01, 0.5, 1, 1, 0.5, 0.5, 1);
  const frames = encodeMixMeters(0xffffffff, Uint32Array.of(300, 7), readings);
  expect(frames.map((bytes) => decodeMeters(bytes.slice().buffer))).toEqual([
    {
      kind: 'mix',
      sequence: 0xffffffff,
      mixNumber: 300,
      peaksDb: [-1, -12],
      rmsDb: [-20, -40],
      reductionDb: 6,
    },
    { kind: 'mix', sequence: 0xffffffff, mixNumber: 7, peaksDb: [0, 0], rmsDb: [-6, -6], reductionDb: 0 },
  ]);
});

test('the first bytes of a frame are these', () => {
  expect([...new Uint8Array(encodeInputMeters(258, Float32Array.of(1, 0)))]).toEqual([
    1, 1, 1, 0, 2, 1, 0, 0, 240, 0,
  ]);
});

test('levels beyond the scale stop at its ends', () => {
  expect(levelByte(1e9)).toBe(255);
  expect(levelByte(1e-9)).toBe(0);
  expect(levelByte(Number.NaN)).toBe(0);
  expect(levelFromByte(255)).toBe(7.5);
});

test.each([
  ['empty', new ArrayBuffer(0)],
  ['cut short', encodeInputMeters(1, Float32Array.of(1, 1)).slice(0, 9)],
  ['of another version', Uint8Array.of(1, 9, 0, 0, 0, 0, 0, 0).buffer],
  ['of another kind', Uint8Array.of(77, 1, 0, 0, 0, 0, 0, 0).buffer],
])('a frame that is %s is no frame', (_why, buffer) => {
  expect(decodeMeters(buffer)).toBeUndefined();
});
