/**
 * The way into a running server for `foldback state` and `foldback record`: a private socket. One line of JSON asks, one line
 * answers.
 */
import type { RecordingState } from '@foldback/protocol';
import { rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { PendingCalls } from '../pending-calls.ts';
import { listenPrivately, PrivateSockets } from '../private-socket.ts';
import { Turns } from '../turns.ts';
import { messageOf } from './sqlite-errors.ts';
import { STATE_ACTS, type StateActs } from '../desk/state-acts.ts';

/** What a server does when it is asked from its own computer. */
export interface ServerActs extends StateActs {
  /** Begins or ends a recording of all inputs, or only says how it goes. */
  record(wish: RecordWish): Promise<RecordingState>;
  /** A fresh engineer code, good besides those before it, or in their place. */
  engineer(isOnly: boolean): Promise<EngineerKey>;
}

/** What makes a phone the engineer's. */
export interface EngineerKey {
  readonly code: string;
  /** The page that takes it by itself: the code is in its fragment. */
  readonly url: string;
}

export const RECORD_WISHES = ['start', 'stop', 'status'] as const;
export type RecordWish = (typeof RECORD_WISHES)[number];

const SERVER_ACTS = [...STATE_ACTS, 'record', 'engineer'] as const satisfies (keyof ServerActs)[];

/** A file of state that is larger than this is not sent by us, in characters. */
const REQUEST_MAX = 512 * 1024 * 1024;

/** Each act by what it answers. */
type ActTable = {
  readonly [Act in keyof ServerActs]: { readonly answer: Awaited<ReturnType<ServerActs[Act]>> };
};

interface Request {
  readonly act: keyof ServerActs;
  readonly ask: unknown;
}

type Reply = { readonly ok: unknown } | { readonly error: string };

const SUFFIX = '.sock';
const socketsOf = (directory: string): PrivateSockets => new PrivateSockets(directory, 'foldback');

export class ControlSocket {
  readonly #directory: string;
  readonly #acts: ServerActs;
  readonly #connections = new Set<Socket>();
  readonly #turns = new Turns();
  #server: Server | undefined;
  #isOver = false;

  constructor(directory: string, acts: ServerActs) {
    this.#directory = directory;
    this.#acts = acts;
  }

  /** Listening. @throws the system's error */
  static async open(directory: string, acts: ServerActs): Promise<ControlSocket> {
    const control = new ControlSocket(directory, acts);
    await control.listen();
    return control;
  }

  /**
   * Listens where the directory is now: again, when another disk has taken its place, and hides the socket in it. Whoever calls
   * holds the directory's lock, so one left by a killed server may go. @throws the system's error
   */
  listen(): Promise<void> {
    return this.#turns.take(async () => {
      if (this.#isOver) return;
      const path = `${await socketsOf(this.#directory).prefix()}${SUFFIX}`;
      this.#server?.close(); // takes its path away, so before the new one is made
      if (process.platform !== 'win32') rmSync(path, { force: true });
      this.#server = this.#makeServer();
      await listenPrivately(this.#server, path);
    });
  }

  async close(): Promise<void> {
    this.#isOver = true;
    await this.#turns.ended();
    for (const socket of this.#connections) socket.destroy();
    const server = this.#server;
    if (server === undefined) return;
    await new Promise((resolve) => {
      server.close(resolve);
    });
  }

  #makeServer(): Server {
    return createServer((socket) => {
      this.#connections.add(socket);
      socket.on('close', () => this.#connections.delete(socket));
      socket.on('error', () => socket.destroy());
      readLine(socket)
        .then((line) => answer(this.#acts, line))
        .then((reply) => socket.end(`${JSON.stringify(reply)}\n`))
        .catch(() => socket.destroy());
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
  ): Promise<ActTable[Act]['answer']> => {
    const socket = await open();
    if (socket === undefined) throw new Error('the server has just ended');
    return askOver(socket, act, body);
  };
  return {
    import: (text) => ask('import', text),
    backup: () => ask('backup', null),
    restore: (backup) => ask('restore', backup),
    undo: (act) => ask('undo', act),
    clear: (ids) => ask('clear', ids),
    return: (ids) => ask('return', ids),
    engineer: (isOnly) => ask('engineer', isOnly),
    record: (wish) => ask('record', wish),
  };
}

/** One connection, one call. */
function askOver<Act extends keyof ServerActs>(
  socket: Socket,
  act: Act,
  body: unknown,
): Promise<ActTable[Act]['answer']> {
  const calls = new PendingCalls<ActTable>();
  return calls.call(act, (number) => {
    socket.write(`${JSON.stringify({ act, ask: body })}\n`);
    readLine(socket)
      .then((line) => {
        const reply = JSON.parse(line) as Reply;
        if ('error' in reply) calls.refuse(number, new Error(reply.error));
        else calls.answer(number, reply.ok);
      })
      .catch((error: unknown) => calls.refuse(number, error))
      .finally(() => socket.destroy());
  });
}
