import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TemporaryDirectory } from '../store/store-stage.ts';
import { tracksIn, wavFilesIn } from './multitrack-folder.ts';

let folder: TemporaryDirectory;
beforeEach(() => {
  folder = new TemporaryDirectory();
});
afterEach(() => folder.remove());

const put = (...names: string[]) => names.forEach((name) => writeFileSync(join(folder.path, name), ''));
const namesIn = async () =>
  (await tracksIn({ folder: folder.path, loop: true }, wavFilesIn)).files.map(({ name }) => name);

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
  const { files } = await tracksIn({ folder: folder.path, loop: true }, wavFilesIn);
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
  expect(await tracksIn({ folder: folder.path, loop: false }, wavFilesIn)).toEqual({
    files: [{ path: join(folder.path, 'Kick.wav'), name: 'Kick' }],
    loop: false,
  });
});

test('a folder without tracks, and one that is none, are clear errors', async () => {
  await expect(namesIn()).rejects.toMatchObject({
    code: 'NO_TRACKS',
    message: `there is no WAV file in ${folder.path}`,
  });
  const gone = join(folder.path, 'gone');
  await expect(tracksIn({ folder: gone, loop: true }, wavFilesIn)).rejects.toThrow(
    `the folder ${gone} cannot be read: ENOENT`,
  );
});
