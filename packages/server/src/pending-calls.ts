/** Calls to another thread or process that wait for their answers: numbered, since answers may come in any order or never. */
import { systemClock, type Clock } from './store/clock.ts';

/** Every call by name, and what is answered. */
type CallTable<Table> = { readonly [Call in keyof Table]: { readonly answer: unknown } };

export interface Deadline {
  readonly ms: number;
  /** What the caller gets then; an answer that comes later is nobody's. */
  readonly late: () => Error;
}

interface Waiting<Table> {
  readonly call: keyof Table;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** Calls its deadline off. */
  readonly inTime: () => void;
}

export class PendingCalls<Table extends CallTable<Table>> {
  readonly #waiting = new Map<number, Waiting<Table>>();
  readonly #clock: Pick<Clock, 'after'>;
  #calls = 0;
  #ended: Error | undefined;

  constructor(clock: Pick<Clock, 'after'> = systemClock) {
    this.#clock = clock;
  }

  /** Why nothing can be asked any more. */
  get ended(): Error | undefined {
    return this.#ended;
  }

  /**
   * @param send asks the other side, by this number; what it throws is the caller's
   * @throws the reason when the other side is gone, also before anything was sent
   */
  call<Call extends keyof Table>(
    call: Call,
    send: (number: number) => void,
    deadline?: Deadline,
  ): Promise<Table[Call]['answer']> {
    if (this.#ended) return Promise.reject(this.#ended);
    const number = ++this.#calls;
    return new Promise((resolve, reject) => {
      const inTime = deadline
        ? this.#clock.after(deadline.ms, () => this.refuse(number, deadline.late()))
        : () => undefined;
      this.#waiting.set(number, { call, resolve, reject, inTime });
      try {
        send(number);
      } catch (error) {
        this.refuse(number, error);
      }
    });
  }

  /** Which call waits for the answer of this number; undefined when none does any more. */
  waiting(number: number): keyof Table | undefined {
    return this.#waiting.get(number)?.call;
  }

  /** @param answer what the table says of `waiting(number)`; whoever heard it has checked that */
  answer(number: number, answer: unknown): void {
    this.#take(number)?.resolve(answer);
  }

  refuse(number: number, error: unknown): void {
    this.#take(number)?.reject(error);
  }

  /** The other side is gone: nothing that waits is answered, and nothing more is asked. */
  end(reason: Error): void {
    this.#ended ??= reason;
    for (const number of [...this.#waiting.keys()]) this.refuse(number, reason);
  }

  #take(number: number): Waiting<Table> | undefined {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    waiting?.inTime();
    return waiting;
  }
}
