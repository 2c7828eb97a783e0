import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TemporaryDirectory } from '../store/store-stage.ts';
import { soundFilesIn, tracksIn } from './multitrack-folder.ts';

let folder: TemporaryDirectory;
beforeEach(() => {
  folder = new TemporaryDirectory();
});
afterEach(() => folder.remove());

const put = (...names: string[]) => names.forEach((name) => writeFileSync(join(folder.path, name), ''));
const namesIn = async () =>
  (await tracksIn({ folder: folder.path, loop: true }, soundFilesIn)).tracks.files.map(({ name }) => name);

test('tracks come in the order of their names, numbers as numbers, and lose their number', async () => {
  put('10 Keys.BWF', '2-Snare.WAV', '1_Kick.wav', '03. Hat.rf64', 'Vox Ana.w64');
  expect(await namesIn()).toEqual(['Kick', 'Snare', 'Hat', 'Keys', 'Vox Ana']);
});

test('a name that is a number stays', async () => {
  put('1.wav', '12 .wav', '808 Bass.wav');
  expect(await namesIn()).toEqual(['1', '12 ', 'Bass']);
});

test('a name in Latin-1 is read as such, and its path still has its bytes', async () => {
  const name = Buffer.from('02 Canción ñandú.wav', 'latin1');
  writeFileSync(Buffer.concat([Buffer.from(`${folder.path}/`), name]), '');
  put('01 Canción 🎸.wav');
  const {
    tracks: { files },
  } = await tracksIn({ folder: folder.path, loop: true }, soundFilesIn);
  expect(files.map(({ name: track }) => track)).toEqual(['Canción 🎸', 'Canción ñandú']);
  const foreign = files[1]?.path.slice(folder.path.length + 1) ?? '';
  expect(JSON.parse(JSON.stringify(foreign))).toBe('02 Canci\udcf3n \udcf1and\udcfa.wav');
});

test('only WAV files are tracks', async () => {
  put('Kick.wav', 'Kick.wav.txt', 'notes.md', '._Kick.wav', 'wav');
  mkdirSync(join(folder.path, 'old.wav'));
  symlinkSync(join(folder.path, 'Kick.wav'), join(folder.path, 'Link.wav'));
  expect(await namesIn()).toEqual(['Kick', 'Link']);
});

test('their paths are whole, and whether they loop is passed on', async () => {
  put('Kick.wav');
  const { tracks, passedOver } = await tracksIn({ folder: folder.path, loop: false }, soundFilesIn);
  expect(tracks).toEqual({ files: [{ path: join(folder.path, 'Kick.wav'), name: 'Kick' }], loop: false });
  expect(passedOver).toBeUndefined();
});

test('a folder without tracks, and one that is none, are clear errors', async () => {
  await expect(namesIn()).rejects.toMatchObject({
    code: 'NO_TRACKS',
    message: `there is no WAV file in ${folder.path}`,
  });
  const gone = join(folder.path, 'gone');
  await expect(tracksIn({ folder: gone, loop: true }, soundFilesIn)).rejects.toThrow(
    `the folder ${gone} cannot be read: ENOENT`,
  );
});

test('sound in other files is passed over by name, and notes beside it without a word', async () => {
  put('01 Kick.wav', '02 Bass.FLAC', '10 Vox.mp3', '3 Keys.aiff', 'notes.md', 'cover.png', '._Vox.mp3');
  const { tracks, passedOver } = await tracksIn({ folder: folder.path, loop: true }, soundFilesIn);
  expect(tracks.files).toHaveLength(1);
  expect(passedOver).toBe(
    '02 Bass.FLAC, 3 Keys.aiff, 10 Vox.mp3: only WAV, RF64/BW64 and W64 files are read',
  );
});

test('of many that are passed over the first are named, and the rest is counted', async () => {
  put('Kick.wav', ...Array.from({ length: 8 }, (_, index) => `${index + 1}.ogg`));
  const { passedOver } = await tracksIn({ folder: folder.path, loop: true }, soundFilesIn);
  expect(passedOver).toMatch(/^1\.ogg, 2\.ogg, 3\.ogg, 4\.ogg, 5\.ogg and 3 more: only WAV/);
});

test('a folder with nothing but other sound says so', async () => {
  put('Bass.flac');
  await expect(namesIn()).rejects.toThrow(
    `there is no WAV file in ${folder.path}; Bass.flac: only WAV, RF64/BW64 and W64 files are read`,
  );
});
