/** The program: settings, a log, a server, and a gentle end. */
import { readFileSync } from 'node:fs';
import { printedCode } from './access/engineer-code.ts';
import { createLog } from './log.ts';
import { helpText, readSettings, SettingError } from './config.ts';
import { PRIVATE_UMASK } from './store/private-files.ts';
import { beginStoreWorker } from './store/early-worker.ts';
import type { RunningServer } from './server.ts';

/** After this the process ends whatever still hangs. */
const STOP_DEADLINE_MS = 8000;
/** What is not saved by then is not waited for: the musicians wait for the next server. */
const LEAVE_DEADLINE_MS = 1000;

process.umask(PRIVATE_UMASK);

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

// Whoever read our lines may have gone. Nothing hangs on them, and an error unheard here would be one more line to fail.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

/**
 * `foldback doctor` looks at this computer, `foldback state …` at what is saved; `foldback engineer` prints a code for an engineer's
 * phone; `foldback record …` records what the server with these settings plays, `foldback stop …` ends it. Each is loaded when it is
 * asked for, and none of them by a server.
 */
const [command, ...commandArgs] = process.argv.slice(2);
const output = {
  print: (text: string) => process.stdout.write(text),
  complain: (text: string) => process.stderr.write(text),
  now: Date.now,
};
const programs: Readonly<Record<string, () => Promise<number>>> = {
  state: async () => (await import('./cli/state-command.ts')).runStateCommand(commandArgs, output),
  engineer: async () => (await import('./cli/engineer-command.ts')).runEngineerCommand(commandArgs, output),
  record: async () => (await import('./cli/record-command.ts')).runRecordCommand(commandArgs, output),
  doctor: async () =>
    (await import('./cli/doctor-command.ts')).runDoctorCommand(commandArgs, output, createLog(false)),
};
const program = Object.hasOwn(programs, command ?? '') ? programs[command ?? ''] : undefined;
if (program !== undefined) process.exit(await program());

async function settingsOrExit(args: readonly string[]) {
  try {
    const settings = readSettings(args, process.env);
    if (settings) return settings;
    const { helpOfCommands } = await import('./cli/help-of-commands.ts');
    process.stdout.write(`${helpText()}\n${helpOfCommands()}`);
    process.exit(0);
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}

const settings = await settingsOrExit(command === 'stop' ? commandArgs : process.argv.slice(2));
const log = createLog(settings.jsonLog);
if (command === 'stop')
  process.exit(await (await import('./cli/stop-command.ts')).runStopCommand(settings.config, log));

let server: RunningServer | undefined;
let stopping = false;
let isBroken = false;

async function stop(why: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  process.send?.({ type: 'stopping' });
  log.info(`${why}: saving and fading out`);
  setTimeout(() => {
    log.error(`Something does not end: leaving it behind after ${STOP_DEADLINE_MS / 1000} s`);
    process.exit(1);
  }, STOP_DEADLINE_MS).unref();
  await starting.catch(() => undefined);
  const isSaved = (await server?.stop()) ?? true;
  if (isSaved) log.info('Goodbye. Every mix is saved.');
  else
    log.error(
      'Goodbye. The newest changes could not be saved; what was saved before is there at the next start.',
    );
  process.exit(isSaved && !isBroken ? 0 : 1);
}

/**
 * Nobody knows what an error that nobody caught has left half done, so this server goes on with nothing. The sound plays on in the
 * engine host; whoever started this server starts the next one (bin/supervise.mjs), which takes the host over.
 */
async function fail(cause: unknown): Promise<void> {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  log.error(
    { err: error },
    'Something unforeseen; the sound goes on, and this server makes room for a new one',
  );
  if (!settings.jsonLog) process.stderr.write(`${error.stack}\n`);
  if (isBroken) return;
  isBroken = true;
  // While starting, the host is not known yet: a start that fails ends the one it began, one that succeeds leaves it playing.
  setTimeout(() => process.exit(1), server ? LEAVE_DEADLINE_MS : STOP_DEADLINE_MS);
  const running = await starting.catch(() => undefined);
  await running?.leave();
  if (!stopping) process.exit(1);
}

/** To a person who watches, and to no log. */
function tellEngineerCode(code: string | undefined): void {
  if (code === undefined) return;
  if (process.stdout.isTTY)
    process.stdout.write(
      `Engineer code: ${printedCode(code)} (shown this once; \`foldback engineer\` makes another)\n`,
    );
  else log.info('For an engineer’s phone: `foldback engineer` prints a code');
}

// Before anything opens: a signal that comes while starting must end it too.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void stop(signal));
process.on('disconnect', () => void stop('The parent process has gone'));
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => void fail(error));
}

beginStoreWorker(settings.config);
const starting = import('./server.ts').then(({ startServer }) => startServer(settings, { log, version }));
try {
  server = await starting;
  process.send?.({ type: 'ready', port: server.port }); // first: one that dies right after its word is started again
  log.info(`Point a phone at ${server.urls.join(' or ')}`);
  tellEngineerCode(server.engineerCode);
} catch (error) {
  log.error({ err: error }, 'The server cannot start');
  process.exit(1);
}
