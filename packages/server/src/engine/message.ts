/** How one kind of value crosses the wire: as a head in JSON, checked where it arrives, and as the numbers behind it. */
import * as v from 'valibot';

export interface Message<Value, Head = unknown> {
  readonly schema: v.GenericSchema<unknown, Head>;
  pack(value: Value): Packed<Head>;
  /** @throws RangeError when the numbers are not as many as the head says */
  unpack(head: Head, floats: Float32Array): Value;
}

export interface Packed<Head = unknown> {
  readonly head: Head;
  readonly arrays: readonly Float32Array[];
}

/** A value that is its own head. */
export const plain = <Value>(schema: v.GenericSchema<unknown, Value>): Message<Value, Value> => ({
  schema,
  pack: (head) => ({ head, arrays: [] }),
  unpack: (head) => head,
});

export const nothing: Message<void, null> = {
  schema: v.null(),
  pack: () => ({ head: null, arrays: [] }),
  unpack: () => undefined,
};
