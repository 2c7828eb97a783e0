/** One musician at either door, asking in the same words: a test that goes through both needs one body. */
import type { ErrorBody } from '@foldback/protocol';
import { io } from 'socket.io-client';
import { NativeClient, Refused, secretOf } from './native-client.ts';

export type Reply = { readonly ok: unknown } | { readonly error: ErrorBody };

export interface Visitor {
  /** Any type and body, right or wrong. */
  ask(type: string, body: unknown): Promise<Reply>;
  leave(): void;
}

export interface Doorway {
  readonly name: string;
  /** Connected, introduced by the musician's own device, and subscribed. */
  enter(port: number, clientId: string): Promise<Visitor>;
}

const nativeDoorway: Doorway = {
  name: '/ws',
  async enter(port, clientId) {
    const client = await NativeClient.join(port, clientId, clientId);
    let id = 1_000_000;
    return {
      async ask(type, body) {
        try {
          return { ok: await client.askRaw(JSON.stringify({ id: ++id, type, body }), id) };
        } catch (error) {
          if (error instanceof Refused) return { error: error.body };
          throw error;
        }
      },
      leave: () => client.close(),
    };
  },
};

const socketIoDoorway: Doorway = {
  name: '/socket.io/',
  async enter(port, clientId) {
    const socket = io(`http://127.0.0.1:${port}`, {
      auth: { device_uuid: clientId, device_name: clientId, device_secret: secretOf(clientId) },
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
    });
    const ask = (type: string, body: unknown): Promise<Reply> =>
      new Promise((resolve, reject) => {
        socket.once('disconnect', () => reject(new Error('the socket closed')));
        socket.emit(type, body, (answer: object) => {
          const isError = Object.keys(answer).join() === 'error';
          resolve(isError ? (answer as { error: ErrorBody }) : { ok: answer });
        });
      });
    await new Promise<void>((resolve, reject) => {
      socket.once('clients_update', () => resolve());
      socket.once('error', ({ message }: { message: string }) => reject(new Error(message)));
      socket.once('connect_error', reject);
    });
    await ask('subscribe', {});
    return { ask, leave: () => void socket.disconnect() };
  },
};

export const DOORWAYS: readonly Doorway[] = [nativeDoorway, socketIoDoorway];
