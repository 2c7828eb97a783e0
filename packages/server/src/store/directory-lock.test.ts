import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DirectoryLock } from './directory-lock.ts';
import { StoreInUseError } from './sqlite-errors.ts';
import { LOCK_FILE } from './store-files.ts';
import { TemporaryDirectory } from './store-stage.ts';

let directory: TemporaryDirectory;
let first: DirectoryLock;
let second: DirectoryLock;

beforeEach(() => {
  directory = new TemporaryDirectory();
  first = new DirectoryLock(directory.path);
  second = new DirectoryLock(directory.path);
});
afterEach(() => {
  first.release();
  second.release();
  directory.remove();
});

/** What another process is told that wants the lock. */
function elsewhere(): string {
  const text = `
    import { DirectoryLock } from ${JSON.stringify(new URL('directory-lock.ts', import.meta.url).href)};
    try {
      process.stdout.write(new DirectoryLock(process.argv[1]).acquire());
    } catch (error) {
      process.stdout.write(error.name);
    }`;
  const args = [
    '--disable-warning=ExperimentalWarning',
    '--input-type=module',
    '--eval',
    text,
    directory.path,
  ];
  return spawnSync(process.execPath, args, { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } })
    .stdout;
}

test('one has it, nobody else gets it, and it is free when that one lets go', () => {
  expect(first.acquire()).toBe('held');
  expect(first.acquire()).toBe('held');
  expect(() => second.acquire()).toThrow(StoreInUseError);
  expect(elsewhere()).toBe('StoreInUseError');
  first.release();
  expect(second.acquire()).toBe('held');
});

test('a place where none could be made is tried again, and then has one owner', () => {
  const path = join(directory.path, LOCK_FILE);
  mkdirSync(path);
  expect(first.acquire()).toBe('impossible');
  expect(second.acquire()).toBe('impossible');
  rmSync(path, { recursive: true });
  expect(first.acquire()).toBe('held');
  expect(() => second.acquire()).toThrow(StoreInUseError);
  expect(elsewhere()).toBe('StoreInUseError');
});

test('a directory that is removed and made anew is locked anew', () => {
  expect(first.acquire()).toBe('held');
  directory.remove();
  mkdirSync(directory.path);
  expect(first.acquire()).toBe('held');
  expect(() => second.acquire()).toThrow(StoreInUseError);
  expect(elsewhere()).toBe('StoreInUseError');
});
