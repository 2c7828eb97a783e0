/** The workflows run other people's code and our own commands; both are named exactly. */
import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../.github/workflows/', import.meta.url);
const workflows = readdirSync(folder).map(
  (name) => [name, readFileSync(new URL(name, folder), 'utf8')] as const,
);
const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

test.each(workflows)('%s takes every action at one commit', (_name, text) => {
  const used = [...text.matchAll(/uses: (\S+)/g)].map(([, action]) => action ?? '');
  expect(used.length).toBeGreaterThan(0);
  expect(used.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(action))).toEqual([]);
});

test.each(workflows)('%s may read, and writes nowhere but in a job that says so', (_name, text) => {
  expect(text).toMatch(/^permissions:\n {2}contents: read$/m);
});

test('CI runs what developers run', () => {
  const ci = read('.github/workflows/ci.yml');
  expect(ci).toContain('- run: .ci/run');
  expect(read('.ci/run')).toContain('npm test');
});

test.each(workflows)('%s runs targets and scripts that exist', (_name, text) => {
  const manifests = ['engine-native', 'server', 'web-client'].map(
    (name) => [name, JSON.parse(read(`packages/${name}/package.json`)) as Manifest] as const,
  );
  const targets = new Map(manifests.map(([name, { nx }]) => [name, nx.targets]));
  targets.set('tools', (JSON.parse(read('tools/project.json')) as Manifest['nx']).targets);
  for (const [, project = '', target = ''] of text.matchAll(/nx run ([\w-]+):([\w-]+)/g)) {
    expect(Object.keys(targets.get(project) ?? {})).toContain(target);
  }
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  for (const [, script = ''] of text.matchAll(/npm run ([\w-]+)/g)) {
    expect(Object.keys(scripts)).toContain(script);
  }
});

test('there is a prebuild for every platform we name', () => {
  const platforms = [...read('.github/workflows/prebuild.yml').matchAll(/platform: ([\w-]+),/g)];
  expect(new Set(platforms.map(([, platform]) => platform))).toEqual(
    new Set(['linux-x64', 'linux-arm64', 'darwin-arm64', 'darwin-x64', 'win32-x64']),
  );
});

interface Manifest {
  readonly nx: { readonly targets: Readonly<Record<string, unknown>> };
}
