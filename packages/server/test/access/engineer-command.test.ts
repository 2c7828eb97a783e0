/** `foldback engineer`: a code that is printed once, kept as a hash, and lets in the phone that shows it (SPEC A4, A10). */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { NativeClient, secretOf } from '../support/native-client.ts';
import { ServerProcess, temporaryFolder } from '../support/server-process.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const run = promisify(execFile);
const folder = temporaryFolder();
let server: ServerProcess;

const start = () =>
  ServerProcess.start({ config: folder.path, args: ['--device', 'virtual', '--join', 'invite'] });

beforeAll(async () => {
  server = await start();
}, 60_000);

afterAll(async () => {
  await server?.end();
  folder.remove();
});

async function foldbackEngineer(...args: string[]): Promise<{ code: string; printed: string }> {
  const flags = ['--disable-warning=ExperimentalWarning', MAIN, 'engineer', ...args, '--config', folder.path];
  const { stdout } = await run(process.execPath, flags, { env: { ...process.env, NODE_OPTIONS: '' } });
  return { code: /^(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}$/m.exec(stdout)?.[0] ?? '', printed: stdout };
}

async function roleWith(code: string, id: string): Promise<string> {
  const phone = await NativeClient.connect(server.port);
  await phone.ask('hello', { client_id: id, device_secret: secretOf(id) });
  try {
    return (await phone.ask('claim_engineer', { code })).role;
  } catch (error) {
    return (error as Error).message;
  } finally {
    phone.close();
  }
}

/** Everything that lies in the folder, as it is on the disk. */
function everything(directory = folder.path): string {
  return readdirSync(directory)
    .map((name) => join(directory, name))
    .map((path) => {
      const stat = statSync(path);
      if (stat.isDirectory()) return everything(path);
      return stat.isFile() ? readFileSync(path, 'latin1') : '';
    })
    .join('');
}

test('a printed code makes an engineer, also after a restart; with --new those before it make none', async () => {
  const { code: first, printed } = await foldbackEngineer();
  expect(printed).toMatch(/[█▀▄]/);
  expect(await roleWith(first, 'sam')).toBe('engineer');
  await server.end();
  server = await start();
  expect(await roleWith(first, 'lea')).toBe('engineer');
  const { code: second } = await foldbackEngineer('--new');
  expect(await roleWith(first, 'late')).toContain('not the engineer code');
  expect(await roleWith(second, 'kim')).toBe('engineer');
}, 60_000);

test('neither code nor secret is in a file, a log or what a stranger can ask for', async () => {
  const { code } = await foldbackEngineer();
  await roleWith(code, 'mia');
  await server.end();
  const canaries = [code, code.replaceAll('-', ''), secretOf('mia'), secretOf('sam')];
  const health = await ServerProcess.start({
    config: folder.path,
    args: ['--device', 'virtual', '--join', 'invite'],
  });
  server = health;
  const said = await (await fetch(`${server.url}/healthz`)).text();
  const places = { files: everything(), log: server.output, said };
  for (const [place, text] of Object.entries(places))
    for (const canary of canaries) expect(`${place}: ${text.includes(canary)}`).toBe(`${place}: false`);
  // The control: what is kept instead is there.
  expect(places.files).toContain('"codes"');
}, 60_000);
