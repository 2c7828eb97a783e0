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

const lineOf = (said: string): string => said.toWellFormed().replace(GAPS, ' ').trim();

/** One line that is short enough for a name: what identifies a browser is longer. Undefined when nothing is left. */
function labelOf(said: unknown): string | undefined {
  if (typeof said !== 'string') return undefined;
  const short = lineOf(said).slice(0, CLIENT_NAME_MAX).replace(HALF_A_CHARACTER, '').trimEnd();
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

/** What a client is called that has been given no name. */
type NameOf = (clientId: string) => string;

type Fields = Readonly<Record<string, unknown>>;

/** A name in one line; a blank one takes away what was given. */
function nameAsMeant(said: unknown, { client_id }: Fields, deviceName: NameOf): unknown {
  if (typeof said !== 'string') return said;
  const id = idOf(client_id);
  return lineOf(said) || (typeof id === 'string' && labelOf(deviceName(id))) || said;
}

/** Fields that their people and libraries fill in their own way. */
const MEANT: Readonly<Record<string, (said: unknown, fields: Fields, deviceName: NameOf) => unknown>> = {
  client_id: idOf,
  target_client_id: idOf,
  order: (said) => (Array.isArray(said) ? said.map(idOf) : said),
  custom_name: nameAsMeant,
};

/** A field that is null is one that is not there, where it need not be and null says nothing. */
function isAbsent(schema: v.GenericSchema | undefined, value: unknown): boolean {
  if (value !== null || schema === undefined) return false;
  return !v.safeParse(schema, null).success && v.safeParse(schema, undefined).success;
}

/**
 * @param event may be any text, and the body anything
 * @param deviceName what a client is called whose name is taken away
 */
export function bodyAsMeant(event: string, body: unknown, deviceName: NameOf = (id) => id): unknown {
  const isFields = typeof body === 'object' && body !== null && !Array.isArray(body);
  if (!isFields || !Object.hasOwn(commands, event)) return body;
  const fields = body as Fields;
  const schemas = new Map<string, v.GenericSchema>(
    Object.entries(commands[event as CommandType].body.entries),
  );
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([field, value]) => !isAbsent(schemas.get(field), value))
      .map(([field, value]) => [field, asMeant(field, value, fields, deviceName)]),
  );
}

const asMeant = (field: string, value: unknown, fields: Fields, deviceName: NameOf): unknown =>
  Object.hasOwn(MEANT, field) ? MEANT[field]?.(value, fields, deviceName) : value;
