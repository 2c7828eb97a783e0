import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePrivate } from './private-files.ts';

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

test('what older programs left for everybody to read becomes its owner’s, and nothing else is touched', () => {
  const folder = mkdtempSync(join(tmpdir(), 'private-'));
  const files = [
    'foldback.db',
    'foldback.db-wal',
    'history.db',
    'channels_state.json',
    'backups/2026.db.zst',
  ];
  const others = ['my notes.txt'];
  mkdirSync(join(folder, 'backups'), { mode: 0o755 });
  for (const file of [...files, ...others]) writeFileSync(join(folder, file), 'x', { mode: 0o644 });
  makePrivate(folder);
  expect(files.map((file) => modeOf(join(folder, file)))).toEqual(files.map(() => '600'));
  expect(modeOf(join(folder, 'backups'))).toBe('700');
  expect(modeOf(join(folder, others[0] ?? ''))).toBe('644');
  rmSync(folder, { recursive: true });
});

test('a folder that is not there is nobody’s trouble', () => {
  expect(() => makePrivate(join(tmpdir(), 'no such folder of foldback'))).not.toThrow();
});
