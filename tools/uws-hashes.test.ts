/** A binary that is not the one we took in stops the build. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkUws, hashFiles, readRecord, uwsFolder } from './uws-hashes.mjs';

const BINARY = 'bin/uws_linux_x64_127.node';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'foldback-uws-'));
  cpSync(join(uwsFolder, BINARY), join(folder, BINARY));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('what is installed is what was recorded, for every platform', () => {
  expect(() => checkUws()).not.toThrow();
  expect(Object.keys(readRecord()).filter((name) => name.endsWith('.node'))).toHaveLength(24);
});

test('one changed bit is found and named', () => {
  const recorded = hashFiles(folder);
  const content = readFileSync(join(folder, BINARY));
  content[4096] = (content[4096] ?? 0) ^ 1;
  writeFileSync(join(folder, BINARY), content);
  expect(() => checkUws(folder, recorded)).toThrow(`so nothing is built with it: ${BINARY}`);
});

test('a file too many and a file too few are found', () => {
  const recorded = hashFiles(folder);
  writeFileSync(join(folder, 'more.mjs'), 'export {};');
  expect(() => checkUws(folder, recorded)).toThrow('more.mjs');
  rmSync(join(folder, 'bin'), { recursive: true });
  expect(() => checkUws(folder, recorded)).toThrow(BINARY);
});
