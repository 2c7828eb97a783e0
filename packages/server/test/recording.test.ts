/** Issue 7, "Sources": WAV tracks in the place of the inputs, and all inputs recorded while they play, through every fault. */
import type { CommandAnswer } from '@foldback/protocol';
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describeWhere } from './support/describe-where.ts';
import { NativeClient } from './support/native-client.ts';
import { randomFrom } from './support/random.ts';
import { hostsOf, ServerProcess, temporaryFolder } from './support/server-process.ts';
import { eventually } from './support/wait.ts';
import { readWav, writeWav } from './support/wav-files.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const run = promisify(execFile);
const canMount = process.platform === 'linux' && process.getuid?.() === 0;
const describeWhereAble = describeWhere(canMount, 'root');

/** A turn of the loop: long enough that no part of it is like another. */
const TURN = 30_000;
const NAMES = ['Kick', 'Snare', 'Vox Ana'];

const folder = temporaryFolder();
const tracks = join(folder.path, 'tracks');
const config = join(folder.path, 'config');
const recordings = join(config, 'recordings');
const signals = NAMES.map((_name, channel) => {
  const random = randomFrom(channel + 1);
  return Float32Array.from({ length: TURN }, () => random() - 0.5);
});

let server: ServerProcess;
let ana: NativeClient;

const start = async (...args: string[]) => {
  const all = ['--device', 'virtual', '--multitrack', tracks, '--open', ...args];
  server = await ServerProcess.start({ config, args: all });
  ana = await NativeClient.join(server.port, 'ana', 'Ana');
};

beforeAll(async () => {
  mkdirSync(tracks);
  mkdirSync(config);
  signals.forEach((samples, channel) =>
    writeWav(join(tracks, `${channel + 1} ${NAMES[channel]}.wav`), samples),
  );
  writeFileSync(join(tracks, '4 Broken.wav'), 'RIFF and nothing that follows');
  writeFileSync(join(tracks, 'Bonus.flac'), 'fLaC');
  await start();
}, 60_000);

afterAll(async () => {
  await server?.end();
  folder.remove();
});

const state = () => ana.ask('get_recording', {});
const record = (on: boolean) => ana.ask('set_recording', { on });
const hasRecorded = (seconds: number) =>
  eventually(`${seconds} s are recorded`, async () => (await state()).seconds >= seconds);

const filesOf = (directory: string | null): string[] =>
  readdirSync(directory ?? '')
    .toSorted()
    .map((name) => join(directory ?? '', name));

/** Every channel is what was played, in step with the others and without a gap. @returns how many frames */
function expectPlayed(directory: string | null): number {
  const files = filesOf(directory);
  expect(files.map((file) => file.replace(`${directory}/`, ''))).toEqual(
    NAMES.map((name, channel) => `0${channel + 1} ${name}.wav`),
  );
  const recorded = files.map(readWav);
  const frames = Math.min(...recorded.map(({ length }) => length));
  const first = signals[0]?.indexOf(recorded[0]?.[0] ?? 0) ?? -1;
  const wrong = recorded.map((samples, channel) =>
    samples
      .subarray(0, frames)
      .findIndex((sample, frame) => sample !== signals[channel]?.[(first + frame) % TURN]),
  );
  expect(wrong).toEqual(NAMES.map(() => -1));
  return frames;
}

test('the tracks are the channels, and what cannot be played is named to everybody', async () => {
  const late = await NativeClient.connect(server.port);
  const { interface: device, notices } = await late.ask('hello', { client_id: 'late' });
  expect(device.inputs.map(({ name }) => name)).toEqual(NAMES);
  expect(notices).toMatchObject([{ code: 'tracks_skipped', message: expect.stringMatching(/^Broken: /) }]);
  expect(server.output).toContain('Not played: Broken: ');
  expect(server.output).toContain('Not played: Bonus.flac: only WAV, RF64/BW64 and W64 files are read');
  late.close();
});

test('a recording is what plays, to the bit, and saying the same twice changes nothing', async () => {
  const told = ana.nextEvent('notice', ({ code }) => code === 'recording');
  const begun = await record(true);
  expect(begun).toMatchObject({ on: true, missing_seconds: 0, trouble: null });
  expect((await told).message).toBe(begun.folder);
  expect((await record(true)).folder).toBe(begun.folder);
  await hasRecorded(2);
  const ended = await record(false);
  expect(ended).toMatchObject({ on: false, folder: begun.folder, missing_seconds: 0, trouble: null });
  expect(await record(false)).toEqual(ended);
  expect(await state()).toEqual(ended);
  expect(expectPlayed(ended.folder)).toBe(Math.round(ended.seconds * 48_000));
}, 30_000);

test('`foldback record` does the same from the computer itself', async () => {
  const cli = async (...args: string[]): Promise<string> => {
    const flags = ['--disable-warning=ExperimentalWarning', MAIN, 'record', ...args, '--config', config];
    const { stdout } = await run(process.execPath, flags, { env: { ...process.env, NODE_OPTIONS: '' } });
    return stdout;
  };
  expect(await cli('start')).toMatch(/^recording 0\.0 s to .*recordings/);
  const during = JSON.parse(await cli('status', '--json')) as CommandAnswer<'get_recording'>;
  expect(during.on).toBe(true);
  await hasRecorded(0.2);
  expect(await cli('stop')).toMatch(/^recorded \d+\.\d s to /);
  expect(expectPlayed(during.folder)).toBeGreaterThan(0);
  await expect(cli('rewind')).rejects.toMatchObject({ code: 2 });
  await expect(run(process.execPath, [MAIN, 'record', 'start', '--config', tracks])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no server runs'),
  });
}, 30_000);

test('a server that is killed loses nothing of the recording: the next one takes it up', async () => {
  const { folder: directory } = await record(true);
  await hasRecorded(0.5);
  await server.end('SIGKILL');
  await start();
  expect(await state()).toMatchObject({ on: true, folder: directory });
  await hasRecorded((await state()).seconds + 0.5);
  const { seconds } = await record(false);
  expect(expectPlayed(directory)).toBe(Math.round(seconds * 48_000));
}, 30_000);

test('an engine host that is killed leaves files that can be read, and everybody is told', async () => {
  const { folder: directory } = await record(true);
  await hasRecorded(1.5);
  const told = ana.nextEvent('notice', ({ code }) => code === 'recording_stopped');
  for (const pid of hostsOf(config)) process.kill(pid, 'SIGKILL');
  await told;
  expect(expectPlayed(directory)).toBeGreaterThan(0);
  expect((await state()).on).toBe(false);
  const again = await record(true);
  expect(again.folder).not.toBe(directory);
  await hasRecorded(0.2);
  await record(false);
  expectPlayed(again.folder);
}, 30_000);

test('a folder that is taken away ends the recording, and the sound goes on', async () => {
  const { folder: directory } = await record(true);
  const told = ana.nextEvent('notice', ({ code }) => code === 'recording_stopped');
  rmSync(directory ?? '', { recursive: true });
  expect((await told).message).toBe('the folder is gone');
  expect(await state()).toMatchObject({ on: false, trouble: 'the folder is gone' });
}, 30_000);

test('where no file can be made the answer says so, and nothing else happens', async () => {
  rmSync(recordings, { recursive: true });
  writeFileSync(recordings, 'in the way');
  await expect(record(true)).rejects.toMatchObject({ body: { code: 'not_recorded', field: 'on' } });
  rmSync(recordings);
  expect((await record(true)).on).toBe(true);
  await record(false);
});

describeWhereAble('a disk of its own', () => {
  test('a full disk ends the recording with a clear word to everybody, and nothing else', async () => {
    mkdirSync(recordings, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', recordings]);
    try {
      const leo = await NativeClient.join(server.port, 'leo', 'Leo');
      const xruns = async () => {
        const { engine } = await ana.ask('get_server_stats', {});
        return engine as { readonly xruns: number; readonly callbacks: number };
      };
      const { folder: directory } = await record(true);
      await hasRecorded(0.5);
      const before = await xruns();
      const { bavail, bsize } = statfsSync(recordings);
      writeFileSync(join(recordings, 'filler'), Buffer.alloc(Math.max(0, bavail * bsize - 300_000)));
      const told = await Promise.all(
        [ana, leo].map((phone) => phone.nextEvent('notice', ({ code }) => code === 'recording_stopped')),
      );
      for (const { message } of told) expect(message).toContain('No space left on device');
      expect(expectPlayed(directory)).toBeGreaterThan(24_000);
      expect(new Set(filesOf(directory).map((file) => readWav(file).length)).size).toBe(1);

      await ana.ask('update_gain', { channel: 0, gain: 0.5 });
      const after = await eventually('the band plays on', async () => {
        const stats = await xruns();
        return stats.callbacks > before.callbacks + 500 && stats;
      });
      expect(after.xruns).toBe(before.xruns);
      const late = await NativeClient.connect(server.port);
      const standing = async () => (await late.ask('hello', {})).notices.map(({ code }) => code);
      expect(await standing()).toContain('recording_stopped');

      rmSync(join(recordings, 'filler'));
      const begun = ana.nextEvent('notice', ({ code }) => code === 'recording');
      expect((await record(true)).on).toBe(true);
      await begun;
      await record(false);
      leo.close();
      late.close();
    } finally {
      await record(false);
      execFileSync('umount', [recordings]);
    }
  }, 60_000);
});

test('without a folder of tracks the demo band plays, and everybody is told', async () => {
  await server.end();
  rmSync(tracks, { recursive: true });
  await start();
  const late = await NativeClient.connect(server.port);
  const { interface: device, notices } = await late.ask('hello', {});
  expect(device.inputs.length).toBeGreaterThanOrEqual(8);
  expect(notices).toMatchObject([{ code: 'tracks_skipped', message: expect.stringContaining(tracks) }]);
  late.close();
}, 30_000);
