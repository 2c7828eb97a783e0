/** A phone that fell asleep with its socket open: it neither reads nor closes, whatever the server does. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ=='; // the sample nonce of RFC 6455, 1.3

export class HalfOpenPhone {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  static async connect(port: number): Promise<HalfOpenPhone> {
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    socket.on('error', () => undefined);
    socket.write(
      [
        'GET /ws HTTP/1.1',
        `Host: 127.0.0.1:${port}`,
        'Upgrade: websocket',
        'Connection: Upgrade',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${KEY}`,
        '',
        '',
      ].join('\r\n'),
    );
    await once(socket, 'data');
    socket.pause();
    return new HalfOpenPhone(socket);
  }

  drop(): void {
    this.#socket.destroy();
  }
}
