/** A client made for the older system, with the official library: what its socket hears, in the order it comes. */
import { io, type Socket } from 'socket.io-client';

export interface Heard {
  readonly event: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What has not come by then does not come. */
const PATIENCE_MS = 10_000;

type Wanted = (body: Heard['body']) => boolean;

export class OlderClient {
  readonly socket: Socket;
  #news: Heard[] = [];
  #wake: () => void = () => undefined;

  /** @param auth what its handshake carries */
  constructor(url: string, auth: Readonly<Record<string, unknown>>) {
    this.socket = io(url, { auth, transports: ['websocket'], reconnection: false, forceNew: true });
    this.socket.onAny((event: string, body: Heard['body']) => {
      this.#news.push({ event, body });
      this.#wake();
    });
  }

  /** As their page sends: it waits for events, never for an acknowledgement. */
  tell(event: string, body?: unknown): void {
    if (body === undefined) this.socket.emit(event);
    else this.socket.emit(event, body);
  }

  /** The next event of that name that came since the last one waited for; what came before it is passed over. */
  async hears(event: string, isWanted: Wanted = () => true): Promise<Heard['body']> {
    const patience = AbortSignal.timeout(PATIENCE_MS);
    for (;;) {
      const index = this.#news.findIndex((heard) => heard.event === event && isWanted(heard.body));
      const found = this.#news[index];
      if (found) {
        this.#news = this.#news.slice(index + 1);
        return found.body;
      }
      if (patience.aborted)
        throw new Error(`${event} never came, but ${this.#news.map((heard) => heard.event).join(', ')}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        patience.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  leave(): void {
    this.socket.disconnect();
  }
}
