/**
 * The way into a running server for `foldback state` and `foldback record`: a private socket. One line of JSON asks, one line
 * answers.
 */
import type { RecordingState } from '@foldback/protocol';
import { rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { listenPrivately, PrivateSockets } from '../private-socket.ts';
import type { MadeBackup } from './backups.ts';
import { messageOf } from './sqlite-errors.ts';

export interface ActReport {
  /** How many clients are different now. */
  readonly changed: number;
}

/** What `foldback state` may do to everything saved; a running server does it with its desk, a stopped one on the files. */
export interface StateActs {
  import(text: string): Promise<ActReport>;
  backup(): Promise<MadeBackup>;
  restore(backup: string): Promise<ActReport>;
  undo(act: number): Promise<ActReport>;
  clear(ids: readonly string[]): Promise<ActReport>;
}

export const STATE_ACTS = [
  'import',
  'backup',
  'restore',
  'undo',
  'clear',
] as const satisfies (keyof StateActs)[];

/** What a server does when it is asked from its own computer. */
export interface ServerActs extends StateActs {
  /** Begins or ends a recording of all inputs, or only says how it goes. */
  record(wish: RecordWish): Promise<RecordingState>;
}

export const RECORD_WISHES = ['start', 'stop', 'status'] as const;
export type RecordWish = (typeof RECORD_WISHES)[number];

const SERVER_ACTS = [...STATE_ACTS, 'record'] as const satisfies (keyof ServerActs)[];

/** A file of state that is larger than this is not sent by us, in characters. */
const REQUEST_MAX = 512 * 1024 * 1024;

interface Request {
  readonly act: keyof ServerActs;
  readonly ask: unknown;
}

type Reply = { readonly ok: unknown } | { readonly error: string };

const SUFFIX = '.sock';
const socketsOf = (directory: string): PrivateSockets => new PrivateSockets(directory, 'foldback');

export class ControlSocket {
  readonly #server: Server;
  readonly #connections = new Set<Socket>();

  private constructor(acts: ServerActs) {
    this.#server = createServer((socket) => {
      this.#connections.add(socket);
      socket.on('close', () => this.#connections.delete(socket));
      socket.on('error', () => socket.destroy());
      readLine(socket)
        .then((line) => answer(acts, line))
        .then((reply) => socket.end(`${JSON.stringify(reply)}\n`))
        .catch(() => socket.destroy());
    });
  }

  /** Opens the socket; whoever calls holds the directory's lock, so one left by a killed server may go. @throws the system's error */
  static async open(directory: string, acts: ServerActs): Promise<ControlSocket> {
    const control = new ControlSocket(acts);
    const path = `${await socketsOf(directory).prefix()}${SUFFIX}`;
    if (process.platform !== 'win32') rmSync(path, { force: true });
    await listenPrivately(control.#server, path);
    return control;
  }

  async close(): Promise<void> {
    for (const socket of this.#connections) socket.destroy();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }
}

async function answer(acts: ServerActs, line: string): Promise<Reply> {
  try {
    const { act, ask } = JSON.parse(line) as Request;
    if (!SERVER_ACTS.includes(act)) throw new Error(`this server does not know "${String(act)}"`);
    return { ok: await (acts[act] as (ask: unknown) => Promise<unknown>)(ask) };
  } catch (error) {
    return { error: messageOf(error) };
  }
}

/** Everything up to the first line end. */
function readLine(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: string[] = [];
    let length = 0;
    socket.setEncoding('utf8');
    socket.on('data', (part: string) => {
      parts.push(part);
      length += part.length;
      if (part.includes('\n')) resolve(parts.join('').split('\n')[0] ?? '');
      else if (length > REQUEST_MAX) reject(new Error('too long'));
    });
    socket.on('error', reject);
    socket.on('close', () => {
      reject(new Error('the other side went away'));
    });
  });
}

/** @returns undefined when nobody listens there */
function connectTo(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path, () => resolve(socket));
    socket.once('error', () => resolve(undefined));
  });
}

/** The acts of the server that runs on this directory; undefined when none does. */
export async function connectToServer(directory: string): Promise<ServerActs | undefined> {
  const sockets = socketsOf(directory);
  const paths = sockets.prefixes
    .map((prefix) => `${prefix}${SUFFIX}`)
    .filter((path) => sockets.isTrusted(path));
  const open = async (): Promise<Socket | undefined> => {
    for (const path of paths) {
      const socket = await connectTo(path);
      if (socket) return socket;
    }
    return undefined;
  };
  const probe = await open();
  if (probe === undefined) return undefined;
  probe.destroy();

  const ask = async <Act extends keyof ServerActs>(
    act: Act,
    body: unknown,
  ): Promise<Awaited<ReturnType<ServerActs[Act]>>> => {
    const socket = await open();
    if (socket === undefined) throw new Error('the server has just ended');
    socket.write(`${JSON.stringify({ act, ask: body })}\n`);
    const reply = JSON.parse(await readLine(socket)) as Reply;
    socket.destroy();
    if ('error' in reply) throw new Error(reply.error);
    return reply.ok as Awaited<ReturnType<ServerActs[Act]>>;
  };
  return {
    import: (text) => ask('import', text),
    backup: () => ask('backup', null),
    restore: (backup) => ask('restore', backup),
    undo: (act) => ask('undo', act),
    clear: (ids) => ask('clear', ids),
    record: (wish) => ask('record', wish),
  };
}
