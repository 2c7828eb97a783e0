/** What a host says unasked: by topics, to whoever listens. */
import * as v from 'valibot';
import type { HostPush } from './host-messages.ts';
import type { Message } from './message.ts';

/** Both sides know it by its name, and by how what is said on it crosses the wire. */
export interface Topic<Value> {
  readonly name: string;
  readonly message: Message<Value>;
}

type Hear = (body: unknown, floats: Float32Array) => void;

export class PushListeners {
  readonly #byTopic = new Map<string, Set<Hear>>();

  /** @returns what ends it */
  subscribe<Value>({ name, message }: Topic<Value>, listener: (value: Value) => void): () => void {
    const hear: Hear = (body, floats) => {
      const value = message.unpack(v.parse(message.schema, body), floats);
      // Trouble of a listener is its own: the connection, and with it the host, must not suffer.
      queueMicrotask(() => {
        if (this.#byTopic.get(name)?.has(hear)) listener(value);
      });
    };
    const hears = this.#byTopic.get(name) ?? new Set();
    this.#byTopic.set(name, hears.add(hear));
    return () => {
      hears.delete(hear);
    };
  }

  /** A topic that nobody listens to is nobody's, and one that nobody knows as well. @throws ValiError, RangeError when it is none */
  hear({ push, body }: HostPush, floats: Float32Array): void {
    for (const hear of this.#byTopic.get(push) ?? []) hear(body, floats);
  }
}
