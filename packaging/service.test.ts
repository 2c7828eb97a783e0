/** The systemd unit, judged by systemd itself without starting it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** systemd's own measure, 0 to 100: lower is tighter. A service without any of this has 96. */
const EXPOSURE_MAX = 25;

const unit = readFileSync(new URL('foldback.service', import.meta.url), 'utf8');
/** systemd wants to see a program, and none is installed here. */
const runnable = unit.replace(/^ExecStart=\S+/m, `ExecStart=${process.execPath}`);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'foldback-unit-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function analyze(text: string, verb: string, ...options: string[]) {
  const path = join(folder, 'foldback.service');
  writeFileSync(path, text);
  return spawnSync('systemd-analyze', [verb, ...options, path], { encoding: 'utf8' });
}

test('systemd understands every line', () => {
  expect(analyze(runnable, 'verify')).toMatchObject({ status: 0, stderr: '' });
});

test('a misspelt setting would be noticed', () => {
  const misspelt = runnable.replace('ProtectSystem=', 'ProtectSistem=');
  expect(analyze(misspelt, 'verify').stderr).toContain("Unknown key 'ProtectSistem'");
});

test('it may reach a sound card, a port and its state, and little else', () => {
  expect(
    analyze(runnable, 'security', '--offline=true', `--threshold=${EXPOSURE_MAX}`, '--no-pager'),
  ).toMatchObject({ status: 0 });
});

test('without its restrictions that measure fails', () => {
  const open = runnable.replace(/^(Protect|Restrict|SystemCall|Capability|Device).*$/gm, '');
  expect(
    analyze(open, 'security', '--offline=true', `--threshold=${EXPOSURE_MAX}`, '--no-pager').status,
  ).toBe(1);
});

test('it allows what sound needs: real-time priority, locked memory, the sound card, the group of audio', () => {
  for (const line of [
    'LimitRTPRIO=95',
    'LimitMEMLOCK=infinity',
    'MemorySwapMax=0',
    'DeviceAllow=char-alsa rw',
    'SupplementaryGroups=audio',
  ]) {
    expect(unit.split('\n')).toContain(line);
  }
  expect(unit).not.toMatch(/^(RestrictRealtime|MemoryDenyWriteExecute)=/m);
});

test('it waits longer for the end than the server takes to save', () => {
  const main = readFileSync(new URL('../packages/server/src/main.ts', import.meta.url), 'utf8');
  const deadlineMs = Number(/STOP_DEADLINE_MS = (\d+)/.exec(main)?.[1]);
  const waitS = Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1]);
  expect(1000 * waitS).toBeGreaterThan(deadlineMs);
});

test('what it starts is in the tarball', () => {
  const { dependencies, files, name } = JSON.parse(
    readFileSync(new URL('../packages/server/package.json', import.meta.url), 'utf8'),
  ) as { dependencies: Record<string, string>; files: string[]; name: string };
  const [runtime, ...args] = (/^ExecStart=(.*)$/m.exec(unit)?.[1] ?? '').split(' ');
  expect(runtime).toBe('/opt/foldback/node_modules/node/bin/node');
  expect(Object.keys(dependencies)).toContain('node');
  expect(args).toContain(`/opt/foldback/node_modules/${name}/bin/foldback.mjs`);
  expect(files).toEqual(expect.arrayContaining(['bin', 'dist']));
});
