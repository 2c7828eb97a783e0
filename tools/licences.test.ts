/** What we depend on: licences, reasons, pins and scripts, all by list. */
import { globSync, readFileSync } from 'node:fs';
import { isAllowed, listLicences, readRepository, refused } from './licences.mjs';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly allowScripts?: Readonly<Record<string, boolean>>;
}

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const readManifest = (path: string) => JSON.parse(read(path)) as Manifest;
const root = new URL('..', import.meta.url).pathname;
const manifests = ['package.json', ...globSync('packages/*/package.json', { cwd: root })].map(readManifest);
const direct = manifests
  .flatMap(({ dependencies, devDependencies }) => Object.entries({ ...dependencies, ...devDependencies }))
  .filter(([name]) => !name.startsWith('@foldback/'));

const rules = { shipped: { MIT: '', 'Apache-2.0': '' }, tools: { 'CC-BY-4.0': '' } };

test('every licence of every package is one we allow', () => {
  const { entries, rules: ours } = readRepository();
  expect(entries.length).toBeGreaterThan(500);
  expect(refused(entries, ours)).toEqual([]);
});

test.each([
  ['MIT', true],
  ['(GPL-3.0 OR MIT)', true],
  ['Apache-2.0 AND MIT', true],
  ['MIT AND GPL-3.0', false],
  ['GPL-3.0', false],
  ['none that we know', false],
])('"%s" allowed: %s', (expression, answer) => {
  expect(isAllowed(expression, new Set(Object.keys(rules.shipped)))).toBe(answer);
});

test('a package that is not allowed is found: copyleft in the server, data licences outside of tools, no licence', () => {
  const lock = {
    packages: {
      '': {},
      'node_modules/fine': { version: '1.0.0', license: 'MIT' },
      'node_modules/copyleft': { version: '1.0.0', license: 'GPL-3.0' },
      'node_modules/data': { version: '1.0.0', license: 'CC-BY-4.0' },
      'node_modules/data-for-tools': { version: '1.0.0', license: 'CC-BY-4.0', dev: true },
      'node_modules/silent': { version: '1.0.0' },
    },
  };
  const wrong = refused(
    listLicences(lock, () => undefined),
    rules,
  );
  expect(wrong.map(({ name }) => name)).toEqual(['copyleft', 'data', 'silent']);
});

test('a package for another platform has the licence of the one it belongs to', () => {
  const lock = {
    packages: {
      'node_modules/tool': {
        version: '1.0.0',
        license: 'MIT',
        optionalDependencies: { 'tool-win32': '1.0.0' },
      },
      'node_modules/tool-win32': { version: '1.0.0' },
    },
  };
  expect(listLicences(lock, () => undefined)).toContainEqual({
    name: 'tool-win32',
    version: '1.0.0',
    licence: 'MIT',
    shipped: true,
  });
});

test('every dependency has its reason in the decisions, and every reason its dependency', () => {
  const page = read('docs/decisions/0002-runtime-and-dependencies.md');
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  const reasons = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? ''),
  );
  const fits = (name: string, pattern: string) =>
    pattern.endsWith('/*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
  const names = direct.map(([name]) => name);
  expect(names.filter((name) => !reasons.some((pattern) => fits(name, pattern)))).toEqual([]);
  expect(reasons.filter((pattern) => !names.some((name) => fits(name, pattern)))).toEqual([]);
});

test('every dependency is pinned to one version', () => {
  expect(direct.filter(([, version]) => !/^(npm:[\w-]+@)?\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});

test('every install script is allowed or forbidden by name', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { hasInstallScript?: boolean }>;
  };
  const withScript = Object.entries(packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([key]) => key.slice(key.lastIndexOf('node_modules/') + 'node_modules/'.length));
  expect(new Set(withScript)).toEqual(new Set(Object.keys(readManifest('package.json').allowScripts ?? {})));
});

test('the lock names no host: every package comes from the registry its reader has', () => {
  const resolved = [...read('package-lock.json').matchAll(/"resolved": "([^"]+)"/g)].map(
    ([, where]) => where,
  );
  expect(resolved.filter((where) => !where?.startsWith('packages/'))).toEqual([]);
});
