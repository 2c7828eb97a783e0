/**
 * One socket that mends itself (SPEC W4): frames in, frames out, and what the page shows of a loss. Knows nothing of what the
 * frames say: whoever is behind it tells when the connection is of use again.
 */
import { GOODBYE_CODES, SOUND_AFTER, type SoundAfter } from '@foldback/protocol';
import type { Clock } from './clock.ts';

/** A server that is there and takes no socket is asked again more and more slowly. */
const BACKOFF_FIRST_MS = 250;
const BACKOFF_MAX_MS = 4_000;
/** One that is away is looked for this often, so that the page is right within 1 s of its return (SPEC W4). */
const LOOK_EVERY_MS = 500;
/** iOS may leave a socket connecting for ever. */
const CONNECTING_MS = 2_000;
/** A lost connection shows, and freezes the page, after this long. */
const GRACE_MS = 600;
/** Silence is questioned, then taken for death: together noticed within 5 s. */
const WATCH_EVERY_MS = 500;
const PING_AFTER_MS = 1_500;
const DEAD_AFTER_MS = 4_000;
/** After sleep a socket may look open and be dead: it has this long to say anything. */
const PROBE_MS = 700;
/** A watch this late means that the phone slept. */
const OVERSLEPT_MS = 3 * WATCH_EVERY_MS;

/** The part of a WebSocket that is used. */
export type Socket = Pick<
  WebSocket,
  'send' | 'close' | 'binaryType' | 'readyState' | 'onopen' | 'onmessage' | 'onclose'
>;
const OPEN = 1;

export interface LinkOptions {
  readonly openSocket: () => Socket;
  /**
   * Asks whether the server is there at all, and tells if it is. Not by a socket: browsers keep whoever opens sockets in vain
   * waiting longer and longer (Chromium 156: 5 s after 30 of them).
   */
  readonly look: (found: () => void) => void;
  readonly clock: Clock;
}

/** Who is behind the link. */
export interface LinkUser {
  /** A new socket is open: time to greet. */
  opened(): void;
  heard(data: unknown): void;
  /** The socket is gone: what was asked over it stays unanswered. `wasLive`: it was of use until now. */
  lost(wasLive: boolean): void;
  /** Asks for a sign of life; any will do. */
  ping(): void;
  /** Something of what the link shows may be new. */
  changed(): void;
}

/** What the page shows of it. */
export interface LinkView {
  readonly link: 'connecting' | 'live' | 'lost';
  /** Nothing may be moved: not connected yet, or not any more. */
  readonly frozen: boolean;
  /** How long the connection had been lost when this was drawn up, and which attempt to mend it this is. */
  readonly lostForMs: number | undefined;
  readonly attempt: number;
  /** What the server said of the sound before it went; undefined when it went without a word. */
  readonly soundAfter: SoundAfter | undefined;
}

/** What the code says with which a connection was closed; the server's goodbye itself may have been lost. */
const soundAfterCode = (code: number | undefined): SoundAfter | undefined =>
  SOUND_AFTER.find((sound) => GOODBYE_CODES[sound] === code);

export class Link {
  readonly #options: LinkOptions;
  readonly #user: LinkUser;

  #started = false;
  #stopped = false;
  #socket: Socket | undefined;
  #state: LinkView['link'] = 'connecting';
  #frozen = true;
  #lostAtMs: number | undefined;
  #attempt = 0;
  /** Sockets lost since one was of use. */
  #losses = 0;
  #soundAfter: SoundAfter | undefined;
  #connectingAtMs = 0;
  #heardAtMs = 0;
  #probedAtMs = 0;
  #watchedAtMs = 0;
  #cancelRetry = (): void => {};
  #cancelFreeze = (): void => {};

  constructor(options: LinkOptions, user: LinkUser) {
    this.#options = options;
    this.#user = user;
  }

  get started(): boolean {
    return this.#started;
  }

  get view(): LinkView {
    return {
      link: this.#state,
      frozen: this.#frozen,
      lostForMs: this.#lostAtMs === undefined ? undefined : this.#now - this.#lostAtMs,
      attempt: this.#attempt,
      soundAfter: this.#soundAfter,
    };
  }

  /** From now on it stays connected, or tries to. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#connect();
    this.#watchedAtMs = this.#now;
    this.#watch();
  }

  /** The page is looked at again, or the network is back: no waiting for the next attempt. */
  wake(): void {
    if (!this.#started) return;
    const socket = this.#socket;
    if (socket?.readyState === OPEN) this.#probe(socket);
    else if (socket === undefined || this.#now - this.#connectingAtMs >= PROBE_MS) {
      // One that has been connecting for so long began before the network was there.
      this.drop();
      this.#connect();
    }
  }

  /** @returns whether there is a connection to send it over */
  send(text: string): boolean {
    if (this.#socket?.readyState !== OPEN) return false;
    this.#socket.send(text);
    return true;
  }

  /** What the other end says is of use: from now on a loss is one. */
  live(): void {
    this.#cancelFreeze();
    this.#state = 'live';
    this.#frozen = false;
    this.#lostAtMs = undefined;
    this.#attempt = 0;
    this.#losses = 0;
    this.#soundAfter = undefined;
  }

  /** The server has said that it goes. */
  goodbye(soundAfter: SoundAfter): void {
    this.#soundAfter = soundAfter;
    this.drop();
  }

  /** What the other end says is of no use: another socket, from the start. */
  drop(): void {
    if (this.#socket !== undefined) this.#lose(this.#socket);
  }

  /** No other attempt before `startAnew`. */
  stop(): void {
    this.#stopped = true;
  }

  startAnew(): void {
    this.#stopped = false;
    this.#state = 'connecting';
    this.#lostAtMs = undefined;
    this.#connect();
  }

  get #now(): number {
    return this.#options.clock.now();
  }

  #connect(): void {
    this.#cancelRetry();
    if (this.#stopped) return;
    const socket = this.#options.openSocket();
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    this.#connectingAtMs = this.#now;
    const cancelTimeout = this.#options.clock.after(CONNECTING_MS, () => this.#lose(socket));
    const opened = () => {
      cancelTimeout();
      this.#heardAtMs = this.#now;
      if (socket === this.#socket) this.#user.opened();
    };
    socket.onopen = opened;
    socket.onmessage = ({ data }) => {
      if (socket !== this.#socket) return;
      this.#heardAtMs = this.#now;
      this.#user.heard(data);
    };
    socket.onclose = ({ code }) => {
      cancelTimeout();
      if (socket === this.#socket) this.#soundAfter = soundAfterCode(code) ?? this.#soundAfter;
      this.#lose(socket);
    };
    // It may have been opened before the page was there.
    if (socket.readyState === OPEN) opened();
    this.#user.changed();
  }

  #lose(socket: Socket): void {
    if (socket !== this.#socket) return;
    this.#socket = undefined;
    socket.close();
    const { clock } = this.#options;
    const wasLive = this.#state === 'live';
    this.#user.lost(wasLive);
    if (wasLive) {
      this.#state = 'lost';
      this.#lostAtMs = this.#now;
      // Where somebody has ended the mixer nobody is left believing that it plays.
      if (this.#soundAfter === 'stops') this.#frozen = true;
      else this.#cancelFreeze = clock.after(GRACE_MS, () => this.#freeze());
    }
    const delayMs = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** this.#losses++);
    this.#attempt++;
    // What was a moment's interruption is over by now; after that the server is looked for.
    const isFirst = this.#losses === 1;
    this.#cancelRetry = clock.after(delayMs, () => (isFirst ? this.#connect() : this.#look()));
    this.#user.changed();
  }

  #freeze(): void {
    this.#frozen = true;
    this.#user.changed();
  }

  /** Until it is found. */
  #look(): void {
    const { clock, look } = this.#options;
    this.#cancelRetry = clock.after(LOOK_EVERY_MS, () => {
      this.#attempt++;
      this.#look();
      this.#user.changed();
    });
    look(() => {
      if (this.#socket === undefined && this.#state !== 'live') this.#connect();
    });
  }

  /** Runs for the life of the page. */
  #watch(): void {
    const now = this.#now;
    const overslept = now - this.#watchedAtMs > OVERSLEPT_MS;
    this.#watchedAtMs = now;
    const socket = this.#socket;
    if (overslept) {
      this.wake();
    } else if (socket?.readyState === OPEN) {
      // What it had to say while the phone slept does not count: the probe decides.
      const silentMs = now - Math.max(this.#heardAtMs, this.#probedAtMs);
      if (silentMs >= DEAD_AFTER_MS) this.#lose(socket);
      else if (silentMs >= PING_AFTER_MS) this.#user.ping();
    }
    this.#options.clock.after(WATCH_EVERY_MS, () => this.#watch());
  }

  /** Whatever the server says in time shows that it is there; a busy one may keep the answer itself waiting. */
  #probe(socket: Socket): void {
    const probedAtMs = this.#now;
    this.#probedAtMs = probedAtMs;
    this.#user.ping();
    this.#options.clock.after(PROBE_MS, () => {
      if (socket !== this.#socket || this.#heardAtMs > probedAtMs) return;
      this.#lose(socket);
      this.#connect();
    });
  }
}
