/**
 * Binary meter frames, little-endian: encode and decode side by side.
 *
 * Input frame (kind 1), one for all watchers:
 *   u8 kind = 1 · u8 version = 1 · u16 N · u32 sequence · N × (u8 peak, u8 rms)
 * Mix frame (kind 2), one for each mix:
 *   u8 kind = 2 · u8 version = 1 · u16 0 · u32 sequence · u32 mix number · u8 peak L, peak R, rms L, rms R · u8 reduction
 *
 * A level byte is a half-dB step: 0 = below -119.5 dBFS, 240 = 0 dBFS, 255 = +7.5 dBFS or more.
 * A reduction byte is limiter gain reduction in half-dB steps, 0 = none, 255 = 127.5 dB or more.
 */
import { gainToDb } from './units.ts';

export const METER_RATE_HZ = 25;
export const METER_VERSION = 1;
const KIND_INPUTS = 1;
const KIND_MIX = 2;
const HEADER_BYTES = 8;
const MIX_FRAME_BYTES = HEADER_BYTES + 9;
/** peakL, peakR, rmsL, rmsR, the limiter's gain. */
const VALUES_PER_MIX = 5;
const ZERO_DBFS = 240;

export interface InputMeterFrame {
  readonly kind: 'inputs';
  readonly sequence: number;
  /** dBFS by channel; -Infinity below the scale. */
  readonly peaksDb: readonly number[];
  readonly rmsDb: readonly number[];
}

export interface MixMeterFrame {
  readonly kind: 'mix';
  readonly sequence: number;
  readonly mixNumber: number;
  /** dBFS, left and right; -Infinity below the scale. */
  readonly peaksDb: readonly [number, number];
  readonly rmsDb: readonly [number, number];
  /** Limiter gain reduction, dB, 0 or more. */
  readonly reductionDb: number;
}

/** Linear amplitude to a level byte. NaN cannot come from the engine and would show as silence. */
export function levelByte(amplitude: number): number {
  if (!(amplitude > 0)) return 0;
  return Math.max(0, Math.min(255, Math.round(gainToDb(amplitude) * 2) + ZERO_DBFS));
}

/** A level byte in dBFS. */
export const levelFromByte = (byte: number): number => (byte === 0 ? -Infinity : (byte - ZERO_DBFS) / 2);

/** @param readings peak, rms by channel: length 2N, linear */
export function encodeInputMeters(sequence: number, readings: Float32Array): ArrayBuffer {
  const count = readings.length / 2;
  const buffer = new ArrayBuffer(HEADER_BYTES + readings.length);
  const view = new DataView(buffer);
  view.setUint8(0, KIND_INPUTS);
  view.setUint8(1, METER_VERSION);
  view.setUint16(2, count, true);
  view.setUint32(4, sequence, true);
  const levels = new Uint8Array(buffer, HEADER_BYTES);
  for (let i = 0; i < readings.length; i++) levels[i] = levelByte(readings[i] ?? 0);
  return buffer;
}

/**
 * A frame for each mix, all in one piece of memory: a thousand of them are made 25 times a second.
 *
 * @param mixNumbers one for each mix
 * @param readings for each mix peakL, peakR, rmsL, rmsR (linear) and the limiter's gain (1 = no reduction)
 */
export function encodeMixMeters(
  sequence: number,
  mixNumbers: Uint32Array,
  readings: Float32Array,
): Uint8Array<ArrayBuffer>[] {
  const buffer = new ArrayBuffer(MIX_FRAME_BYTES * mixNumbers.length);
  const view = new DataView(buffer);
  return Array.from(mixNumbers, (mixNumber, mix) => {
    const at = mix * MIX_FRAME_BYTES;
    const first = mix * VALUES_PER_MIX;
    view.setUint8(at, KIND_MIX);
    view.setUint8(at + 1, METER_VERSION);
    view.setUint32(at + 4, sequence, true);
    view.setUint32(at + 8, mixNumber, true);
    for (let i = 0; i < 4; i++) view.setUint8(at + 12 + i, levelByte(readings[first + i] ?? 0));
    const reduction = Math.round(-2 * gainToDb(readings[first + 4] ?? 1));
    view.setUint8(at + 16, Math.max(0, Math.min(255, reduction)));
    return new Uint8Array(buffer, at, MIX_FRAME_BYTES);
  });
}

/** The frame in a binary message, or undefined when it is of another kind or version. */
export function decodeMeters(buffer: ArrayBuffer): InputMeterFrame | MixMeterFrame | undefined {
  if (buffer.byteLength < HEADER_BYTES) return undefined;
  const view = new DataView(buffer);
  if (view.getUint8(1) !== METER_VERSION) return undefined;
  const kind = view.getUint8(0);
  const sequence = view.getUint32(4, true);
  if (kind === KIND_INPUTS) {
    const count = view.getUint16(2, true);
    if (buffer.byteLength !== HEADER_BYTES + 2 * count) return undefined;
    const peaksDb: number[] = [];
    const rmsDb: number[] = [];
    for (let i = 0; i < count; i++) {
      peaksDb.push(levelFromByte(view.getUint8(HEADER_BYTES + 2 * i)));
      rmsDb.push(levelFromByte(view.getUint8(HEADER_BYTES + 2 * i + 1)));
    }
    return { kind: 'inputs', sequence, peaksDb, rmsDb };
  }
  if (kind === KIND_MIX && buffer.byteLength === MIX_FRAME_BYTES) {
    const level = (i: number) => levelFromByte(view.getUint8(12 + i));
    return {
      kind: 'mix',
      sequence,
      mixNumber: view.getUint32(8, true),
      peaksDb: [level(0), level(1)],
      rmsDb: [level(2), level(3)],
      reductionDb: view.getUint8(16) / 2,
    };
  }
  return undefined;
}
