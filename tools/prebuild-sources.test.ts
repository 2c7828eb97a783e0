/** Which prebuild npm start takes: one that was made from these very sources and loads on this machine. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ADDON,
  engineFolder,
  findPrebuild,
  hashSources,
  prebuildFolder,
  SOURCES_HASH,
} from './prebuild-sources.mjs';

const COMPILED = join(engineFolder, 'build', 'Release', ADDON);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'foldback-engine-'));
  for (const name of ['CMakeLists.txt', 'self-contained', 'src']) {
    cpSync(join(engineFolder, name), join(folder, name), { recursive: true });
  }
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function pack(addon: string, hash = hashSources(folder)): string {
  const packed = prebuildFolder(folder);
  mkdirSync(packed, { recursive: true });
  cpSync(addon, join(packed, ADDON));
  writeFileSync(join(packed, SOURCES_HASH), `${hash}\n`);
  return join(packed, ADDON);
}

test('without one there is none', () => {
  expect(findPrebuild(folder)).toBeUndefined();
});

test('one of these sources is taken', () => {
  expect(existsSync(COMPILED)).toBe(true);
  expect(findPrebuild(folder)).toBeUndefined();
  const packed = pack(COMPILED);
  expect(findPrebuild(folder)).toBe(packed);
});

test('one of other sources is not', () => {
  pack(COMPILED);
  writeFileSync(join(folder, 'src', 'another.cpp'), '');
  expect(findPrebuild(folder)).toBeUndefined();
});

test('one that does not load here is not', () => {
  writeFileSync(join(folder, 'broken.node'), 'no library');
  pack(join(folder, 'broken.node'));
  expect(findPrebuild(folder)).toBeUndefined();
});

test('the hash is the same where git writes carriage returns', () => {
  const before = hashSources(folder);
  writeFileSync(join(folder, 'src', 'one.h'), 'a\nb\n');
  const unix = hashSources(folder);
  writeFileSync(join(folder, 'src', 'one.h'), 'a\r\nb\r\n');
  expect(hashSources(folder)).toBe(unix);
  expect(unix).not.toBe(before);
});
