/**
 * Many Socket.IO clients in one process that read as little as a client can: whether a frame is an
 * acknowledgement.
 */
import { setImmediate as letAllBegin } from 'node:timers/promises';
import { secretOf } from '../test/support/native-client.ts';
import { cpuMs } from '../test/support/process-usage.ts';
import { RawConnection, text } from '../test/support/raw-websocket.ts';
import { FrameScanner } from './frame-scanner.ts';

/** Engine.IO and Socket.IO packet types, in ASCII. */
const MESSAGE = 0x34;
const ACK = 0x33;
const PING = 0x32;
const PONG = text('3');

class OlderClient {
  readonly #connection: RawConnection;
  readonly #pong: () => void;
  #acknowledged: () => void = () => undefined;
  /** Packets that came, acknowledgements too. */
  packets = 0;

  constructor(connection: RawConnection) {
    this.#connection = connection;
    this.#pong = () => connection.send(PONG);
    const scanner = new FrameScanner((_opcode, bytes, payload) =>
      this.#take(bytes[payload] as number, bytes[payload + 1] as number),
    );
    connection.socket.removeAllListeners('data').on('data', (bytes: Buffer) => scanner.read(bytes));
  }

  /** Asks, and returns when the acknowledgement has come. */
  async ask(event: string, body: object): Promise<void> {
    const acknowledged = new Promise<void>((resolve) => {
      this.#acknowledged = resolve;
    });
    this.#connection.send(text(`420${JSON.stringify([event, body])}`));
    await acknowledged;
  }

  leave(): void {
    this.#connection.destroy();
  }

  #take(engineType: number, socketType: number): void {
    if (engineType === PING) this.#pong();
    if (engineType !== MESSAGE) return;
    this.packets++;
    if (socketType === ACK) this.#acknowledged();
  }
}

async function join(port: number, clientId: string): Promise<OlderClient> {
  const connection = await RawConnection.handshaken(port, '/socket.io/?EIO=4&transport=websocket');
  const auth = { device_uuid: clientId, device_name: clientId, device_secret: secretOf(clientId) };
  connection.send(text(`40${JSON.stringify(auth)}`));
  // An event before the server has said that the namespace is connected ends the connection.
  for (;;) {
    const frame = await connection.frame();
    if (!frame) throw new Error('not connected to the namespace');
    if (frame.payload.toString('latin1', 0, 2) === '40') break;
  }
  const client = new OlderClient(connection);
  await client.ask('subscribe', {});
  return client;
}

export interface CrowdFigures {
  readonly tripsMs: readonly number[];
  readonly changesPerS: number;
  readonly packetsPerS: number;
  readonly serverCpuPerChangeUs: number;
}

/** Every client asks, waits for its answer, and asks again, for a time; all of them hear of every change. */
export async function crowd(
  { port, pid }: { readonly port: number; readonly pid: number },
  size: number,
  lastsMs: number,
): Promise<CrowdFigures> {
  const clients: OlderClient[] = [];
  while (clients.length < size) {
    const some = Array.from(
      { length: Math.min(50, size - clients.length) },
      (_, index) => index + clients.length,
    );
    clients.push(...(await Promise.all(some.map((index) => join(port, `client ${index}`)))));
  }
  await letAllBegin();
  const before = clients.reduce((sum, { packets }) => sum + packets, 0);
  const tripsMs: number[] = [];
  const [cpu, at] = [cpuMs(pid), performance.now()];
  let moves = 0;
  await Promise.all(
    clients.map(async (client) => {
      do {
        const sentAt = performance.now();
        await client.ask('update_gain', { channel: moves % 8, gain: (++moves % 1_000_000) / 1_000_000 });
        tripsMs.push(performance.now() - sentAt);
      } while (performance.now() - at < lastsMs);
    }),
  );
  const seconds = (performance.now() - at) / 1000;
  const packets = clients.reduce((sum, client) => sum + client.packets, 0) - before;
  const serverCpuPerChangeUs = ((cpuMs(pid) - cpu) * 1000) / tripsMs.length;
  for (const client of clients) client.leave();
  return {
    tripsMs,
    changesPerS: tripsMs.length / seconds,
    packetsPerS: packets / seconds,
    serverCpuPerChangeUs,
  };
}
