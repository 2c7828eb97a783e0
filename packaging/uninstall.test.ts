/** Uninstalling takes the program away and leaves every mix. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('uninstall.sh', import.meta.url));
const PROGRAM = 'opt/foldback/node_modules/@foldback/server/dist/main.js';
const UNIT = 'etc/systemd/system/foldback.service';
const KEPT = ['var/lib/foldback/foldback.db', 'var/lib/foldback/channels_state.json', 'etc/default/foldback'];

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'foldback-uninstall-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(...paths: string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), path);
  }
}

/** Runs it with a systemctl that writes down what it is asked. */
function uninstall() {
  put('bin/systemctl');
  writeFileSync(join(root, 'bin/systemctl'), `#!/bin/sh\necho "$*" >> "${root}/asked"\n`);
  chmodSync(join(root, 'bin/systemctl'), 0o755);
  return spawnSync('sh', [SCRIPT], {
    encoding: 'utf8',
    env: { PATH: `${join(root, 'bin')}${delimiter}${process.env['PATH']}`, ROOT: root },
  });
}

test('the service is stopped, the program is gone, the mixes are there', () => {
  put(PROGRAM, UNIT, ...KEPT);
  const { status, stdout } = uninstall();
  expect(status).toBe(0);
  expect(readFileSync(join(root, 'asked'), 'utf8')).toBe('disable --now foldback.service\ndaemon-reload\n');
  expect([PROGRAM, UNIT, 'opt/foldback'].filter((path) => existsSync(join(root, path)))).toEqual([]);
  for (const path of KEPT) expect(readFileSync(join(root, path), 'utf8')).toBe(path);
  expect(stdout).toContain(join(root, 'var/lib/foldback'));
});

test('a second time, or without the service, it does no harm', () => {
  put(...KEPT);
  expect(uninstall().status).toBe(0);
  expect(uninstall().status).toBe(0);
  expect(existsSync(join(root, 'asked'))).toBe(false);
  for (const path of KEPT) expect(existsSync(join(root, path))).toBe(true);
});

test('when the service cannot be stopped, nothing is removed under it', () => {
  put(PROGRAM, UNIT);
  put('bin/systemctl');
  writeFileSync(join(root, 'bin/systemctl'), '#!/bin/sh\nexit 1\n');
  chmodSync(join(root, 'bin/systemctl'), 0o755);
  const { status } = spawnSync('sh', [SCRIPT], {
    env: { PATH: `${join(root, 'bin')}${delimiter}${process.env['PATH']}`, ROOT: root },
  });
  expect(status).not.toBe(0);
  expect(existsSync(join(root, PROGRAM))).toBe(true);
});
