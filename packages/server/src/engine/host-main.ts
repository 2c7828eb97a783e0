/**
 * The engine host's program: loads the addon, listens for its server, plays. With --probe it lists the audio devices as JSON,
 * with --tracks a folder's WAV files, and ends. Never started by a person.
 */
import { NativeEngine } from '@foldback/engine-native';
import { parseArgs } from 'node:util';
import { EngineHost } from './engine-host.ts';
import { FavouredEngine } from './favoured-engine.ts';
import { HOST_TROUBLE } from './host-messages.ts';
import { HostNest } from './host-nest.ts';
import { HostTrouble } from './host-trouble.ts';
import { soundFilesIn } from './multitrack-folder.ts';

/** An interface that hangs must not keep the process. */
const END_DEADLINE_MS = 7000;

/** Whoever asked may be gone. */
const PROBE_DEADLINE_MS = 4000;

const { values } = parseArgs({
  options: {
    probe: { type: 'boolean' },
    tracks: { type: 'string' },
    nest: { type: 'string' },
    build: { type: 'string' },
    grace: { type: 'string' },
  },
});

async function probe(): Promise<void> {
  print(await NativeEngine.listDevices(PROBE_DEADLINE_MS));
}

const print = (list: readonly unknown[]): void => {
  process.stdout.write(JSON.stringify(list), () => process.exit(0));
};

async function play(prefix: string, build: string, graceS: number): Promise<void> {
  const engine = new FavouredEngine();
  let exitCode = 0;
  const host = new EngineHost({
    engine,
    refusals: () => engine.refusals,
    build,
    graceMs: graceS * 1000,
    ended: () => setImmediate(() => process.exit(exitCode)), // after the last answer
  });
  const end = (): void => {
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), END_DEADLINE_MS).unref();
    host.end().catch(() => process.exit(1));
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, end);
  // Its terminal, and whoever reads what it says, may go; the sound stays.
  process.on('SIGHUP', () => undefined);
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const trouble = new HostTrouble(() => performance.now());
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      process.stderr.write(`${HOST_TROUBLE}${String(error)}\n`);
      if (!trouble.isTooMuch()) return;
      exitCode = 1;
      end();
    });
  }
  await host.listen(HostNest.pathOf(prefix, process.pid));
  process.stdout.write('ready\n');
}

try {
  if (values.probe) await probe();
  else if (values.tracks !== undefined) print(await soundFilesIn(values.tracks));
  else await play(values.nest ?? '', values.build ?? '', Number(values.grace));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
