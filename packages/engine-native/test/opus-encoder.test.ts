import { OpusEncoder } from '../lib/index.ts';

const RATE_HZ = 48_000;
const silence = (ms: number): Float32Array => new Float32Array((2 * RATE_HZ * ms) / 1000);

test.each([2.5, 5, 10, 20, 40, 60])('%s ms of sound make a packet', (ms) => {
  const packet = new OpusEncoder(RATE_HZ, 96_000).encode(silence(ms));
  expect(packet.length).toBeGreaterThan(0);
});

test('packets are the caller’s own', () => {
  const encoder = new OpusEncoder(RATE_HZ, 96_000);
  const first = encoder.encode(silence(10).map((_, i) => Math.sin(i / 20)));
  const before = first.slice();
  encoder.encode(silence(10));
  expect(first).toEqual(before);
});

test.each([
  [44_100, 96_000, 'sampleRateHz'],
  [48_000.5, 96_000, 'sampleRateHz'],
  [RATE_HZ, 5_999, 'bitsPerSecond'],
  [RATE_HZ, Number.NaN, 'bitsPerSecond'],
])('%s Hz at %s bits are refused', (rateHz, bits, field) => {
  expect(() => new OpusEncoder(rateHz, bits)).toThrow(RangeError);
  expect(() => new OpusEncoder(rateHz, bits)).toThrow(field);
});

test('a length Opus does not know is refused, and the stream goes on', () => {
  const encoder = new OpusEncoder(RATE_HZ, 96_000);
  expect(() => encoder.encode(silence(7))).toThrow(RangeError);
  expect(() => encoder.encode(new Float32Array(961))).toThrow('961 samples');
  expect(() => encoder.encode([0, 0] as unknown as Float32Array)).toThrow(TypeError);
  expect(encoder.encode(silence(10)).length).toBeGreaterThan(0);
});
