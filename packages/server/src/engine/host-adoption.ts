/** At the start of a server: the host that plays already what is wished for goes on, every other one ends. */
import { setTimeout as delay } from 'node:timers/promises';
import type { AudioWish } from './audio-wish.ts';
import type { StreamInfo } from './engine.ts';
import { parseLabel, type Label } from './host-label.ts';
import { endHost, meetHosts, type HostPlace } from './host-process.ts';
import type { HostConnection } from './host-connection.ts';

/** How long a host may take to notice that its server was killed. */
const LEASE_MS = 2000;
const LEASE_LOOK_MS = 50;

export interface Adopted {
  readonly host: HostConnection;
  readonly label: Label;
  readonly stream: StreamInfo;
  /** The mixes it plays. */
  readonly mixes: readonly number[];
}

/** Those that play something else are ended, since one of them may hold the interface. @throws Error when another server has one */
export async function adoptHost(place: HostPlace, wish: AudioWish): Promise<Adopted | undefined> {
  let adopted: Adopted | undefined;
  const others: HostConnection[] = [];
  for (const host of await freeHosts(place)) {
    const found = adopted ? undefined : fitting(host, place, wish);
    if (found) adopted = found;
    else others.push(host);
  }
  if (others.length > 0) place.log.info('An engine host of other settings or another version fades out');
  await Promise.all(others.map(endHost));
  if (adopted) place.log.info(`The sound goes on: engine host ${adopted.host.pid} has been playing`);
  return adopted;
}

function fitting(host: HostConnection, { build }: HostPlace, wish: AudioWish): Adopted | undefined {
  const { hello } = host;
  const label = parseLabel(hello?.label);
  const fits = hello?.build === build && JSON.stringify(label?.wish) === JSON.stringify(wish);
  return fits && label && hello.stream
    ? { host, label, stream: hello.stream, mixes: hello.mixes }
    : undefined;
}

/** The hosts, when none has a server any more: one that was killed may take a moment to be missed. */
async function freeHosts(place: HostPlace): Promise<readonly HostConnection[]> {
  const deadline = performance.now() + LEASE_MS;
  for (;;) {
    const hosts = await meetHosts(place);
    const taken = hosts.find(({ hello }) => hello && hello.server !== null);
    if (!taken) return hosts;
    for (const host of hosts) host.leave();
    if (performance.now() > deadline) throw new Error(`another server has the engine host ${taken.pid}`);
    await delay(LEASE_LOOK_MS);
  }
}
