/** Tracks and recordings through the addon. The C++ tests look at every sample. */
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NativeEngine } from '../lib/index.ts';

let folder: string;
let engine: NativeEngine;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'foldback-recording-'));
  engine = new NativeEngine();
});
afterEach(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

const BLOCK = 480;
const render = (inputs: number, level: number) =>
  engine.render(new Float32Array(inputs * BLOCK).fill(level), BLOCK);

test('what a manual device is given is what its recording holds, and that plays again as tracks', async () => {
  await engine.open({ device: { kind: 'manual', inputs: 2, outputs: 2 } });
  expect(engine.recording()).toEqual({
    running: false,
    folder: '',
    frames: 0,
    droppedFrames: 0,
    trouble: '',
    ended: true,
  });
  const where = join(folder, 'a', 'ñ 1');
  const request = { folder: where, files: ['1.wav', '2.wav'] };
  const begun = await engine.startRecording(request);
  expect(begun).toMatchObject({ running: true, folder: where, ended: false });
  await expect(engine.startRecording(request)).rejects.toMatchObject({
    code: 'ALREADY_RECORDING',
  });
  for (let block = 0; block < 100; block++) render(2, 0.25);
  expect(await engine.stopRecording()).toMatchObject({
    running: false,
    frames: 100 * BLOCK,
    droppedFrames: 0,
    ended: true,
  });
  expect(readdirSync(where)).toEqual(['1.wav', '2.wav']);
  expect(readFileSync(join(where, '2.wav')).readFloatLE(4000)).toBe(0.25);

  await engine.close();
  engine = new NativeEngine();
  writeFileSync(join(folder, 'none.wav'), 'none');
  const stream = await engine.open({
    device: { kind: 'manual', inputs: 0, outputs: 2 },
    tracks: {
      files: [
        { path: join(folder, 'none.wav'), name: 'None' },
        { path: join(where, '1.wav'), name: 'Kick' },
      ],
      loop: true,
    },
  });
  expect(stream).toMatchObject({
    inputs: 1,
    inputNames: ['Kick'],
    skippedTracks: [expect.stringMatching(/^None: /)],
  });
  engine.setMixes([{ mix: 1, active: true, gains: Float32Array.of(1, 0.5), rampMs: 0 }]);
  engine.setRoutes(Int32Array.of(1));
  let output = new Float32Array();
  for (let block = 0; block < 20; block++) output = render(0, 0) as typeof output;
  expect([output[BLOCK - 1], output[2 * BLOCK - 1]]).toEqual([0.25, 0.125]);
});

test('a file whose name is no UTF-8 is found by its bytes, and what was guessed of one is said', async () => {
  const foreign = Buffer.concat([Buffer.from(`${folder}/Caj`), Buffer.from([0xf3]), Buffer.from('n 🎸.wav')]);
  const header = Buffer.alloc(44);
  header.write('RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0', 'latin1');
  header.writeUInt32LE(48_000, 24);
  header.writeUInt32LE(96_000, 28);
  header.writeUInt32LE(0x0010_0002, 32);
  header.write('data', 36); // and no length: nobody finished it
  writeFileSync(foreign, Buffer.concat([header, Buffer.alloc(2000, 1)]));
  const stream = await engine.open({
    device: { kind: 'manual', inputs: 0, outputs: 2 },
    tracks: { files: [{ path: join(folder, 'Caj\udcf3n 🎸.wav'), name: 'Cajón' }], loop: true },
  });
  expect(stream).toMatchObject({
    inputNames: ['Cajón'],
    guessedTracks: [expect.stringMatching(/^Cajón: its header was never finished/)],
  });
});

test('a stream without tracks speaks of none', async () => {
  const stream = await engine.open({ device: { kind: 'manual', inputs: 1, outputs: 2 } });
  expect('skippedTracks' in stream || 'guessedTracks' in stream).toBe(false);
});

test('tracks of which none plays are an error, and the device can be opened without them', async () => {
  const device = { kind: 'manual', inputs: 1, outputs: 2 } as const;
  const files = [{ path: join(folder, 'gone.wav'), name: 'Gone' }];
  await expect(engine.open({ device, tracks: { files, loop: true } })).rejects.toMatchObject({
    code: 'NO_TRACKS',
  });
  await expect(engine.open({ device })).resolves.toMatchObject({ inputs: 1 });
});

test('a folder that cannot be made is an error, and nothing runs', async () => {
  await engine.open({ device: { kind: 'manual', inputs: 1, outputs: 2 } });
  const request = { folder: '/proc/nowhere/1', files: ['1.wav'] };
  await expect(engine.startRecording(request)).rejects.toMatchObject({ code: 'RECORDING_FAILED' });
  expect(engine.recording().running).toBe(false);
});

test.each<[string, unknown]>([
  ['no request', undefined],
  ['no folder', { files: [] }],
  ['a file that is no text', { folder: '/tmp/x', files: [1] }],
  ['files that are no list', { folder: '/tmp/x', files: 'a.wav' }],
])('%s is refused', async (_what, request) => {
  await engine.open({ device: { kind: 'manual', inputs: 1, outputs: 2 } });
  await expect(engine.startRecording(request as never)).rejects.toThrow(TypeError);
});

test('a number of files that is not that of the inputs is named with both', async () => {
  await engine.open({ device: { kind: 'manual', inputs: 2, outputs: 2 } });
  const refused = engine.startRecording({ folder: join(folder, 'x'), files: ['1.wav'] });
  await expect(refused).rejects.toMatchObject({
    name: 'RangeError',
    message: 'files: expected one for each of 2 inputs, got 1',
  });
  expect(readdirSync(folder)).toEqual([]);
});

describe('a disk that does not answer', () => {
  /** Opening it to write waits for somebody who reads. */
  const hangingFile = (): string => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    return '../pipe';
  };
  const wakeUp = (): void =>
    closeSync(openSync(join(folder, 'pipe'), constants.O_RDONLY | constants.O_NONBLOCK));

  test('is told as such', async () => {
    await engine.open({ device: { kind: 'manual', inputs: 1, outputs: 2 } });
    const started = engine.startRecording({ folder: join(folder, '1'), files: [hangingFile()] });
    await expect(started).rejects.toMatchObject({
      code: 'DEVICE_TIMEOUT',
      message: 'the disk does not answer',
    });
    wakeUp();
  }, 10_000);

  test('keeps the engine from closing while it may still begin a recording', async () => {
    await engine.open({ device: { kind: 'manual', inputs: 1, outputs: 2 } });
    const started = engine.startRecording({ folder: join(folder, '1'), files: [hangingFile()] });
    while (!existsSync(join(folder, '1'))) await new Promise(setImmediate);
    await expect(engine.close({ deadlineMs: 200 })).rejects.toMatchObject({ code: 'DEVICE_TIMEOUT' });
    wakeUp();
    await started.catch(() => undefined);
    engine = new NativeEngine();
  });
});

test('closing completes the recording', async () => {
  await engine.open({ device: { kind: 'manual', inputs: 1, outputs: 2 } });
  const where = join(folder, 'closed');
  await engine.startRecording({ folder: where, files: ['1.wav'] });
  render(1, 0.5);
  await engine.close();
  const bytes = readFileSync(join(where, '1.wav'));
  expect(bytes.readUInt32LE(4)).toBe(bytes.length - 8);
  expect(bytes.readFloatLE(bytes.length - 4)).toBe(0.5);
});
