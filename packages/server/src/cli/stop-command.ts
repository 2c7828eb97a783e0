/** `foldback stop`: ends the server of a config directory and its sound, or the sound alone where no server is left. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { HostNest } from '../engine/host-nest.ts';
import { endHost, meetHosts } from '../engine/host-process.ts';

export const STOP_HELP = `foldback stop [--config <dir>]\n\n  ends the server of that folder, and its sound with a fade\n`;

/** A server saves and fades out within 8 s. */
const STOP_MS = 10_000;
const LOOK_MS = 50;

/** @returns the exit code: 1 when something would not end */
export async function runStopCommand(directory: string, log: Logger): Promise<number> {
  const hosts = await meetHosts({ nest: new HostNest(directory), log });
  if (hosts.length === 0) log.info(`Nothing plays for ${directory}`);
  let exitCode = 0;
  for (const host of hosts) {
    const server = host.hello?.server ?? null;
    if (server === null) {
      await endHost(host);
      log.info('The sound has faded out');
    } else {
      host.leave();
      process.kill(server, 'SIGTERM');
      const hasEnded = await ends(server);
      if (hasEnded) log.info('The server has ended, and the sound with it');
      else log.error(`The server (process ${server}) does not end`);
      if (!hasEnded) exitCode = 1;
    }
  }
  return exitCode;
}

async function ends(pid: number): Promise<boolean> {
  for (const deadline = performance.now() + STOP_MS; performance.now() < deadline; await delay(LOOK_MS)) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
  }
  return false;
}
