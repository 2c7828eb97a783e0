/** A command as a pure step from the world to what is to be written, and its answer; and the questions that several steps ask. */
import {
  holdsChannel,
  Refusal,
  type CommandAnswer,
  type CommandBody,
  type CommandType,
  type KindName,
  type Mix,
  type PerChannel,
} from '@foldback/protocol';
import type { ReadableWorld, Stage } from '../world.ts';
import type { Write } from '../write.ts';

/** What a command does, and what its sender is told when it is done. */
export interface Step<T extends CommandType> {
  /** @param target the client the command is about. @throws Refusal and nothing is changed */
  write(world: ReadableWorld, body: CommandBody<T>, target: string): readonly Write[];
  /** The values as they are stored. */
  answer(world: ReadableWorld, body: CommandBody<T>, target: string): CommandAnswer<T>;
}

/** Whose record it was, and its newest revision: what every answer of a change begins with. */
export const stamp = (world: ReadableWorld, kind: KindName, id: string) => ({
  client_id: id,
  revision: world.get(kind, id)?.revision ?? 0,
});

/** "channels 0 to 7", "channel 0 only", "no channels". */
export function offered(what: string, count: number): string {
  if (count > 1) return `${what}s 0 to ${count - 1}`;
  return count === 1 ? `${what} 0 only` : `no ${what}s`;
}

export function requireChannel(stage: Stage, channel: number, field: string): void {
  if (channel < stage.inputs) return;
  throw new Refusal(
    'unknown_channel',
    field,
    `${field}: this interface has ${offered('channel', stage.inputs)}, got ${channel}`,
  );
}

/** A channel the interface lacks may stay where it is, and come back where the mix holds it, but not be new. */
export function requireMembers(
  stage: Stage,
  wanted: readonly number[] | undefined,
  { marked, mix }: { readonly marked: readonly number[]; readonly mix: Mix },
  field: string,
): void {
  wanted?.forEach((channel, index) => {
    if (!marked.includes(channel) && !holdsChannel(mix, channel))
      requireChannel(stage, channel, `${field}.${index}`);
  });
}

/** @throws Refusal unknown_client */
export function requireClient(world: ReadableWorld, id: string, field: string): void {
  if (world.get('mix', id) === undefined)
    throw new Refusal('unknown_client', field, `${field}: there is no client ${JSON.stringify(id)}`);
}

const sameMembers = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((member, index) => member === b[index]);

export const withMembers = (
  members: readonly number[],
  wanted: readonly number[] | undefined,
): readonly number[] => (wanted && !sameMembers(wanted, members) ? wanted : members);

export function withMember(members: readonly number[], channel: number, present: boolean): readonly number[] {
  if (members.includes(channel) === present) return members;
  const others = members.filter((member) => member !== channel);
  return present ? [...others, channel].sort((a, b) => a - b) : others;
}

/** The same table when the entry already stands so, so that nothing counts as changed. */
export function withEntry<Value>(table: PerChannel<Value>, channel: number, value: Value): PerChannel<Value> {
  return table[channel] === value ? table : { ...table, [channel]: value };
}

export function withEntries<Value>(
  table: PerChannel<Value>,
  entries: PerChannel<Value> | undefined,
): PerChannel<Value> {
  if (!entries) return table;
  const changed = Object.keys(entries).some((channel) => table[channel] !== entries[channel]);
  return changed ? { ...table, ...entries } : table;
}

/** The value itself when every field named is the very same, else one with the fields replaced. */
export function withFields<Value extends object>(value: Value, fields: Partial<Value>): Value {
  const names = Object.keys(fields) as (keyof Value)[];
  return names.every((name) => fields[name] === value[name]) ? value : { ...value, ...fields };
}
