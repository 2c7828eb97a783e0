import { EngineError } from '@foldback/engine-native/engine-error';
import type { Notice } from '@foldback/protocol';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import type { RecordingReading, RecordingRequest } from './engine/engine.ts';
import { recordActWith, recordingNames, Recordings } from './recordings.ts';
import { ManualClock } from './store/manual-clock.ts';
import { TemporaryDirectory } from './store/store-stage.ts';

const NONE: RecordingReading = {
  running: false,
  folder: '',
  frames: 0,
  droppedFrames: 0,
  trouble: '',
  ended: true,
};
const STREAM = { inputs: 2, inputNames: ['Kick', 'Snare'], sampleRateHz: 48_000 };
const LOOK_MS = 500;

/** An engine that records as it is told, and what everybody hears of it. */
function stage(folder: string, begun: RecordingReading = NONE) {
  const clock = new ManualClock(new Date(2026, 6, 31, 20, 15, 9).getTime());
  const told: Pick<Notice, 'code' | 'message'>[] = [];
  const asked: RecordingRequest[] = [];
  const engine = {
    reading: begun,
    failure: undefined as Error | undefined,
    stops: 0,
    async startRecording(request: RecordingRequest) {
      asked.push(request);
      if (engine.failure) throw engine.failure;
      if (existsSync(request.folder)) throw new EngineError('FOLDER_EXISTS', 'taken');
      return (engine.reading = { ...NONE, running: true, folder: request.folder, ended: false });
    },
    async stopRecording() {
      engine.stops++;
      return (engine.reading = { ...engine.reading, running: false, ended: true });
    },
    async recording() {
      if (engine.failure) throw engine.failure;
      return engine.reading;
    },
  };
  const recordings = new Recordings({
    engine,
    stream: () => STREAM,
    folder,
    log: pino({ level: 'silent' }),
    tell: (notice) => told.push(notice),
    clock,
  });
  /** Until the next look is over. */
  const look = async () => {
    clock.pass(LOOK_MS);
    await new Promise(setImmediate);
  };
  return { recordings, engine, told, asked, look };
}

let folder: TemporaryDirectory;
beforeEach(() => {
  folder = new TemporaryDirectory();
});
afterEach(() => folder.remove());

test('a recording has a folder named by the time, and everybody hears where it is', async () => {
  const { recordings, asked, told } = stage(folder.path);
  const where = join(folder.path, '2026-07-31 20-15-09');
  expect(await recordings.set(true)).toMatchObject({ on: true, folder: where });
  expect(asked).toEqual([{ folder: where, files: ['01 Kick.wav', '02 Snare.wav'] }]);
  expect(told).toEqual([{ code: 'recording', message: where }]);
});

test('two who begin at once begin one recording', async () => {
  const { recordings, asked } = stage(folder.path);
  const [first, second] = await Promise.all([recordings.set(true), recordings.set(true)]);
  expect(first).toEqual(second);
  expect(asked).toHaveLength(1);
});

test('a folder that is there already is left alone', async () => {
  const { recordings } = stage(folder.path);
  const where = join(folder.path, '2026-07-31 20-15-09');
  mkdirSync(where);
  mkdirSync(`${where} (2)`);
  expect(await recordings.set(true)).toMatchObject({ folder: `${where} (3)` });
});

test('one that stops by itself is told with its reason, once, and let go', async () => {
  const { recordings, engine, told, look } = stage(folder.path);
  await recordings.set(true);
  await look();
  expect(told).toHaveLength(1);
  engine.reading = { ...engine.reading, running: false, trouble: 'the disk is full' };
  await look();
  await look();
  expect(told.slice(1)).toEqual([{ code: 'recording_stopped', message: 'the disk is full' }]);
  expect(engine.stops).toBe(1);
  expect(await recordings.state()).toMatchObject({ on: false, trouble: 'the disk is full' });
});

test('one whose engine host is gone is told when the next one plays', async () => {
  const { recordings, engine, told, look } = stage(folder.path);
  await recordings.set(true);
  engine.failure = new EngineError('HOST_LOST', 'the engine host has gone');
  await look();
  expect(told).toHaveLength(1);
  await expect(recordings.state()).rejects.toMatchObject({ code: 'not_recorded' });
  engine.failure = undefined;
  engine.reading = NONE;
  await look();
  expect(told.at(-1)).toEqual({ code: 'recording_stopped', message: 'the engine was started anew' });
});

test('gaps are told once, and counted in seconds', async () => {
  const { recordings, engine, told, look } = stage(folder.path);
  const { folder: where } = await recordings.set(true);
  for (const droppedFrames of [0, 4800, 9600]) {
    engine.reading = { ...engine.reading, frames: 96_000, droppedFrames };
    await look();
  }
  expect(told.slice(1)).toEqual([{ code: 'recording_gaps', message: where }]);
  expect(await recordings.set(false)).toMatchObject({ on: false, seconds: 2, missing_seconds: 0.2 });
});

test('what is ended by hand is no news', async () => {
  const { recordings, told, look } = stage(folder.path);
  await recordings.set(true);
  await recordings.set(false);
  await look();
  expect(told.map(({ code }) => code)).toEqual(['recording']);
});

test('a server that comes back watches what has gone on', async () => {
  const { recordings, engine, told, look } = stage(folder.path, {
    ...NONE,
    running: true,
    folder: '/song',
    ended: false,
  });
  await recordings.resume();
  engine.reading = { ...engine.reading, running: false, trouble: 'the disk is full' };
  await look();
  expect(told).toEqual([{ code: 'recording_stopped', message: 'the disk is full' }]);
});

test('one that stopped while no server was there is told by the first that comes back, and by no other', async () => {
  const stopped = { ...NONE, folder: '/song', trouble: 'the disk is full', ended: false };
  const first = stage(folder.path, stopped);
  await first.recordings.resume();
  await first.look();
  expect(first.told).toEqual([{ code: 'recording_stopped', message: 'the disk is full' }]);
  const second = stage(folder.path, first.engine.reading);
  await second.recordings.resume();
  await second.look();
  expect(second.told).toEqual([]);
  expect(await second.recordings.state()).toMatchObject({ on: false, trouble: 'the disk is full' });
});

test('a host that dies while the server starts keeps no server from starting', async () => {
  const { recordings, engine, told, look } = stage(folder.path);
  engine.failure = new EngineError('HOST_LOST', 'the engine host has gone');
  await recordings.resume();
  await look();
  expect(told).toEqual([]);
});

test('one that a hanging disk did not let end is watched on', async () => {
  const { recordings, engine, told, look } = stage(folder.path);
  await recordings.set(true);
  engine.stopRecording = () => Promise.reject(new EngineError('DEVICE_TIMEOUT', 'no answer'));
  await expect(recordings.set(false)).rejects.toMatchObject({ code: 'not_recorded' });
  engine.reading = { ...engine.reading, running: false, trouble: 'the disk is full' };
  await look();
  expect(told.at(-1)).toEqual({ code: 'recording_stopped', message: 'the disk is full' });
});

test('a look at one that has ended leaves alone the one that begins', async () => {
  const { recordings, engine, look } = stage(folder.path);
  await recordings.set(true);
  engine.reading = { ...engine.reading, running: false, trouble: 'the disk is full' };
  const begins = Promise.withResolvers<void>();
  engine.startRecording = async () => {
    await begins.promise;
    return (engine.reading = { ...NONE, running: true, folder: '/song', ended: false });
  };
  const began = recordings.set(true);
  await look();
  begins.resolve();
  await began;
  await look();
  expect(engine.stops).toBe(0);
});

test.each([
  ['refuses', new EngineError('RECORDING_FAILED', '/song: Permission denied'), '/song: Permission denied'],
  ['hangs', new EngineError('DEVICE_TIMEOUT', 'the disk does not answer'), 'the disk does not answer'],
])('that a disk %s is told to whoever asked, and to nobody else', async (_how, failure, why) => {
  const { recordings, engine, told } = stage(folder.path);
  engine.startRecording = () => Promise.reject(failure);
  await expect(recordings.set(true)).rejects.toMatchObject({
    code: 'not_recorded',
    field: 'on',
    message: `nothing is recorded: ${why}`,
  });
  expect(told).toEqual([]);
});

test('what `foldback record` may not ask for is refused, and the recording goes on', async () => {
  const { recordings, engine } = stage(folder.path);
  const act = recordActWith(recordings);
  expect(await act('start')).toMatchObject({ on: true });
  for (const wish of ['rewind', undefined, null, { on: true }]) {
    await expect(act(wish as never)).rejects.toThrow('record: expected start, stop or status, got');
  }
  expect(engine.stops).toBe(0);
  expect(await act('status')).toMatchObject({ on: true });
  expect(await act('stop')).toMatchObject({ on: false });
});

test.each([
  ['A/B: "Di" <x>?', '01 A_B_ _Di_ _x__.wav'],
  ['\u0007Bell', '01 _Bell.wav'],
  ['  ', '01.wav'],
  ['x'.repeat(300), `01 ${'x'.repeat(80)}.wav`],
  ['Ñandú 🎷', '01 Ñandú 🎷.wav'],
])('the channel %j is the file %j', (name, file) => {
  expect(recordingNames({ inputs: 1, inputNames: [name] })).toEqual([file]);
});

test('files of a hundred channels are in order by their names', () => {
  const names = recordingNames({ inputs: 100, inputNames: [] });
  expect(names.toSorted()).toEqual(names);
});
