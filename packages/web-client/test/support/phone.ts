/** A client without a browser: its time passes when told to, and its server says what a test says. */
import { gainOf, PROTOCOL_VERSION } from '@foldback/protocol';
import type { Socket } from '../../src/connection/link.ts';
import type { Clock } from '../../src/connection/clock.ts';
import { Memory } from '../../src/boot/memory.ts';
import { MixerClient } from '../../src/connection/mixer-client.ts';
import type { MyMix } from '../../src/mixes/my-mix.ts';
import type { News } from '../../src/mixes/news.ts';
import type { Wish } from '../../src/mixes/wish.ts';
import { fromSam, outputsOf, watchedOf } from './records.ts';

/** Time that passes when told to; frames are drawn when told to. */
class TestClock implements Clock {
  #now = 0;
  #calls: { readonly atMs: number; readonly call: () => void }[] = [];
  #frames: (() => void)[] = [];

  now(): number {
    return this.#now;
  }

  after(delayMs: number, call: () => void): () => void {
    const entry = { atMs: this.#now + delayMs, call };
    this.#calls.push(entry);
    return () => {
      this.#calls = this.#calls.filter((other) => other !== entry);
    };
  }

  nextFrame(call: () => void): void {
    this.#frames.push(call);
  }

  frame(): void {
    const frames = this.#frames;
    this.#frames = [];
    for (const call of frames) call();
  }

  pass(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const next = this.#calls.filter(({ atMs }) => atMs <= until).sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      this.#calls = this.#calls.filter((entry) => entry !== next);
      this.#now = Math.max(this.#now, next.atMs);
      next.call();
    }
    this.#now = until;
  }

  /** The phone sleeps: time passes, nothing runs until it wakes. */
  sleep(ms: number): void {
    this.#now += ms;
  }
}

interface Asked {
  readonly id: number;
  readonly type: string;
  readonly gesture?: string;
  readonly body: Readonly<Record<string, unknown>>;
}

class TestSocket implements Socket {
  binaryType: BinaryType = 'blob';
  readyState: Socket['readyState'] = 0;
  onopen: Socket['onopen'] = null;
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;
  readonly sent: Asked[] = [];

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Asked);
  }

  close(): void {
    this.readyState = 3;
  }

  // The server's side. The client reads nothing of an event but its data.

  open(): void {
    this.readyState = 1;
    this.onopen?.call(this as unknown as WebSocket, {} as Event);
  }

  say(message: unknown): void {
    this.hand(JSON.stringify(message));
  }

  hand(data: unknown): void {
    this.onmessage?.call(this as unknown as WebSocket, { data } as MessageEvent);
  }

  /** @param code 1006: without a word */
  drop(code = 1006): void {
    this.readyState = 3;
    this.onclose?.call(this as unknown as WebSocket, { code } as CloseEvent);
  }

  /** The newest unanswered-looking command of a type. */
  asked(type: string): Asked {
    const asked = this.sent.findLast((message) => message.type === type);
    if (asked === undefined) throw new Error(`${type} was not asked`);
    return asked;
  }

  count(type: string): number {
    return this.sent.filter((message) => message.type === type).length;
  }

  answer(type: string, ok: unknown): void {
    this.say({ re: this.asked(type).id, ok });
  }
}

export const DEVICE = {
  name: 'Desk',
  host_api: 'virtual',
  sample_rate: 48_000,
  inputs: [{ name: 'Kick' }, { name: 'Bass' }],
  output_pairs: 2,
};

export const STATE: MyMix = {
  client_id: 'ana',
  mix: { channels: [0, 1], gains: { 0: 0.5 }, pans: {}, mutes: {}, solos: [], master_gain: 1 },
  output: 0,
  mute_all: false,
  marks: { mine: [], hidden: [] },
  mix_number: 0,
};

/** The revision of the mix, unless a test says another. */
export const REVISION = 10;

export const gain = (value: number) => ({ type: 'gain', channel: 0, value }) as const;

/** @param early its sockets are open when it gets them */
export function phone(
  remembers: Record<string, string> = { 'foldback.client_id': 'ana', 'foldback.name': 'Ana' },
  early = false,
) {
  const clock = new TestClock();
  const sockets: TestSocket[] = [];
  const stored = new Map(Object.entries(remembers));
  const outdated: number[] = [];
  /** Found when it is looked for, unless a test says another. */
  const server = { isThere: true };
  const news: News[] = [];
  const client = new MixerClient({
    openSocket: () => {
      const socket = new TestSocket();
      if (early) socket.open();
      sockets.push(socket);
      return socket;
    },
    look: (found) => {
      if (server.isThere) found();
    },
    clock,
    memory: new Memory({
      getItem: (key) => stored.get(key) ?? null,
      setItem: (key, value) => void stored.set(key, value),
      removeItem: (key) => void stored.delete(key),
    }),
    onOutdated: (protocol) => outdated.push(protocol),
  });
  client.onNews((item) => news.push(item));
  const socket = (): TestSocket => {
    const newest = sockets.at(-1);
    if (newest === undefined) throw new Error('no socket yet');
    return newest;
  };
  /** The server greets the newest socket and gives the mix. */
  const serve = (
    { revision = REVISION, ...state }: MyMix & { readonly revision?: number } = STATE,
    name = 'Ana',
    clientId = 'ana',
    more: object = {},
  ) => {
    socket().open();
    socket().answer('hello', {
      client_id: clientId,
      name,
      protocol: PROTOCOL_VERSION,
      server_version: '0',
      interface: DEVICE,
      records: outputsOf(state),
      notices: [],
      ...more,
    });
    socket().answer('subscribe', { ...watchedOf(state, revision), restored_from: 'store' });
  };
  const shownGain = () => (client.view.mix === undefined ? undefined : gainOf(client.view.mix.mix, 0));
  const change = (revision: number, wish: Wish, ...more: Wish[]) =>
    socket().say({ type: 'change', body: fromSam(STATE, revision, wish, ...more) });
  return { clock, server, sockets, stored, outdated, news, client, socket, serve, shownGain, change };
}
