/** What clients made for the older system say, taken as meant: what their libraries send, and the protocol would refuse. */
import { CLIENT_NAME_MAX, commands, type CommandType } from '@foldback/protocol';
import * as v from 'valibot';

/** What a client says of itself when it connects; anything else in there is none of our business. */
export interface Introduction {
  readonly clientId: string | undefined;
  readonly phoneName: string | undefined;
  readonly secret: string | undefined;
}

const GAPS = /[\p{Cc}\s]+/gu;
const HALF_A_CHARACTER = /[\uD800-\uDBFF]$/;

/** One line that is short enough for a name: what identifies a browser is longer. Undefined when nothing is left. */
function labelOf(said: unknown): string | undefined {
  if (typeof said !== 'string') return undefined;
  const line = said.toWellFormed().replace(GAPS, ' ').trim();
  const short = line.slice(0, CLIENT_NAME_MAX).replace(HALF_A_CHARACTER, '').trimEnd();
  return short === '' ? undefined : short;
}

/** Some count their devices. */
const idOf = (said: unknown): unknown => (typeof said === 'number' ? String(said) : said);

const textOf = (said: unknown): string | undefined =>
  typeof said === 'string' && said !== '' ? said : undefined;

export const introductionOf = (auth: Readonly<Record<string, unknown>>): Introduction => ({
  clientId: textOf(idOf(auth['device_uuid'])),
  phoneName: labelOf(auth['device_name']),
  secret: textOf(auth['device_secret']),
});

const IDS: ReadonlySet<string> = new Set(['client_id', 'target_client_id']);

/** A field that is null is one that is not there, where it need not be and null says nothing. */
function isAbsent(schema: v.GenericSchema | undefined, value: unknown): boolean {
  if (value !== null || schema === undefined) return false;
  return !v.safeParse(schema, null).success && v.safeParse(schema, undefined).success;
}

/** @param event may be any text, and the body anything */
export function bodyAsMeant(event: string, body: unknown): unknown {
  const isFields = typeof body === 'object' && body !== null && !Array.isArray(body);
  if (!isFields || !Object.hasOwn(commands, event)) return body;
  const schemas = new Map<string, v.GenericSchema>(
    Object.entries(commands[event as CommandType].body.entries),
  );
  return Object.fromEntries(
    Object.entries(body)
      .filter(([field, value]) => !isAbsent(schemas.get(field), value))
      .map(([field, value]) => [field, IDS.has(field) ? idOf(value) : value]),
  );
}
