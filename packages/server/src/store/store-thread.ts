/** The store's worker as the event loop sees it: calls that are answered, and news that comes unasked. */
import { Worker } from 'node:worker_threads';
import type { RecordOf } from '@foldback/protocol';
import { recordsOfToday } from './record-row.ts';
import type { StoreNotice } from './state-store.ts';
import type { StoreCall, StoreCalls, StoreReply, StoreRequest, StoreWorkerData } from './store-messages.ts';
import { WORKER_ARGV, workerFile } from './worker-file.ts';

/** What the worker refused, by the name and in the words of the error there. */
export class StoreCallError extends Error {
  readonly cause_name: string;

  constructor(causeName: string, message: string) {
    super(message);
    this.name = 'StoreCallError';
    this.cause_name = causeName;
  }
}

/** An answer, and the records that were delivered with it, as those of today. */
export interface Answered<Call extends StoreCall> {
  readonly answer: StoreCalls[Call]['answer'];
  readonly records: readonly RecordOf[];
}

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly records: RecordOf[];
}

/** What the worker tells unasked. */
export interface StoreNews {
  notice(notice: StoreNotice): void;
  /** @param at ms since 1970 */
  backedUp(at: number): void;
}

export class StoreThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;
  #ended: Error | undefined;

  constructor(workerData: StoreWorkerData, news: StoreNews) {
    this.#worker = new Worker(workerFile('store-worker'), { workerData, execArgv: WORKER_ARGV });
    this.#worker.on('message', (text: string) => {
      const reply = JSON.parse(text) as StoreReply;
      if (reply.kind === 'notice') news.notice(reply.notice);
      else if (reply.kind === 'backed_up') news.backedUp(reply.at);
      else if (reply.kind === 'records')
        this.#waiting.get(reply.number)?.records.push(...recordsOfToday(reply.records));
      else this.#settle(reply);
    });
    this.#worker.on('error', (error) => {
      this.#end(error instanceof Error ? error : new Error(String(error)));
    });
    this.#worker.on('exit', () => {
      this.#end(new Error('the store has ended'));
    });
  }

  get hasEnded(): boolean {
    return this.#ended !== undefined;
  }

  async call<Call extends StoreCall>(
    call: Call,
    ask: StoreCalls[Call]['ask'],
  ): Promise<StoreCalls[Call]['answer']> {
    return (await this.callForRecords(call, ask)).answer;
  }

  async callForRecords<Call extends StoreCall>(
    call: Call,
    ask: StoreCalls[Call]['ask'],
  ): Promise<Answered<Call>> {
    if (this.#ended !== undefined) throw this.#ended;
    this.#calls += 1;
    const request: StoreRequest<Call> = { number: this.#calls, call, ask };
    const records: RecordOf[] = [];
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(request.number, { resolve, reject, records });
    });
    this.#worker.postMessage(JSON.stringify(request));
    return { answer: (await answer) as StoreCalls[Call]['answer'], records };
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(reply: StoreReply & { kind: 'answer' | 'error' }): void {
    const waiting = this.#waiting.get(reply.number);
    this.#waiting.delete(reply.number);
    if (reply.kind === 'answer') waiting?.resolve(reply.answer);
    else waiting?.reject(new StoreCallError(reply.name, reply.message));
  }

  #end(reason: Error): void {
    this.#ended ??= reason;
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}
