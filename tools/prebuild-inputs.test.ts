/** What Nx looks at before it builds the addon: its own sources, and nothing of the page, the server or the protocol. */
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const WORKSPACE = [
  'nx.json',
  'package.json',
  'package-lock.json',
  '{packages,tools,tools/*,packaging}/{package,project}.json',
];
const NX = join(ROOT, 'node_modules/nx/dist/bin/nx.js');
const ADDON_TASKS = ['engine-native:build', 'engine-native:prebuild'];

interface TaskGraph {
  readonly tasks: { readonly dependencies: Readonly<Record<string, readonly { readonly id: string }[]>> };
  /** What the hash of each task is made of. */
  readonly taskPlans: Readonly<Record<string, readonly string[]>>;
}
interface Project {
  readonly nx: {
    implicitDependencies?: string[];
    readonly targets: Record<string, { dependsOn?: string[]; inputs: string[] }>;
  };
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'foldback-nx-'));
  const files = [
    ...globSync(WORKSPACE, { cwd: ROOT }),
    ...globSync('packages/*/package.json', { cwd: ROOT }),
  ];
  for (const file of files) cpSync(join(ROOT, file), join(folder, file));
  cpSync(join(ROOT, 'packages/web-client/index.html'), join(folder, 'packages/web-client/index.html'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function readGraph(): TaskGraph {
  const file = join(folder, 'graph.json');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [NX, 'run-many', '-t', 'build', 'prebuild', 'bundle', `--graph=${file}`],
    {
      cwd: folder,
      encoding: 'utf8',
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        NX_WORKSPACE_ROOT_PATH: folder,
        NX_WORKSPACE_DATA_DIRECTORY: join(folder, '.nx'),
        NX_DAEMON: 'false',
        NX_ISOLATE_PLUGINS: 'false',
      },
    },
  );
  if (status !== 0) throw new Error(`${stdout}${stderr}`);
  return JSON.parse(readFileSync(file, 'utf8')) as TaskGraph;
}

/** Everything a task waits for, through any number of others. */
function neededBy({ tasks }: TaskGraph, id: string): string[] {
  const direct = (tasks.dependencies[id] ?? []).map((each) => each.id);
  return direct.flatMap((each) => [each, ...neededBy({ tasks, taskPlans: {} }, each)]);
}

/** What makes a task run again that lies in one of our own folders, by project. */
function projectsBehind(graph: TaskGraph, id: string): Set<string> {
  const needed = neededBy(graph, id).map((each) => each.split(':')[0] ?? '');
  const hashed = (graph.taskPlans[id] ?? []).flatMap((input) =>
    ['engine-native', 'web-client', 'server', 'protocol'].filter((name) =>
      new RegExp(`(^|/|@foldback/)${name}([:/]|$)`).test(input),
    ),
  );
  return new Set([...needed, ...hashed]);
}

function change(name: string, edit: (project: Project) => void): void {
  const file = join(folder, 'packages', name, 'package.json');
  const project = JSON.parse(readFileSync(file, 'utf8')) as Project;
  edit(project);
  writeFileSync(file, JSON.stringify(project));
}

test('the addon is built again for its own sources only, not for the page', () => {
  const graph = readGraph();
  for (const task of ADDON_TASKS) expect([...projectsBehind(graph, task)]).toEqual(['engine-native']);
}, 60_000);

test('the tarball is packed again for the page, the addon, the server and the protocol', () => {
  expect([...projectsBehind(readGraph(), 'server:bundle')]).toEqual(
    expect.arrayContaining(['web-client', 'engine-native', 'server', 'protocol']),
  );
}, 60_000);

test.each<[string, (project: Project) => void]>([
  ['waits for the page', ({ nx }) => void (nx.targets['prebuild']!.dependsOn = ['web-client:build'])],
  [
    'hashes the page',
    ({ nx }) => void nx.targets['prebuild']!.inputs.push('{workspaceRoot}/packages/web-client/src/**/*'),
  ],
  [
    'depends on the page',
    ({ nx }) => {
      nx.implicitDependencies = ['web-client'];
      nx.targets['prebuild']!.inputs.push('^default');
    },
  ],
])(
  'an addon that %s is noticed',
  (_how, edit) => {
    change('engine-native', edit);
    expect(projectsBehind(readGraph(), 'engine-native:prebuild')).toContain('web-client');
  },
  60_000,
);
