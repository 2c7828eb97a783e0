/** The store's worker as the event loop sees it: calls that are answered, and news that comes unasked. */
import type { Worker } from 'node:worker_threads';
import type { RecordOf } from '@foldback/protocol';
import { PendingCalls } from '../pending-calls.ts';
import { storeWorker } from './early-worker.ts';
import { recordsOfToday } from './record-row.ts';
import type { StoreNotice } from './state-store.ts';
import type { StoreCall, StoreCalls, StoreReply, StoreRequest, StoreWorkerData } from './store-messages.ts';

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

/** What the worker tells unasked. */
export interface StoreNews {
  notice(notice: StoreNotice): void;
  /** @param at ms since 1970 */
  backedUp(at: number): void;
}

export class StoreThread {
  readonly #worker: Worker;
  readonly #calls = new PendingCalls<StoreCalls>();
  /** What has been delivered for answers yet to come, by the number of the call. */
  readonly #delivered = new Map<number, RecordOf[]>();

  constructor(workerData: StoreWorkerData, news: StoreNews) {
    this.#worker = storeWorker(workerData);
    this.#worker.on('message', (text: string) => {
      const reply = JSON.parse(text) as StoreReply;
      if (reply.kind === 'notice') news.notice(reply.notice);
      else if (reply.kind === 'backed_up') news.backedUp(reply.at);
      else if (reply.kind === 'records')
        this.#delivered.get(reply.number)?.push(...recordsOfToday(reply.records));
      else if (reply.kind === 'answer') this.#calls.answer(reply.number, reply.answer);
      else this.#calls.refuse(reply.number, new StoreCallError(reply.name, reply.message));
    });
    this.#worker.on('error', (error) => {
      this.#calls.end(error instanceof Error ? error : new Error(String(error)));
    });
    this.#worker.on('exit', () => {
      this.#calls.end(new Error('the store has ended'));
    });
  }

  get hasEnded(): boolean {
    return this.#calls.ended !== undefined;
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
    const records: RecordOf[] = [];
    let asked = 0;
    const answer = this.#calls.call(call, (number) => {
      asked = number;
      this.#delivered.set(number, records);
      const request: StoreRequest<Call> = { number, call, ask };
      this.#worker.postMessage(JSON.stringify(request));
    });
    try {
      return { answer: await answer, records };
    } finally {
      this.#delivered.delete(asked);
    }
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
