/** The packed addon brings everything but the C library, and takes ALSA, JACK and libsndfile where they are. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { JackServer } from '../support/jack.ts';
import { eventually } from '../support/wait.ts';

const engineFile = (path: string): string =>
  fileURLToPath(new URL(`../../../engine-native/${path}`, import.meta.url));
const PACKED = engineFile(`prebuilds/${process.platform}-${process.arch}/engine.node`);
const COMPILED_HERE = engineFile('build/Release/engine.node');
const PROBE = fileURLToPath(new URL('addon-probe.mjs', import.meta.url));
/** Ubuntu 22.04 and Red Hat 9 have it. */
const GLIBC_MINOR_MAX = 35;

interface Probe {
  readonly devices: readonly { readonly name: string; readonly hostApi: string }[];
  readonly hostApi: string;
  readonly kernel: string;
  readonly opusBytes: number;
  /** Channels of a recording that was played again, or why there is none. */
  readonly wav: number | string;
}

let folder: string;
let withoutSound: Record<string, string>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'foldback-prebuild-'));
  // Found first and no library: to the loader it is as if there were none.
  for (const library of ['libasound.so.2', 'libjack.so.0', 'libportaudio.so.2', 'libsndfile.so.1']) {
    writeFileSync(join(folder, library), '');
  }
  withoutSound = { LD_LIBRARY_PATH: folder };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Not spawnSync: while that waits, nobody reads what jackd says, and a jackd whose words go nowhere stands still. */
async function probe(addon: string, environment: Record<string, string> = {}, ...device: string[]) {
  const child = spawn(process.execPath, [PROBE, addon, ...device], {
    env: { ...process.env, NODE_OPTIONS: '', ...environment },
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  const [status, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { ...said, ended: signal ?? status };
}

async function probed(...args: Parameters<typeof probe>): Promise<Probe> {
  const { ended, stdout, stderr } = await probe(...args);
  if (ended !== 0) throw new Error(`the probe ended with ${ended}: ${stderr}`);
  return JSON.parse(stdout) as Probe;
}

function readElf(option: string): string {
  return spawnSync('readelf', ['-W', option, PACKED], { encoding: 'utf8' }).stdout;
}

test('it asks the loader for the C library and nothing else', () => {
  const needed = [...readElf('-d').matchAll(/\(NEEDED\).*\[(.+)\]/g)].map(([, name]) => name);
  expect(needed).toContain('libc.so.6');
  expect(needed.filter((name) => !/^(libc\.so|libm\.so|ld-linux)/.test(name ?? ''))).toEqual([]);
});

test('its C library may be that of the oldest systems we name', () => {
  const minors = [...readElf('-V').matchAll(/GLIBC_2\.(\d+)/g)].map(([, minor]) => Number(minor));
  expect(minors.length).toBeGreaterThan(0);
  expect(Math.max(...minors)).toBeLessThanOrEqual(GLIBC_MINOR_MAX);
});

test('it shows the addon entry points only, so that no symbol of ours meets one of Node', () => {
  const shown = readElf('--dyn-syms')
    .split('\n')
    .filter((line) => / (GLOBAL|WEAK|UNIQUE) +DEFAULT +\d+ /.test(line))
    .map((line) => line.trim().split(/\s+/).at(-1));
  expect(new Set(shown)).toEqual(new Set(['napi_register_module_v1', 'node_api_module_get_api_version_v1']));
});

test('it carries no debugging symbols', () => {
  expect(readElf('-S')).not.toMatch(/\.symtab|\.debug_/);
});

test('without ALSA and JACK it loads, finds no device and plays the virtual one', async () => {
  expect(await probed(PACKED, withoutSound)).toMatchObject({ devices: [], hostApi: 'foldback' });
});

test('what is compiled here does not load there, so the machine of that test is without them indeed', async () => {
  expect((await probe(COMPILED_HERE, withoutSound)).stderr).toContain('file too short');
});

test('it loads where the loader binds every symbol at once', async () => {
  expect((await probed(PACKED, { ...withoutSound, LD_BIND_NOW: '1' })).hostApi).toBe('foldback');
});

test('it plays through ALSA', async () => {
  const settings = join(folder, 'asound.conf');
  writeFileSync(settings, 'pcm.stage { type null }\npcm.!default { type null }\n');
  const { devices, hostApi } = await probed(PACKED, { ALSA_CONFIG_PATH: settings }, 'stage');
  expect(hostApi).toBe('ALSA');
  expect(devices.map(({ name }) => name)).toContain('stage');
});

test('it plays through JACK', async () => {
  const jack = await JackServer.start(8);
  try {
    // jackd says that it starts before it lets clients in.
    const seen = await eventually('JACK lets clients in', async () => {
      const found = await probed(PACKED, jack.environment);
      return found.devices.length > 0 && found;
    });
    expect(seen.devices[0]?.hostApi).toBe('JACK Audio Connection Kit');
    expect((await probed(PACKED, jack.environment, 'system')).hostApi).toBe('JACK Audio Connection Kit');
  } finally {
    await jack.stop();
  }
}, 30_000);

test('Opus is in it', async () => {
  expect((await probed(PACKED)).opusBytes).toBeGreaterThan(0);
});

test('it records and plays WAV files where libsndfile is, and says so where it is not', async () => {
  expect((await probed(PACKED)).wav).toBe(1);
  expect((await probed(PACKED, withoutSound)).wav).toBe('NO_LIBSNDFILE');
}, 30_000);

test('it chooses the instruction set that the engine compiled here chooses', async () => {
  expect((await probed(PACKED)).kernel).toBe((await probed(COMPILED_HERE)).kernel);
}, 30_000);
