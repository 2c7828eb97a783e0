import { type Change, encodeInputMeters, gainOf, type MixState, PROTOCOL_VERSION } from '@foldback/protocol';
import type { Socket } from '../connection/link.ts';
import type { Clock } from './clock.ts';
import { Memory } from './memory.ts';
import { MixerClient } from './mixer-client.ts';
import type { News } from './news.ts';
import type { OtherChange } from './other-hands.ts';

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

  drop(): void {
    this.readyState = 3;
    this.onclose?.call(this as unknown as WebSocket, {} as CloseEvent);
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

const DEVICE = {
  name: 'Desk',
  host_api: 'virtual',
  sample_rate: 48_000,
  inputs: [{ name: 'Kick' }, { name: 'Bass' }],
  output_pairs: 2,
};

const STATE: MixState = {
  client_id: 'ana',
  mix: { channels: [0, 1], gains: { 0: 0.5 }, pans: {}, mutes: {}, solos: [], master_gain: 1 },
  output: 0,
  mute_all: false,
  marks: { mine: [], hidden: [] },
  mix_number: 0,
  revision: 10,
  saved_revision: 10,
};

const gain = (value: number) => ({ type: 'gain', channel: 0, value }) as const;

/** @param early its sockets are open when it gets them */
function phone(
  remembers: Record<string, string> = { 'foldback.client_id': 'ana', 'foldback.name': 'Ana' },
  early = false,
) {
  const clock = new TestClock();
  const sockets: TestSocket[] = [];
  const stored = new Map(Object.entries(remembers));
  const outdated: number[] = [];
  const news: News[] = [];
  const client = new MixerClient({
    openSocket: () => {
      const socket = new TestSocket();
      if (early) socket.open();
      sockets.push(socket);
      return socket;
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
  const serve = (state: MixState = STATE, name = 'Ana', clientId = 'ana', more: object = {}) => {
    socket().open();
    socket().answer('hello', {
      client_id: clientId,
      name,
      protocol: PROTOCOL_VERSION,
      server_version: '0',
      device: DEVICE,
      notices: [],
      ...more,
    });
    socket().answer('subscribe', { ...state, restored_from: 'store' });
  };
  const shownGain = () => (client.view.mix === undefined ? undefined : gainOf(client.view.mix.mix, 0));
  const change = (revision: number, ...changes: Change[]) =>
    socket().say({
      type: 'change',
      body: { client_id: 'ana', changes, revision, source: 'sam', source_name: 'Sam', timestamp: 0 },
    });
  return { clock, sockets, stored, outdated, news, client, socket, serve, shownGain, change };
}

describe('greeting', () => {
  test('a phone that is known says who it is, and asks for its mix and the meters', () => {
    const { client, socket, serve } = phone();
    client.start();
    expect(client.view).toMatchObject({ link: 'connecting', frozen: true });
    serve();
    expect(socket().sent).toEqual([
      { id: 1, type: 'hello', body: { client_id: 'ana', name: 'Ana' } },
      { id: 2, type: 'subscribe', body: {} },
      { id: 3, type: 'watch_meters', body: { on: true } },
    ]);
    expect(client.view).toMatchObject({ link: 'live', frozen: false, saved: true, name: 'Ana', mix: STATE });
  });

  test('a new phone comes with a name and remembers the id it is given', () => {
    const { client, socket, serve, stored } = phone({});
    client.rename('Kim');
    client.start();
    serve(STATE, 'Kim', 'musician-7');
    expect(socket().asked('hello').body).toEqual({ name: 'Kim' });
    expect(stored.get('foldback.client_id')).toBe('musician-7');
    expect(stored.get('foldback.name')).toBe('Kim');
  });

  test('a phone that nobody has named yet does not connect, even when it is woken', () => {
    const { client, sockets } = phone({});
    client.wake();
    expect(sockets).toHaveLength(0);
  });

  test('a new name is mine when the server has it on disk', () => {
    const { client, socket, serve, stored } = phone();
    client.start();
    serve();
    client.rename('Anna');
    expect(client.view.name).toBe('Ana');
    socket().answer('set_client_name', {
      client_id: 'ana',
      custom_name: 'Anna',
      revision: STATE.revision + 1,
    });
    expect(client.view.name).toBe('Anna');
    expect(stored.get('foldback.name')).toBe('Anna');
    // Its revision is heard too: what comes next is no gap.
    expect(client.view.mix?.revision).toBe(STATE.revision + 1);
  });

  test('the name the server knows me by is mine', () => {
    const { client, serve, stored } = phone();
    client.start();
    serve(STATE, 'Anna');
    expect(client.view.name).toBe('Anna');
    expect(stored.get('foldback.name')).toBe('Anna');
  });

  test('a secret that is given is kept, and shown the next time', () => {
    const { client, clock, socket, serve } = phone();
    client.start();
    serve(STATE, 'Ana', 'ana', { device_secret: 'xyz' });
    socket().drop();
    clock.pass(250);
    socket().open();
    expect(socket().asked('hello').body).toEqual({ client_id: 'ana', name: 'Ana', device_secret: 'xyz' });
  });

  test('a phone that may not speak for its musician stays out, and may start a mix of its own', () => {
    const { client, clock, socket, sockets, serve, stored } = phone();
    client.start();
    socket().open();
    socket().say({ re: 1, error: { code: 'not_permitted', field: 'client_id', message: 'another device' } });
    expect(client.view).toMatchObject({ shutOut: true, frozen: true });
    clock.pass(60_000);
    client.wake();
    expect(sockets).toHaveLength(1);

    client.startAnew();
    serve(STATE, 'Ana', 'musician-7');
    expect(socket().asked('hello').body).toEqual({ name: 'Ana' });
    expect(stored.get('foldback.client_id')).toBe('musician-7');
    expect(client.view).toMatchObject({ shutOut: false, link: 'live' });
  });

  test('a mix that was lost to another phone is not shown any more, and not compared with the new one', () => {
    const { client, clock, socket, serve, stored, news } = phone();
    client.start();
    serve();
    clock.pass(1_000);
    expect(stored.has('foldback.last_mix')).toBe(true);
    socket().drop();
    clock.pass(1_000);
    socket().open();
    const error = { code: 'not_permitted', field: 'client_id', message: 'another device' };
    socket().say({ re: socket().asked('hello').id, error });
    expect(client.view).toMatchObject({ shutOut: true, mix: undefined });
    expect(stored.has('foldback.last_mix')).toBe(false);
    client.startAnew();
    expect(client.view).toMatchObject({ link: 'connecting', lostForMs: undefined });
    serve({ ...STATE, client_id: 'musician-7', mix: { ...STATE.mix, channels: [] } }, 'Ana', 'musician-7');
    expect(news).toEqual([]);
  });

  test('a socket that was opened before the page was there is greeted at once, and asked for everything at once', () => {
    const { client, socket } = phone({ 'foldback.client_id': 'ana', 'foldback.name': 'Ana' }, true);
    client.start();
    expect(socket().sent.map(({ type }) => type)).toEqual(['hello', 'subscribe', 'watch_meters']);
  });

  test('a server of another version makes the page reload, and gets no further', () => {
    const { client, socket, outdated } = phone();
    client.start();
    socket().open();
    socket().answer('hello', {
      client_id: 'ana',
      protocol: PROTOCOL_VERSION + 1,
      name: 'Ana',
      device: DEVICE,
    });
    expect(outdated).toEqual([PROTOCOL_VERSION + 1]);
    // Asked with the greeting; whatever it says to that is not understood.
    socket().answer('subscribe', STATE);
    expect(client.view).toMatchObject({ outdated: true, frozen: true, mix: undefined });
  });

  test('a server that is put back to the version of the page is understood again', () => {
    const { client, clock, socket, serve } = phone();
    client.start();
    socket().open();
    socket().answer('hello', {
      client_id: 'ana',
      protocol: PROTOCOL_VERSION + 1,
      name: 'Ana',
      device: DEVICE,
    });
    socket().drop();
    clock.pass(250);
    serve();
    expect(client.view).toMatchObject({ outdated: false, link: 'live' });
  });

  test('a refused greeting is tried again, more and more patiently', () => {
    const { client, socket, sockets, clock } = phone();
    client.start();
    socket().open();
    socket().say({ re: 1, error: { code: 'internal', field: '', message: 'busy' } });
    clock.pass(249);
    expect(sockets).toHaveLength(1);
    clock.pass(1);
    expect(sockets).toHaveLength(2);
  });
});

describe('moving', () => {
  test('a moving finger sends at most one value a frame, the newest, and the last on release', () => {
    const { client, clock, socket, serve } = phone();
    client.start();
    serve();
    client.hold(gain(0.5));
    client.move(gain(0.6));
    client.move(gain(0.61));
    expect(socket().count('update_gain')).toBe(0);
    clock.frame();
    expect(socket().asked('update_gain').body).toEqual({ channel: 0, gain: 0.61 });
    socket().answer('update_gain', { client_id: 'ana', revision: 11, channel: 0, gain: 0.61 });
    client.move(gain(0.7));
    client.release(gain(0.7));
    expect(socket().asked('update_gain').body).toEqual({ channel: 0, gain: 0.7 });
    expect(socket().count('update_gain')).toBe(2);
  });

  test('what was let go while a value was on its way follows with the answer, without waiting for a frame', () => {
    const { client, socket, serve } = phone();
    client.start();
    serve();
    client.set(gain(0.6));
    client.set(gain(0.7));
    expect(socket().count('update_gain')).toBe(1);
    socket().answer('update_gain', { client_id: 'ana', revision: 11, channel: 0, gain: 0.6 });
    expect(socket().asked('update_gain').body).toEqual({ channel: 0, gain: 0.7 });
  });

  test('"Saved" waits for the disk', () => {
    const { client, socket, serve } = phone();
    client.start();
    serve();
    client.set(gain(0.6));
    expect(client.view.saved).toBe(false);
    socket().answer('update_gain', { client_id: 'ana', revision: 11, channel: 0, gain: 0.6 });
    expect(client.view.saved).toBe(false);
    socket().say({ type: 'saved', body: { client_id: 'ana', revision: 11 } });
    expect(client.view.saved).toBe(true);
  });

  test('a refusal puts the fader back and is told once', () => {
    const { client, socket, serve, shownGain, news } = phone();
    client.start();
    serve();
    client.set(gain(0.9));
    expect(shownGain()).toBe(0.9);
    const error = { code: 'invalid', field: 'gain', message: 'no' } as const;
    socket().say({ re: socket().asked('update_gain').id, error });
    expect(shownGain()).toBe(0.5);
    expect(news).toEqual([{ kind: 'refused', error }]);
  });

  test('an empty mix starts with everybody at one level', () => {
    const { client, socket, serve } = phone();
    client.start();
    serve({ ...STATE, mix: { ...STATE.mix, channels: [] } });
    client.startWithEverybody(-20);
    expect(socket().asked('update_client_mix').body).toEqual({
      target_client_id: 'ana',
      channels: [0, 1],
      gains: { 0: 0.1, 1: 0.1 },
    });
    socket().answer('update_client_mix', { ...STATE, revision: 11 });
    expect(client.view.mix?.mix.channels).toEqual([0, 1]);
  });
});

describe('what others do', () => {
  test('their change shows; a mix that is not mine does not', () => {
    const { client, socket, serve, shownGain, change } = phone();
    client.start();
    serve();
    change(11, gain(0.1));
    expect(shownGain()).toBe(0.1);
    socket().say({
      type: 'change',
      body: {
        client_id: 'leo',
        changes: [gain(0.9)],
        revision: 12,
        source: '',
        source_name: '',
        timestamp: 0,
      },
    });
    expect(shownGain()).toBe(0.1);
  });

  test('a missed change brings one request for the whole state, which replaces all', () => {
    const { client, socket, serve, shownGain, change } = phone();
    client.start();
    serve();
    change(13, gain(0.1));
    change(14, gain(0.2));
    expect(socket().count('subscribe')).toBe(2);
    socket().answer('subscribe', { ...STATE, mix: { ...STATE.mix, gains: { 0: 0.2 } }, revision: 14 });
    expect(shownGain()).toBe(0.2);
    change(15, gain(0.3));
    expect(shownGain()).toBe(0.3);
    change(17, gain(0.4));
    expect(socket().count('subscribe')).toBe(3);
  });

  test('a whole state that is refused is asked for again from the start', () => {
    const { client, clock, socket, sockets, serve, shownGain, change } = phone();
    client.start();
    serve();
    change(13, gain(0.1));
    const error = { code: 'internal', field: '', message: 'busy' };
    socket().say({ re: socket().asked('subscribe').id, error });
    expect(client.view.link).toBe('lost');
    clock.pass(250);
    expect(sockets).toHaveLength(2);
    serve();
    change(13, gain(0.1));
    socket().answer('subscribe', { ...STATE, mix: { ...STATE.mix, gains: { 0: 0.1 } }, revision: 13 });
    expect(shownGain()).toBe(0.1);
  });

  test('what others do is told with their name; what another phone of mine does, or waits under my finger, is not', () => {
    const { client, socket, serve, change } = phone();
    client.start();
    serve();
    const told: OtherChange[] = [];
    client.onOther((other) => told.push(other));
    change(11, gain(0.1), { type: 'mute', channel: 1, value: true });
    const body = { client_id: 'ana', changes: [gain(0.2)], source_name: 'Ana', timestamp: 0 };
    socket().say({ type: 'change', body: { ...body, revision: 12, source: 'ana' } });
    client.hold(gain(0));
    change(13, gain(0.3));
    socket().say({
      type: 'change',
      body: { ...body, revision: 14, source: 'server', changes: [{ type: 'mute_all', value: true }] },
    });
    expect(told).toEqual([
      {
        by: 'Sam',
        steps: [
          { before: gain(0.5), after: gain(0.1) },
          {
            before: { type: 'mute', channel: 1, value: false },
            after: { type: 'mute', channel: 1, value: true },
          },
        ],
      },
      {
        by: '',
        steps: [{ before: { type: 'mute_all', value: false }, after: { type: 'mute_all', value: true } }],
      },
    ]);
  });

  test('a full state comes unasked, too', () => {
    const { client, socket, serve, shownGain } = phone();
    client.start();
    serve();
    socket().say({
      type: 'mix_state',
      body: { ...STATE, mix: { ...STATE.mix, gains: { 0: 2 } }, revision: 90 },
    });
    expect(shownGain()).toBe(2);
  });

  test('what the server tells everybody stands until it is over', () => {
    const { client, socket, serve } = phone();
    client.start();
    const recovered = { code: 'recovered', message: 'from a backup', at: 1 };
    serve(STATE, 'Ana', 'ana', { notices: [recovered] });
    socket().say({ type: 'notice', body: { code: 'not_saved', message: 'disk full', at: 2 } });
    socket().say({ type: 'notice', body: { code: 'not_saved', message: 'disk full', at: 3 } });
    expect(client.view.notices).toEqual([recovered, { code: 'not_saved', message: 'disk full', at: 3 }]);
    socket().say({ type: 'notice', body: { code: 'saved_again', message: '', at: 4 } });
    expect(client.view.notices).toEqual([recovered]);
  });

  test('a sound interface that is back is told once, and nothing stands any more', () => {
    const { client, socket, serve, news } = phone();
    client.start();
    serve();
    socket().say({ type: 'notice', body: { code: 'device_lost', message: 'unplugged', at: 1 } });
    expect(client.view.notices).toHaveLength(1);
    socket().say({ type: 'notice', body: { code: 'device_back', message: '', at: 2 } });
    expect(client.view.notices).toEqual([]);
    expect(news).toEqual([{ kind: 'device_back' }]);
  });

  test('an engineer knows that they are one, and takes the interface that is offered', () => {
    const { client, socket, serve } = phone();
    client.start();
    expect(client.view.role).toBeUndefined();
    serve(STATE, 'Ana', 'ana', { role: 'engineer' });
    expect(client.view.role).toBe('engineer');
    client.useDevice('Fireface');
    expect(socket().asked('use_device').body).toEqual({ device: 'Fireface' });
  });

  test('meters reach those who listen, and redraw nothing else', () => {
    const { client, socket, serve } = phone();
    client.start();
    serve();
    const frames: unknown[] = [];
    let views = 0;
    client.onMeters((frame) => frames.push(frame));
    client.onView(() => views++);
    socket().hand(encodeInputMeters(1, Float32Array.of(1, 0.5, 0.1, 0.05)));
    expect(frames).toHaveLength(1);
    expect(views).toBe(0);
  });
});

describe('losing the connection', () => {
  test('the first 600 ms show nothing; then the page is frozen and nothing is queued', () => {
    const { client, clock, socket, serve, shownGain } = phone();
    client.start();
    serve();
    socket().drop();
    expect(client.view).toMatchObject({ link: 'lost', frozen: false });
    clock.pass(600);
    expect(client.view.frozen).toBe(true);
    client.set(gain(0.9));
    expect(shownGain()).toBe(0.5);
  });

  test('it is tried again after 250 ms, 500 ms, 1 s, 2 s, then every 4 s', () => {
    const { client, clock, socket, sockets, serve } = phone();
    client.start();
    serve();
    socket().drop();
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 6; attempt++) {
      const count = sockets.length;
      let waited = 0;
      while (sockets.length === count) {
        clock.pass(50);
        waited += 50;
      }
      waits.push(waited);
      expect(client.view.attempt).toBe(attempt);
      socket().drop();
    }
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 4_000]);
  });

  test('a socket that hangs while connecting is given up after 2 s', () => {
    const { client, clock, sockets } = phone();
    client.start();
    clock.pass(2_249);
    expect(sockets).toHaveLength(1);
    clock.pass(1);
    expect(sockets).toHaveLength(2);
  });

  test('a socket that is open and dead is noticed within 5 s', () => {
    const { client, clock, socket, serve } = phone();
    client.start();
    serve();
    clock.pass(2_000);
    expect(socket().count('ping')).toBeGreaterThan(0);
    clock.pass(3_000);
    expect(client.view.link).toBe('lost');
  });

  test('meters alone keep a connection alive, and answered pings do', () => {
    const { client, clock, socket, serve } = phone();
    client.start();
    serve();
    for (let second = 0; second < 10; second++) {
      clock.pass(1_000);
      socket().hand(encodeInputMeters(1, Float32Array.of(0, 0)));
    }
    expect(socket().count('ping')).toBe(0);
    for (let second = 0; second < 10; second++) {
      clock.pass(1_600);
      socket().answer('ping', { server_timestamp: 0 });
    }
    expect(client.view.link).toBe('live');
  });

  test('a gesture cut off is finished with its last value, if the connection is back within 3 s', () => {
    const { client, clock, socket, serve, shownGain } = phone();
    client.start();
    serve();
    client.hold(gain(0.5));
    client.move(gain(0.7));
    clock.frame();
    socket().drop();
    client.move(gain(0.8));
    client.release(gain(0.8));
    expect(shownGain()).toBe(0.8);
    clock.pass(250);
    serve();
    expect(socket().asked('update_gain').body).toEqual({ channel: 0, gain: 0.8 });
  });

  test('after 3 s it is forgotten, and the mix shows what the server last said', () => {
    const { client, clock, socket, serve, shownGain } = phone();
    client.start();
    serve();
    client.set(gain(0.8));
    socket().drop();
    clock.pass(3_000);
    expect(shownGain()).toBe(0.5);
    client.wake();
    serve();
    expect(socket().count('update_gain')).toBe(0);
  });

  test.each([
    ['a value that was on its way', false],
    ['a value that waited behind another', true],
  ])('%s when the phone fell asleep is not sent when it wakes', (_what, second) => {
    const { client, clock, socket, serve, shownGain } = phone();
    client.start();
    serve();
    client.set(gain(0.8));
    if (second) client.set(gain(0.9));
    clock.sleep(600_000);
    client.wake();
    clock.pass(700);
    expect(shownGain()).toBe(0.5);
    serve();
    expect(socket().count('update_gain')).toBe(0);
  });

  test('coming back after a loss that showed tells what changed meanwhile; after a short one nothing', () => {
    const { client, clock, socket, serve, news } = phone();
    client.start();
    serve();
    socket().drop();
    clock.pass(250);
    serve();
    expect(news).toEqual([]);
    socket().drop();
    clock.pass(1_000);
    serve({ ...STATE, mix: { ...STATE.mix, gains: { 0: 0.5, 1: 2 } }, revision: 12 });
    expect(news).toMatchObject([{ kind: 'back', changed: { channels: [1], master: false } }]);
    expect(client.view).toMatchObject({ link: 'live', frozen: false, attempt: 0, lostForMs: undefined });
  });

  test('an answer of a socket that is gone changes nothing', () => {
    const { client, clock, sockets, serve, shownGain, socket } = phone();
    client.start();
    serve();
    client.set(gain(0.8));
    const old = socket();
    old.drop();
    clock.pass(250);
    serve();
    old.answer('update_gain', { client_id: 'ana', revision: 99, channel: 0, gain: 0.8 });
    expect(sockets).toHaveLength(2);
    expect(client.view.mix?.revision).toBe(10);
    expect(shownGain()).toBe(0.8);
  });
});

describe('waking up', () => {
  test('a page that is looked at again does not wait for the next attempt', () => {
    const { client, clock, socket, sockets, serve } = phone();
    client.start();
    serve();
    for (let attempt = 0; attempt < 5; attempt++) {
      socket().drop();
      clock.pass(4_000);
    }
    socket().drop();
    const count = sockets.length;
    client.wake();
    expect(sockets).toHaveLength(count + 1);
  });

  test('a socket that looks open and is dead is replaced within 1 s', () => {
    const { client, clock, sockets, serve } = phone();
    client.start();
    serve();
    client.wake();
    clock.pass(700);
    expect(sockets).toHaveLength(2);
  });

  test('a socket that answers is kept', () => {
    const { client, clock, socket, sockets, serve } = phone();
    client.start();
    serve();
    client.wake();
    clock.pass(100);
    socket().answer('ping', { server_timestamp: 0 });
    clock.pass(700);
    expect(sockets).toHaveLength(1);
    expect(client.view.link).toBe('live');
  });

  test('any word in time shows that the server is there: a busy one answers late', () => {
    const { client, clock, socket, sockets, serve } = phone();
    client.start();
    serve();
    clock.pass(10);
    client.wake();
    clock.pass(100);
    socket().hand(encodeInputMeters(1, Float32Array.of(0, 0)));
    clock.pass(700);
    expect(sockets).toHaveLength(1);
  });

  test('a phone that slept asks first, and does not take its own silence for the death of the socket', () => {
    const { client, clock, socket, serve } = phone();
    client.start();
    serve();
    clock.pass(500);
    clock.sleep(60_000);
    clock.pass(1);
    expect(client.view.link).toBe('live');
    expect(socket().count('ping')).toBe(1);
    clock.pass(690);
    expect(client.view.link).toBe('live');
  });
});

describe('the next visit', () => {
  test('the last mix is drawn at once and frozen, until the server speaks', () => {
    const first = phone();
    first.client.start();
    first.serve();
    first.change(11, gain(0.25));
    first.clock.pass(1_000);

    const { client, serve, shownGain, news } = phone(Object.fromEntries(first.stored));
    expect(client.view).toMatchObject({ link: 'connecting', frozen: true, saved: false, device: DEVICE });
    expect(shownGain()).toBe(0.25);
    client.start();
    client.set(gain(0.9));
    expect(shownGain()).toBe(0.25);
    serve();
    expect(shownGain()).toBe(0.5);
    expect(news).toEqual([]);
  });
});
