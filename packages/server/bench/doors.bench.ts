/**
 * The doors in figures, each beside plain Socket.IO on node:http in the same run. Clients and servers share the machine's
 * cores: read them as ratios, and the round trips as upper bounds.
 *
 * Usage: node --disable-warning=ExperimentalWarning bench/doors.bench.ts [--idle <connections>] [--only <table>]
 * 10,000 connections and all tables at first: trips, crowd, sustained, seen, meters, idle.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus, loadavg } from 'node:os';
import { setInterval as every } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { nativeDoor, socketIoDoor, type FuzzDoor, type FuzzLine } from '../test/support/fuzz-doors.ts';
import { NativeClient } from '../test/support/native-client.ts';
import { percentile } from '../test/support/percentiles.ts';
import { cpuMs, residentBytes } from '../test/support/process-usage.ts';
import { OPCODE, RawConnection, text } from '../test/support/raw-websocket.ts';
import { ServerProcess, temporaryFolder } from '../test/support/server-process.ts';
import { eventually } from '../test/support/wait.ts';
import { FrameScanner } from './frame-scanner.ts';
import { crowd } from './older-crowd.ts';

const { values } = parseArgs({
  options: { idle: { type: 'string', default: '10000' }, only: { type: 'string' } },
});
const IDLE_CONNECTIONS = Number(values.idle);
/** Below the burst that every phone is allowed (SPEC C8). */
const MOVES_PER_CLIENT_MAX = 1_500;
const MOVES_MAX = 20_000;
/** On the Socket.IO door every client sees every change, as existing clients expect; so many of these are enough. */
const DELIVERIES_MAX = 200_000;
const KIB = 1024;

interface Running {
  readonly port: number;
  readonly pid: number;
  end(): Promise<unknown>;
}

interface Target {
  readonly name: string;
  readonly door: FuzzDoor;
  readonly showsAllToAll: boolean;
  start(): Promise<Running>;
}

async function startFoldback(): Promise<Running> {
  const folder = temporaryFolder();
  const server = await ServerProcess.start({
    config: folder.path,
    args: [
      ...['--device', 'virtual', '--auto-route', 'false'],
      ...['--max-phones', '20000', '--max-per-address', '0'],
    ],
  });
  const end = async () => {
    await server.end();
    folder.remove();
  };
  return { port: server.port, pid: server.pid, end };
}

async function startPlain(...args: string[]): Promise<Running> {
  const program = fileURLToPath(new URL('doors-plain-socketio.ts', import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  const end = async () => {
    const exited = once(child, 'exit');
    child.kill();
    await exited;
  };
  if (child.pid === undefined) throw new Error('the plain server has not started');
  return { port, pid: child.pid, end };
}

const TARGETS: readonly Target[] = [
  { name: '/ws', door: nativeDoor, showsAllToAll: false, start: startFoldback },
  { name: '/socket.io/', door: socketIoDoor, showsAllToAll: true, start: startFoldback },
  { name: 'plain socket.io', door: socketIoDoor, showsAllToAll: false, start: () => startPlain() },
];

const ms = (value: number): string => value.toFixed(value < 10 ? 2 : 0);
const count = (value: number): string => Math.round(value).toLocaleString('en-US');
const say = (line: string): void => void process.stdout.write(`${line}\n`);

function table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const ruler = line(widths.map((width) => '-'.repeat(width)));
  say(`\n### ${title}\n\n${[line(head), ruler, ...rows.map(line)].join('\n')}`);
}

let moves = 0;
function moveOf(door: FuzzDoor, id: number): Buffer {
  const body = `{"channel":${moves % 8},"gain":${(++moves % 1_000_000) / 1_000_000}}`;
  return door.encode({ type: '"update_gain"', body }, id);
}

const openMany = async (target: Target, port: number, many: number): Promise<FuzzLine[]> => {
  const lines: FuzzLine[] = [];
  for (let first = 0; first < many; first += 50) {
    const names = Array.from({ length: Math.min(50, many - first) }, (_, index) => `client ${first + index}`);
    lines.push(...(await Promise.all(names.map((name) => target.door.open(port, name)))));
  }
  return lines;
};

async function answered(line: FuzzLine): Promise<void> {
  const answer = await line.next();
  if (!answer || 'error' in answer) throw new Error(`not accepted: ${JSON.stringify(answer)}`);
}

/** CPU a server takes when nobody asks anything: the sound, mostly. */
async function idleCpuShare(pid: number): Promise<number> {
  const [cpu, at] = [cpuMs(pid), performance.now()];
  await once(AbortSignal.timeout(1_000), 'abort');
  return (cpuMs(pid) - cpu) / (performance.now() - at);
}

interface Trip {
  readonly tripsMs: number[];
  readonly perSecond: number;
  readonly cpuPerChangeUs: number;
}

/** Every client asks, waits for its answer, and asks again. */
async function roundTrips(target: Target, clients: number, perClient: number): Promise<Trip> {
  const server = await target.start();
  const lines = await openMany(target, server.port, clients);
  const idle = await idleCpuShare(server.pid);
  const tripsMs: number[] = [];
  const [cpu, at] = [cpuMs(server.pid), performance.now()];
  await Promise.all(
    lines.map(async (line) => {
      for (let id = 1; id <= perClient; id++) {
        const sentAt = performance.now();
        line.send(moveOf(target.door, id));
        await answered(line);
        tripsMs.push(performance.now() - sentAt);
      }
    }),
  );
  const tookMs = performance.now() - at;
  const cpuPerChangeUs = ((cpuMs(server.pid) - cpu - idle * tookMs) * 1000) / tripsMs.length;
  for (const line of lines) line.leave();
  await server.end();
  return { tripsMs, perSecond: (tripsMs.length / tookMs) * 1000, cpuPerChangeUs };
}

async function benchRoundTrips(): Promise<void> {
  const rows: string[][] = [];
  for (const clients of [1, 20, 100, 1_000]) {
    for (const target of TARGETS) {
      const affordable = target.showsAllToAll ? Math.min(MOVES_MAX, DELIVERIES_MAX / clients) : MOVES_MAX;
      const perClient = Math.max(1, Math.floor(Math.min(MOVES_PER_CLIENT_MAX, affordable / clients)));
      const { tripsMs, perSecond, cpuPerChangeUs } = await roundTrips(target, clients, perClient);
      const [p50, p99] = [percentile(tripsMs, 0.5), percentile(tripsMs, 0.99)];
      rows.push([count(clients), target.name, ms(p50), ms(p99), count(perSecond), cpuPerChangeUs.toFixed(0)]);
    }
  }
  const head = ['clients', 'door', 'p50 ms', 'p99 ms', 'changes/s', 'server CPU µs/change'];
  table('Command to answer, one at a time per client (goal: CPU < 50 µs with 20 clients)', head, rows);
}

/** On the Socket.IO door everybody sees every change: n changes are n² packets. */
async function benchCrowd(): Promise<void> {
  const LASTS_MS = 4_000;
  const doors = [
    ['/socket.io/', startFoldback],
    ['plain socket.io', () => startPlain('--to-all')],
  ] as const;
  const rows: string[][] = [];
  for (const clients of [100, 1_000]) {
    for (const [name, start] of doors) {
      const server = await start();
      const { tripsMs, changesPerS, packetsPerS, serverCpuPerChangeUs } = await crowd(
        server,
        clients,
        LASTS_MS,
      );
      await server.end();
      const [p50, p99] = [percentile(tripsMs, 0.5), percentile(tripsMs, 0.99)];
      rows.push([
        count(clients),
        name,
        ms(p50),
        ms(p99),
        count(changesPerS),
        count(packetsPerS),
        count(serverCpuPerChangeUs),
      ]);
    }
  }
  const head = ['clients', 'door', 'p50 ms', 'p99 ms', 'changes/s', 'packets/s', 'server CPU µs/change'];
  table('Older clients: every change goes to all (goal: p99 ≤ 100 ms with 100)', head, rows);
}

/** As many as go through: clients that keep several questions open. */
async function sustained(target: Target): Promise<string[]> {
  const CLIENTS = 100;
  const OPEN_QUESTIONS = 8;
  const LASTS_MS = 4_000;
  const server = await target.start();
  const lines = await openMany(target, server.port, CLIENTS);
  let changes = 0;
  const at = performance.now();
  const isOver = () => performance.now() - at > LASTS_MS;
  await Promise.all(
    lines.map(async (line) => {
      let id = 0;
      for (; id < OPEN_QUESTIONS; id++) line.send(moveOf(target.door, id));
      for (let open = OPEN_QUESTIONS; open > 0; changes++) {
        await answered(line);
        if (isOver()) open--;
        else line.send(moveOf(target.door, ++id));
      }
    }),
  );
  const tookMs = performance.now() - at;
  const durable = target.name === 'plain socket.io' ? 'never' : await untilDurable(server.port, CLIENTS);
  for (const line of lines) line.leave();
  await server.end();
  return [target.name, count((changes / tookMs) * 1000), durable];
}

/** How long after the last answer everything is on disk. */
async function untilDurable(port: number, clients: number): Promise<string> {
  const at = performance.now();
  const asker = await NativeClient.join(port, 'asker');
  for (let index = 0; index < clients; index++) {
    await eventually('a mix is on disk', async () => {
      const { revision, saved_revision } = await asker.watch(`client ${index}`);
      return revision === saved_revision;
    });
  }
  asker.close();
  return `${ms(performance.now() - at)} ms later`;
}

async function benchSustained(): Promise<void> {
  const rows = [];
  for (const target of TARGETS) rows.push(await sustained(target));
  table(
    'Sustained, 100 clients with 8 open questions each (goal: 20,000 on /ws)',
    ['door', 'changes/s', 'on disk'],
    rows,
  );
}

/** What a move says of the value: by its name, or by the channel it is of. */
const MOVED_VALUE = /"(?:value|\d+)":([\d.e-]+)/;

/** One hand, fifty eyes. */
async function seenByOthers(target: Target): Promise<string[]> {
  const EYES = 50;
  const CHANGES = 300;
  const server = await target.start();
  const author = await target.door.open(server.port, 'author');
  const eyes = await openMany(target, server.port, EYES);
  const sentAt = new Map<string, number>();
  const seenMs: number[] = [];
  for (const eye of eyes) {
    eye.send(target.door.encode({ type: '"watch_mix"', body: '{"client_id":"author"}' }, 1));
    await answered(eye);
  }
  const watching = eyes.map(async (eye) => {
    for (let seen = 0; seen < CHANGES;) {
      const said = await eye.nextSaid();
      if (!said) throw new Error('an eye was closed');
      const value = MOVED_VALUE.exec(said.payload.toString('latin1'))?.[1];
      const sent = value === undefined ? undefined : sentAt.get(value);
      if (sent === undefined) continue;
      seenMs.push(performance.now() - sent);
      seen++;
    }
  });
  const idle = await idleCpuShare(server.pid);
  const [cpu, at] = [cpuMs(server.pid), performance.now()];
  let id = 0;
  for await (const _tick of every(10)) {
    const gain = ++id / 1_000;
    sentAt.set(String(gain), performance.now());
    author.send(target.door.encode({ type: '"update_gain"', body: `{"channel":0,"gain":${gain}}` }, id));
    if (id === CHANGES) break;
  }
  await Promise.all(watching);
  const tookMs = performance.now() - at;
  const cpuUs = ((cpuMs(server.pid) - cpu - idle * tookMs) * 1000) / CHANGES;
  for (const line of [author, ...eyes]) line.leave();
  await server.end();
  return [target.name, ms(percentile(seenMs, 0.5)), ms(percentile(seenMs, 0.99)), cpuUs.toFixed(0)];
}

async function benchSeen(): Promise<void> {
  const rows = [];
  for (const target of TARGETS) rows.push(await seenByOthers(target));
  const head = ['door', 'p50 ms', 'p99 ms', 'server CPU µs/change'];
  table('One change, 100 a second, seen by 50 others (goal: p99 < 10 ms)', head, rows);
}

/** Meters of the inputs and of one's own mix, 25 times a second each. */
async function meters(watchers: number): Promise<string[]> {
  const LASTS_MS = 4_000;
  const server = await startFoldback();
  let frames = 0;
  const connections: RawConnection[] = [];
  for (let index = 0; index < watchers; index++) {
    const connection = await RawConnection.handshaken(server.port);
    const scanner = new FrameScanner((opcode) => {
      if (opcode === OPCODE.binary) frames++;
    });
    connection.socket.removeAllListeners('data').on('data', (bytes: Buffer) => scanner.read(bytes));
    connection.send(text(JSON.stringify({ id: 1, type: 'hello', body: { client_id: `client ${index}` } })));
    connection.send(text('{"id":2,"type":"subscribe","body":{}}'));
    connections.push(connection);
  }
  const rest = () => once(AbortSignal.timeout(LASTS_MS / 2), 'abort');
  await rest(); // everybody has come, and has heard of it
  const idle = await idleCpuShare(server.pid);
  for (const connection of connections)
    connection.send(text('{"id":3,"type":"watch_meters","body":{"on":true}}'));
  await rest();
  const [cpu, at, before] = [cpuMs(server.pid), performance.now(), frames];
  await once(AbortSignal.timeout(LASTS_MS), 'abort');
  const [share, tookMs, read] = [cpuMs(server.pid) - cpu, performance.now() - at, frames - before];
  for (const connection of connections) connection.destroy();
  await server.end();
  const perWatcher = read / watchers / 2 / (tookMs / 1000);
  return [count(watchers), perWatcher.toFixed(1), `${((share / tookMs - idle) * 100).toFixed(0)} %`];
}

async function benchMeters(): Promise<void> {
  const rows = [];
  for (const watchers of [100, 1_000]) rows.push(await meters(watchers));
  table(
    'Meters at 25 Hz, inputs and own mix, on /ws (Socket.IO clients know none)',
    ['watchers', 'delivered Hz', 'server CPU of one core'],
    rows,
  );
}

/** Connected and introduced, and then nothing. */
async function idleMemory(target: Target, connections: number): Promise<string[]> {
  const server = await target.start();
  await openMany(target, server.port, 50);
  const before = residentBytes(server.pid);
  const at = performance.now();
  const lines = await openMany(target, server.port, connections);
  const perSecond = (connections / (performance.now() - at)) * 1000;
  const idle = await idleCpuShare(server.pid);
  const each = (residentBytes(server.pid) - before) / connections / KIB;
  for (const line of lines) line.leave();
  await server.end();
  return [
    target.name,
    count(connections),
    `${each.toFixed(1)} KiB`,
    count(perSecond),
    `${(idle * 100).toFixed(0)} %`,
  ];
}

async function benchIdle(): Promise<void> {
  const rows = [];
  for (const target of TARGETS) rows.push(await idleMemory(target, IDLE_CONNECTIONS));
  const head = ['door', 'connections', 'memory each', 'arrivals/s', 'CPU when idle'];
  table('Musicians connected, subscribed and silent (on Foldback each has a mix that plays)', head, rows);
}

say(
  `${cpus().length} × ${cpus()[0]?.model.trim() ?? '?'}, Node ${process.version}, load ${loadavg().map(ms).join(' ')}`,
);
const benches = {
  trips: benchRoundTrips,
  crowd: benchCrowd,
  sustained: benchSustained,
  seen: benchSeen,
  meters: benchMeters,
  idle: benchIdle,
};
for (const [name, bench] of Object.entries(benches)) {
  if (values.only === undefined || values.only === name) await bench();
}
say(`\nload at the end ${loadavg().map(ms).join(' ')}`);
