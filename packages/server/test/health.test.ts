/**
 * /healthz is bad for each of its reasons, and well again after. The interface that is not there is in http.test.ts, the disk
 * that refuses in full-disk.test.ts.
 */
import { hostsOf, ServerProcess, temporaryFolder } from './support/server-process.ts';
import { eventually } from './support/wait.ts';

/** Longer than a loop may stand still. */
const STOPPED_MS = 2_500;

const folder = temporaryFolder();
let server: ServerProcess;
beforeAll(async () => {
  server = await ServerProcess.start({ config: folder.path, args: ['--device', 'virtual'] });
}, 60_000);
afterAll(async () => {
  await server?.end();
  folder.remove();
});

interface Health {
  readonly ok: boolean;
  readonly reasons: readonly { readonly code: string; readonly message: string }[];
}

async function health(): Promise<Health & { readonly status: number }> {
  const response = await fetch(new URL('/healthz', server.url));
  return { ...((await response.json()) as Health), status: response.status };
}

const eventuallyBad = (what: string, code: string) =>
  eventually(what, async () => {
    const told = await health();
    return told.reasons.some((reason) => reason.code === code) && told;
  });

const eventuallyWell = () => eventually('all is well', async () => (await health()).ok);

test('while no engine host plays: they die one after the other', async () => {
  await eventuallyWell();
  let isOver = false;
  const killing = eventually('nobody has to be killed any more', () => {
    for (const host of hostsOf(folder.path)) process.kill(host, 'SIGKILL');
    return isOver;
  });
  try {
    const told = await eventuallyBad('no host plays', 'no_sound');
    expect(told).toMatchObject({ ok: false, status: 503 });
    expect(told.reasons.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^no engine host has played for \d+ s$/),
    );
  } finally {
    isOver = true;
    await killing;
  }
  await eventuallyWell();
});

test('after the server has stood still', async () => {
  await eventuallyWell();
  process.kill(server.pid, 'SIGSTOP');
  const stoppedAt = performance.now();
  await eventually('it has stood still for long', () => performance.now() - stoppedAt > STOPPED_MS);
  process.kill(server.pid, 'SIGCONT');
  const told = await eventuallyBad('it stood still', 'loop_stalled');
  expect(told).toMatchObject({ ok: false, status: 503 });
  expect(told.reasons.map(({ code }) => code)).not.toContain('no_sound');
  await eventuallyWell();
});
