/** Why the computer refused something, as people say it: what was asked for, and the limit. */
import { type ErrorBody, gainToDb, type RefusalFacts } from '@foldback/protocol';
import type { PassingNotice } from '../elements/passing-notice.ts';
import { formatLevel } from '../parameters/decibels.ts';
import { formatPan } from '../parameters/pan.ts';
import type { RefusalSaid } from './en.ts';
import { outputName } from './output-name.ts';
import { words } from './words.ts';

type Value = NonNullable<RefusalFacts['value']>;

interface FieldWords {
  readonly what: keyof typeof words.fields;
  /** A number of the protocol as it is drawn. */
  readonly print: (value: number) => string;
}

const print = String;
const printLevel = (gain: number): string => `${formatLevel(gainToDb(gain))} ${words.unit}`;
const LEVEL: FieldWords = { what: 'gain', print: printLevel };
const NAME: FieldWords = { what: 'name', print };
const OTHER: FieldWords = { what: 'other', print };

/** By the last part of a field's path that is no number. */
const FIELDS: Readonly<Record<string, FieldWords>> = {
  gain: LEVEL,
  gains: LEVEL,
  master_gain: { what: 'master_gain', print: printLevel },
  pan: { what: 'pan', print: (pan) => formatPan(pan, words.panCentre) },
  pans: { what: 'pan', print: (pan) => formatPan(pan, words.panCentre) },
  name: NAME,
  custom_name: NAME,
};

const fieldOf = (path: string): FieldWords =>
  FIELDS[path.split('.').findLast((part) => !/^\d+$/.test(part)) ?? ''] ?? OTHER;

/** Channels and outputs are counted from 1 on screen. */
function valueWords({ code, field }: ErrorBody, value: Value): string {
  if (typeof value === 'string') return value;
  if (code === 'unknown_channel') return String(value + 1);
  if (code === 'unknown_output' || code === 'output_taken') return outputName(value);
  return code === 'invalid' ? fieldOf(field).print(value) : String(value);
}

/** The longest a name may be is a number of characters, whatever the name. */
const limitWords = ({ code, field, value }: ErrorBody, limit: number): string =>
  code === 'invalid' && typeof value === 'number' ? fieldOf(field).print(limit) : String(limit);

export function refusalNotice(error: ErrorBody): PassingNotice {
  const { code, field, value, limit, holder = '' } = error;
  const said: RefusalSaid = {
    what: words.fields[fieldOf(field).what],
    value: value === undefined ? '' : valueWords(error, value),
    limit: limit === undefined ? '' : limitWords(error, limit),
    holder,
  };
  const { title, detail = '' }: { title: string; detail?: string } = words.refusals[code](said);
  return { title, ...(detail !== '' && { detail }) };
}
