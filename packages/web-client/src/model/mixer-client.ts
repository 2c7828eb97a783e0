/**
 * The phone's end of the control socket: who I am, my mix, and a connection that mends itself (SPEC W4).
 * Elements never see it; they see the View and send wishes.
 */
import {
  type CommandAnswer,
  type CommandBody,
  type CommandType,
  dbToGain,
  decodeMeters,
  type DeviceSummary,
  type ErrorBody,
  type EventBody,
  type EventType,
  type InputMeterFrame,
  type MixMeterFrame,
  type MixState,
  PROTOCOL_VERSION,
  type Role,
} from '@foldback/protocol';
import type { Clock } from './clock.ts';
import { recallMix, rememberMix } from './last-mix.ts';
import type { Memory } from './memory.ts';
import { MixModel, WISH_LIFE_MS } from './mix-model.ts';
import type { MixDifference } from './mix-view.ts';
import { type Step, stepsBetween } from './step.ts';
import { type StandingNotice, withNotice } from './standing-notices.ts';
import { commandOf, type ControlKey, keyOf, storedWish, type Wish } from './wish.ts';

const BACKOFF_FIRST_MS = 250;
const BACKOFF_MAX_MS = 4_000;
/** iOS may leave a socket connecting for ever. */
const CONNECTING_MS = 2_000;
/** A lost connection shows, and freezes the page, after this long. */
const GRACE_MS = 600;
/** The mix is remembered for the next visit this long after it changed. */
const REMEMBER_MS = 1_000;
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

/** The author of what nobody in particular did: see the change event. */
const SERVER = 'server';

const ignore = (): void => {};

export interface ClientOptions {
  readonly openSocket: () => Socket;
  readonly clock: Clock;
  readonly memory: Memory;
  /** The server speaks another version of the protocol than this page. */
  readonly onOutdated: (protocol: number) => void;
}

/** What happened, for one line on the page. */
export type News =
  | { readonly kind: 'refused'; readonly error: ErrorBody }
  /** The connection is back after a loss that was shown. */
  | { readonly kind: 'back'; readonly changed: MixDifference }
  | { readonly kind: 'device_back' | 'recording' };

/** What somebody else did to this mix; a control under a finger here is not among it. */
export interface OtherChange {
  /** Their name; empty for the server itself. */
  readonly by: string;
  readonly steps: readonly Step[];
}

/** Everything the page draws, but for meters. Replaced, never changed. */
export interface View {
  readonly link: 'connecting' | 'live' | 'lost';
  /** Nothing may be moved: not connected yet, or not any more. */
  readonly frozen: boolean;
  /** How long the connection had been lost when this was drawn up, and which attempt to mend it this is. */
  readonly lostForMs: number | undefined;
  readonly attempt: number;
  readonly name: string;
  readonly clientId: string | undefined;
  /** What this phone may do; undefined before the server has said. */
  readonly role: Role | undefined;
  readonly device: DeviceSummary | undefined;
  readonly mix: MixState | undefined;
  /** All of it is on the server's disk (SPEC S3). */
  readonly saved: boolean;
  /** What the server told everybody, and still holds. */
  readonly notices: readonly StandingNotice[];
  /** Another device speaks for this musician, and this one cannot show that it may (SPEC A1). */
  readonly shutOut: boolean;
  /** The server speaks another version of the protocol: this page can only be loaded again. */
  readonly outdated: boolean;
}

type ServerMessage =
  | { readonly re: number | null; readonly ok?: unknown; readonly error?: ErrorBody }
  | { [T in EventType]: { readonly type: T; readonly body: EventBody<T> } }[EventType];

interface Waiting {
  readonly onOk: (answer: unknown) => void;
  readonly onError: (error: ErrorBody) => void;
}

export class MixerClient {
  readonly #options: ClientOptions;
  readonly #model = new MixModel();
  readonly #listeners = new Set<() => void>();
  readonly #newsListeners = new Set<(news: News) => void>();
  readonly #otherListeners = new Set<(change: OtherChange) => void>();
  readonly #meterListeners = new Set<(frame: InputMeterFrame | MixMeterFrame) => void>();

  #started = false;
  #socket: Socket | undefined;
  #link: View['link'] = 'connecting';
  #frozen = true;
  #lostAtMs: number | undefined;
  #attempt = 0;
  #name: string;
  #clientId: string | undefined;
  #role: Role | undefined;
  #device: DeviceSummary | undefined;
  #notices: readonly StandingNotice[] = [];
  #shutOut = false;
  #outdated = false;
  #view: View | undefined;

  #nextId = 1;
  readonly #waiting = new Map<number, Waiting>();
  #resyncing = false;
  #flushQueued = false;
  #rememberQueued = false;
  #heardAtMs = 0;
  #probedAtMs = 0;
  #watchedAtMs = 0;
  #cancelRetry = (): void => {};
  #cancelLossTimers = (): void => {};

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#name = options.memory.get('name') ?? '';
    this.#clientId = options.memory.get('client_id');
    const last = recallMix(options.memory, this.#clientId);
    if (last === undefined) return;
    this.#device = last.device;
    this.#model.replace(last.mix);
  }

  get view(): View {
    this.#view ??= {
      link: this.#link,
      frozen: this.#frozen,
      lostForMs: this.#lostAtMs === undefined ? undefined : this.#now - this.#lostAtMs,
      attempt: this.#attempt,
      name: this.#name,
      clientId: this.#clientId,
      role: this.#role,
      device: this.#device,
      mix: this.#model.state,
      saved: this.#link !== 'connecting' && this.#model.saved,
      notices: this.#notices,
      shutOut: this.#shutOut,
      outdated: this.#outdated,
    };
    return this.#view;
  }

  /** @returns the function that ends it, like the others */
  onView(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onNews(listener: (news: News) => void): () => void {
    this.#newsListeners.add(listener);
    return () => this.#newsListeners.delete(listener);
  }

  onOther(listener: (change: OtherChange) => void): () => void {
    this.#otherListeners.add(listener);
    return () => this.#otherListeners.delete(listener);
  }

  onMeters(listener: (frame: InputMeterFrame | MixMeterFrame) => void): () => void {
    this.#meterListeners.add(listener);
    return () => this.#meterListeners.delete(listener);
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
    if (this.#socket === undefined) {
      this.#connect();
    } else if (this.#socket.readyState === OPEN) {
      this.#probe(this.#socket);
    }
  }

  hold(wish: Wish): void {
    if (this.#frozen) return;
    this.#model.hold(wish);
  }

  /** A finger moves a control: sent with the next frame, newest value only. */
  move(wish: Wish): void {
    if (this.#frozen) return;
    this.#model.want(wish, this.#now);
    this.#queueFlush();
    this.#changed();
  }

  /** The finger is gone: what it wanted last is sent now. */
  release(wish: Wish): void {
    this.#model.release(keyOf(wish), this.#now);
    this.#flush();
    this.#changed();
  }

  /** A key, a tap: one value, now. */
  set(wish: Wish): void {
    this.move(wish);
    this.release(wish);
  }

  /** An empty mix gets every channel of the device, all at one level. */
  startWithEverybody(levelDb: number): void {
    if (this.#frozen || this.#clientId === undefined || this.#device === undefined) return;
    const channels = this.#device.inputs.map((_input, channel) => channel);
    const gains = Object.fromEntries(channels.map((channel) => [channel, dbToGain(levelDb)]));
    this.#ask('update_client_mix', { target_client_id: this.#clientId, channels, gains }, (state) => {
      this.#model.replace(state);
    });
  }

  /** The name other people see. Before the first connection it is the one to come with. */
  rename(name: string): void {
    if (!this.#started) this.#setName(name);
    else if (this.#clientId !== undefined && !this.#frozen) {
      this.#ask('set_client_name', { client_id: this.#clientId, custom_name: name }, (answer) => {
        this.#setName(answer.custom_name);
        // The name is not in the mix, but its revision counts.
        if (this.#model.hear({ changes: [], revision: answer.revision }) === 'gap') this.#resync();
      });
    }
    this.#changed();
  }

  /** Everybody's sound goes through this interface from now on. */
  useDevice(device: string): void {
    this.#ask('use_device', { device }, ignore);
  }

  /** Shut out of the mix it came for, this phone gets a new one. */
  startAnew(): void {
    if (!this.#shutOut) return;
    this.#shutOut = false;
    this.#clientId = undefined;
    this.#options.memory.forget('client_id');
    this.#link = 'connecting';
    this.#lostAtMs = undefined;
    this.#connect();
  }

  // The connection.

  get #now(): number {
    return this.#options.clock.now();
  }

  #connect(): void {
    this.#cancelRetry();
    if (this.#shutOut) return;
    const socket = this.#options.openSocket();
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    const cancelTimeout = this.#options.clock.after(CONNECTING_MS, () => this.#lose(socket));
    const opened = () => {
      cancelTimeout();
      this.#heardAtMs = this.#now;
      if (socket === this.#socket) this.#greet();
    };
    socket.onopen = opened;
    socket.onmessage = ({ data }) => {
      if (socket !== this.#socket) return;
      this.#heardAtMs = this.#now;
      this.#hear(data);
    };
    socket.onclose = () => {
      cancelTimeout();
      this.#lose(socket);
    };
    // It may have been opened before the page was there.
    if (socket.readyState === OPEN) opened();
    this.#changed();
  }

  #lose(socket: Socket): void {
    if (socket !== this.#socket) return;
    this.#socket = undefined;
    socket.close();
    this.#waiting.clear();
    this.#resyncing = false;
    this.#model.connectionLost(this.#now);
    const { clock } = this.#options;
    if (this.#link === 'live') {
      this.#link = 'lost';
      this.#lostAtMs = this.#now;
      const cancelFreeze = clock.after(GRACE_MS, () => {
        this.#frozen = true;
        this.#changed();
      });
      const cancelForget = clock.after(WISH_LIFE_MS, () => {
        this.#model.giveUpAll();
        this.#changed();
      });
      this.#cancelLossTimers = () => {
        cancelFreeze();
        cancelForget();
      };
    }
    const delayMs = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** this.#attempt++);
    this.#cancelRetry = clock.after(delayMs, () => this.#connect());
    this.#changed();
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
      else if (silentMs >= PING_AFTER_MS) this.#ask('ping', {}, ignore, ignore);
    }
    this.#options.clock.after(WATCH_EVERY_MS, () => this.#watch());
  }

  /** Whatever the server says in time shows that it is there; a busy one may keep the answer itself waiting. */
  #probe(socket: Socket): void {
    const probedAtMs = this.#now;
    this.#probedAtMs = probedAtMs;
    this.#ask('ping', {}, ignore, ignore);
    this.#options.clock.after(PROBE_MS, () => {
      if (socket !== this.#socket || this.#heardAtMs > probedAtMs) return;
      this.#lose(socket);
      this.#connect();
    });
  }

  /** Who I am; then my mix; then the meters. All at once: each answer waited for would be a way there and back more. */
  #greet(): void {
    const { memory } = this.#options;
    const secret = memory.get('device_secret');
    const who: CommandBody<'hello'> = {
      ...(this.#clientId !== undefined && { client_id: this.#clientId }),
      ...(this.#name !== '' && { name: this.#name }),
      ...(secret !== undefined && { device_secret: secret }),
    };
    const giveUp = ({ code }: ErrorBody) => {
      if (code === 'not_permitted') this.#shutMeOut();
      if (this.#socket !== undefined) this.#lose(this.#socket);
    };
    const welcome = (answer: CommandAnswer<'hello'>) => {
      this.#outdated = answer.protocol !== PROTOCOL_VERSION;
      if (this.#outdated) {
        this.#options.onOutdated(answer.protocol);
        return;
      }
      this.#clientId = answer.client_id;
      this.#role = answer.role;
      memory.set('client_id', answer.client_id);
      if (answer.device_secret !== undefined) memory.set('device_secret', answer.device_secret);
      if (answer.name !== '') this.#setName(answer.name);
      this.#notices = answer.notices.reduce(withNotice, []);
      this.#device = answer.device;
    };
    this.#ask('hello', who, welcome, giveUp);
    const notMine = (error: ErrorBody) => {
      if (!this.#outdated) giveUp(error);
    };
    this.#ask('subscribe', {}, (state) => this.#welcome(state), notMine);
    this.#ask('watch_meters', { on: true }, ignore);
  }

  /** What is another device's is not for this one to see. */
  #shutMeOut(): void {
    this.#shutOut = true;
    this.#model.clear();
    this.#options.memory.forget('last_mix');
  }

  #welcome(state: MixState): void {
    if (this.#outdated) return;
    const wasShownLost = this.#link === 'lost' && this.#frozen;
    this.#cancelLossTimers();
    const changed = this.#model.returnTo(state);
    this.#link = 'live';
    this.#frozen = false;
    this.#lostAtMs = undefined;
    this.#attempt = 0;
    if (wasShownLost && changed !== undefined) this.#tell({ kind: 'back', changed });
    this.#flush();
  }

  #setName(name: string): void {
    this.#name = name;
    this.#options.memory.set('name', name);
  }

  // Messages.

  #ask<T extends CommandType>(
    type: T,
    body: CommandBody<T>,
    onOk: (answer: CommandAnswer<T>) => void,
    onError: (error: ErrorBody) => void = (error) => this.#tell({ kind: 'refused', error }),
  ): void {
    if (this.#socket?.readyState !== OPEN) return;
    const id = this.#nextId++;
    this.#waiting.set(id, {
      // The server checks its answers against the same table this type is made from.
      onOk: (answer) => onOk(answer as CommandAnswer<T>),
      onError,
    });
    this.#socket.send(JSON.stringify({ id, type, body }));
  }

  #hear(data: unknown): void {
    if (data instanceof ArrayBuffer) {
      const frame = decodeMeters(data);
      if (frame !== undefined) for (const listener of this.#meterListeners) listener(frame);
      return;
    }
    const message = JSON.parse(String(data)) as ServerMessage;
    if ('re' in message) this.#hearAnswer(message);
    else this.#hearEvent(message);
    this.#changed();
  }

  #hearAnswer({ re, ok, error }: Extract<ServerMessage, { re: unknown }>): void {
    const waiting = re === null ? undefined : this.#waiting.get(re);
    if (re !== null) this.#waiting.delete(re);
    if (error === undefined) waiting?.onOk(ok);
    else if (waiting !== undefined) waiting.onError(error);
    else this.#tell({ kind: 'refused', error });
  }

  #hearEvent(event: Extract<ServerMessage, { type: unknown }>): void {
    switch (event.type) {
      case 'change':
        if (event.body.client_id === this.#clientId) this.#hearChange(event.body);
        break;
      case 'mix_state':
        if (event.body.client_id === this.#clientId) this.#model.replace(event.body);
        break;
      case 'saved':
        if (event.body.client_id === this.#clientId) this.#model.savedUpTo(event.body.revision);
        break;
      case 'device':
        this.#device = event.body;
        break;
      case 'notice': {
        const { code } = event.body;
        this.#notices = withNotice(this.#notices, event.body);
        if (code === 'device_back' || code === 'recording') this.#tell({ kind: code });
        break;
      }
    }
  }

  #hearChange(body: EventBody<'change'>): void {
    const before = this.#model.state;
    if (this.#model.hear(body) === 'gap') this.#resync();
    const after = this.#model.state;
    // Another phone of the same musician is no other hand.
    if (body.source === this.#clientId || before === undefined || after === undefined) return;
    const steps = stepsBetween(before, after);
    const by = body.source === SERVER ? '' : body.source_name;
    if (steps.length > 0) for (const listener of this.#otherListeners) listener({ by, steps });
  }

  /** A change was missed: the whole state again. One request mends every gap seen until its answer. */
  #resync(): void {
    if (this.#resyncing) return;
    this.#resyncing = true;
    const mended = (state: MixState) => {
      this.#resyncing = false;
      this.#model.replace(state);
    };
    // Without the state nothing on the page can be believed: from the start.
    const failed = () => {
      if (this.#socket !== undefined) this.#lose(this.#socket);
    };
    this.#ask('subscribe', {}, mended, failed);
  }

  // Wishes.

  #queueFlush(): void {
    if (this.#flushQueued) return;
    this.#flushQueued = true;
    this.#options.clock.nextFrame(() => {
      this.#flushQueued = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#link !== 'live') return;
    for (const wish of this.#model.takeDue(this.#now)) this.#send(wish);
  }

  #send(wish: Wish): void {
    const { type, body } = commandOf(wish, this.#clientId ?? '');
    const key: ControlKey = keyOf(wish);
    this.#ask(
      type,
      // The table of wishes pairs each command with its fields; TypeScript cannot follow that through a lookup.
      body as CommandBody<typeof type>,
      (answer) => {
        const { revision, ...values } = answer as { revision: number } & Record<string, unknown>;
        if (this.#model.accepted(storedWish(wish, values), revision) === 'gap') this.#resync();
        // Still moving: the next value goes with the next frame. Already let go: at once, frames may have stopped.
        if (this.#model.isHeld(key)) this.#queueFlush();
        else this.#flush();
      },
      (error) => {
        this.#model.refused(key);
        this.#tell({ kind: 'refused', error });
      },
    );
  }

  #tell(news: News): void {
    for (const listener of this.#newsListeners) listener(news);
  }

  #changed(): void {
    this.#view = undefined;
    this.#queueRemember();
    for (const listener of this.#listeners) listener();
  }

  #queueRemember(): void {
    if (this.#rememberQueued || this.#link !== 'live') return;
    this.#rememberQueued = true;
    this.#options.clock.after(REMEMBER_MS, () => {
      this.#rememberQueued = false;
      const mix = this.#model.serverState;
      if (mix !== undefined && this.#device !== undefined) {
        rememberMix(this.#options.memory, { device: this.#device, mix });
      }
    });
  }
}
