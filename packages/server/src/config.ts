/** Settings: flags, then environment, then config/foldback.json, then defaults (SPEC O2). */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { nearest } from './did-you-mean.ts';
import { withJoinedValues } from './flags.ts';
import { withHome } from './home-path.ts';
import { decodeText } from './store/lenient-json.ts';

/** A wrong setting: one clear line, then exit. */
export class SettingError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SettingError';
  }
}

const whole = (low: number, high: number) => {
  const message = `must be a whole number from ${low} to ${high}`;
  return v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.regex(/^-?\d+$/), v.transform(Number))], message),
    v.integer(message),
    v.minValue(low, message),
    v.maxValue(high, message),
  );
};

const SWITCH_MESSAGE = 'must be true or false';
const onOff = v.union(
  [
    v.boolean(),
    v.pipe(
      v.picklist(['true', 'false', '1', '0']),
      v.transform((text) => text === 'true' || text === '1'),
    ),
  ],
  SWITCH_MESSAGE,
);

const text = v.pipe(v.string('must be a text'), v.minLength(1, 'must not be empty'));
const folder = v.pipe(text, v.transform(withHome));

/** As an address bar has it between "http://" and the port. */
const HOST_NAME_MESSAGE =
  'must be a name or address alone, such as "mixer.example.org", without "http://" and port';
const hostName = v.pipe(
  v.string(HOST_NAME_MESSAGE),
  v.regex(/^(?:[\w.-]{1,253}|\[[\da-f:.]+\])$/i, HOST_NAME_MESSAGE),
);

/** "Ana=1": a client's name or id, and an output pair from 0. */
const ROUTE_MESSAGE = 'must look like <client>=<output pair>, pairs counting from 0, such as "Ana=1"';
const route = v.pipe(
  v.string(ROUTE_MESSAGE),
  v.regex(/^.+=\d{1,3}$/, ROUTE_MESSAGE),
  v.transform((pairing) => {
    const split = pairing.lastIndexOf('=');
    return { client: pairing.slice(0, split), output: Number(pairing.slice(split + 1)) };
  }),
);

const LIST_MESSAGE = 'must be a list';

interface Setting<Schema extends v.GenericSchema = v.GenericSchema> {
  readonly flag: string;
  readonly value: string;
  readonly about: string;
  readonly schema: Schema;
  /** May be given several times; in the environment, parted by commas. */
  readonly many?: boolean;
}

/** One row per setting. The environment name is FOLDBACK_ and the flag in capitals; the file's key is the row's name. */
const settings = {
  port: { flag: 'port', value: '<n>', about: 'port of the page (5100)', schema: whole(0, 65_535) },
  host: {
    flag: 'host',
    value: '<address>',
    about: 'address to listen on (0.0.0.0: every network)',
    schema: text,
  },
  config: {
    flag: 'config',
    value: '<dir>',
    about: 'folder of settings and saved mixes (./config)',
    schema: folder,
  },
  device: {
    flag: 'device',
    value: '<name|index|virtual>',
    about:
      'audio interface; "virtual" is the built-in demo band (the first interface with 4 inputs or more, else virtual)',
    schema: text,
  },
  sampleRate: {
    flag: 'sample-rate',
    value: '<Hz>',
    about: "sample rate (the interface's own)",
    schema: whole(8_000, 384_000),
  },
  block: {
    flag: 'block',
    value: '<frames>',
    about: "block size (the interface's own)",
    schema: whole(1, 8192),
  },
  multitrack: {
    flag: 'multitrack',
    value: '<dir>',
    about:
      'WAV, RF64/BW64 or W64 files in the place of the inputs, one per channel: a virtual soundcheck (none)',
    schema: folder,
  },
  multitrackOnce: {
    flag: 'multitrack-once',
    value: '',
    about: 'they play once, and not again and again',
    schema: onOff,
  },
  recordFolder: {
    flag: 'record-folder',
    value: '<dir>',
    about: 'where recordings go, a folder each (recordings in the config folder)',
    schema: folder,
  },
  hostGraceS: {
    flag: 'host-grace',
    value: '<seconds>',
    about: 'how long the sound goes on while no server is there (60)',
    schema: whole(0, 86_400),
  },
  route: {
    flag: 'route',
    value: '<client>=<pair>',
    about: 'gives a mix an output pair, counting from 0; may be repeated',
    schema: v.array(route, LIST_MESSAGE),
    many: true,
  },
  autoRoute: {
    flag: 'auto-route',
    value: '<true|false>',
    about: 'who comes and has none gets an output pair: the first that is free (true)',
    schema: onOff,
  },
  outputWaitHours: {
    flag: 'output-wait-hours',
    value: '<n>',
    about: 'an output pair waits so long for a musician who has left, then is there for who needs one (720)',
    schema: whole(1, 876_000),
  },
  open: { flag: 'open', value: '', about: 'everybody may change every mix', schema: onOff },
  allowedOrigins: {
    flag: 'allowed-origin',
    value: '<origin>',
    about: 'a web page from elsewhere that may use this mixer; may be repeated',
    schema: v.array(text, LIST_MESSAGE),
    many: true,
  },
  allowedHosts: {
    flag: 'allowed-host',
    value: '<name>',
    about: "a name this mixer is reached by besides its own, such as a proxy's; may be repeated",
    schema: v.array(hostName, LIST_MESSAGE),
    many: true,
  },
  maxPhones: {
    flag: 'max-phones',
    value: '<n>',
    about: 'phones connected at once (2000)',
    schema: whole(1, 100_000),
  },
  maxPerAddress: {
    flag: 'max-per-address',
    value: '<n>',
    about: 'connections from one address at once; 0 for any number, as behind a proxy (32)',
    schema: whole(0, 100_000),
  },
  archiveAfterDays: {
    flag: 'archive-after-days',
    value: '<n>',
    about: 'a musician nobody has seen for so long goes into the archive, and comes back with them (365)',
    schema: whole(1, 36_500),
  },
  jsonLog: { flag: 'json-log', value: '', about: 'log lines as JSON', schema: onOff },
} as const satisfies Readonly<Record<string, Setting>>;

type SettingName = keyof typeof settings;
type Given = { readonly [Name in SettingName]: v.InferOutput<(typeof settings)[Name]['schema']> };

/** What there is when nobody says otherwise; the settings that are not here are the interface's choice. */
const DEFAULTS = {
  port: 5100,
  host: '0.0.0.0',
  config: 'config',
  multitrackOnce: false,
  hostGraceS: 60,
  route: [],
  autoRoute: true,
  outputWaitHours: 720,
  open: false,
  allowedOrigins: [],
  allowedHosts: [],
  maxPhones: 2000,
  maxPerAddress: 32,
  archiveAfterDays: 365,
  jsonLog: false,
} satisfies Partial<Given>;

type Defaulted = keyof typeof DEFAULTS;
export type ServerSettings = Pick<Given, Defaulted> & {
  readonly [Name in Exclude<SettingName, Defaulted>]?: Given[Name] | undefined;
};

const names = Object.keys(settings) as SettingName[];
const rowOf = (name: SettingName): Setting => settings[name];
const environmentName = (name: SettingName): string =>
  `FOLDBACK_${rowOf(name).flag.toUpperCase().replaceAll('-', '_')}`;

export function helpText(): string {
  const rows = names.map((name) => {
    const { flag, value, about } = rowOf(name);
    return `  ${`--${flag} ${value}`.padEnd(34)}${about}`;
  });
  return [
    'foldback: personal monitor mixing that never loses a mix',
    '',
    'npm start -- [settings]',
    '',
    ...rows,
    `  ${'--help'.padEnd(34)}this text`,
    '',
    'Each setting can also be given in the environment (FOLDBACK_PORT=5100, FOLDBACK_SAMPLE_RATE=48000, …)',
    'or in <config>/foldback.json ({"port": 5100, "sampleRate": 48000, …}). Flags win over the environment, that over the file.',
    '',
  ].join('\n');
}

/** @param raw undefined where a value was to follow and did not */
function parse(name: SettingName, raw: unknown, from: string): unknown {
  const { schema, many } = rowOf(name);
  const value = many && typeof raw === 'string' ? raw.split(',') : raw;
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const got = raw === undefined ? 'nothing' : JSON.stringify(raw);
  throw new SettingError(`${from} ${result.issues[0].message}, got ${got}`);
}

/** ", did you mean "--port"?"; nothing where no name is near. */
function hint(typed: string, named: ReadonlyMap<string, string>): string {
  const meant = nearest(typed, named.keys());
  return meant === undefined ? '' : `, did you mean ${named.get(meant)}?`;
}

const FLAGS = new Map([...names.map((name) => rowOf(name).flag), 'help'].map((flag) => [flag, `--${flag}`]));
const VARIABLES = new Map(names.map((name) => [rowOf(name).flag, environmentName(name)]));
/** As they are called in the file; "sample-rate" is known as well. */
const KEYS = new Map(
  names.flatMap((name) => [name, rowOf(name).flag].map((typed) => [typed, `"${name}"`] as const)),
);

const flagsOf = (those: readonly SettingName[]) => new Set(those.map((name) => rowOf(name).flag));
const isSwitch = (name: SettingName): boolean => rowOf(name).value === '';
const KNOWN_FLAGS = {
  switches: flagsOf(names.filter(isSwitch)),
  valued: flagsOf(names.filter((name) => !isSwitch(name))),
};

/** Switches that were given a value: parseArgs knows none such. */
function switchedBy(args: readonly string[]): Map<string, string> {
  const given = args.flatMap((arg) => {
    const [, flag = '', value = ''] = /^--([\w-]+)=(.*)$/s.exec(arg) ?? [];
    return KNOWN_FLAGS.switches.has(flag) ? [[flag, value] as const] : [];
  });
  return new Map(given);
}

function readFlags(typed: readonly string[]): Map<string, unknown> {
  const joined = withJoinedValues(typed, KNOWN_FLAGS);
  const switched = switchedBy(joined);
  const args = joined.filter((arg) => !switched.has(/^--([\w-]+)=/.exec(arg)?.[1] ?? ''));
  const options = Object.fromEntries(
    names.map((name) => {
      const row = rowOf(name);
      return [
        row.flag,
        { type: isSwitch(name) ? 'boolean' : 'string', multiple: row.many ?? false } as const,
      ];
    }),
  );
  try {
    const { values } = parseArgs({ args, options: { ...options, help: { type: 'boolean' } } });
    return new Map<string, unknown>([...Object.entries(values), ...switched]);
  } catch (error) {
    const [what = ''] = (error as Error).message.split(/\.\s/);
    const lacking = /^Option '--([\w-]+)(?: <value>)?' argument/.exec(what)?.[1];
    const name = names.find((each) => rowOf(each).flag === lacking);
    if (name !== undefined) parse(name, undefined, `--${lacking}`);
    const unknown = /^Unknown option '--(.+)'$/.exec(what)?.[1];
    const meant = unknown === undefined ? '' : hint(unknown, FLAGS);
    throw new SettingError(`${what}${meant === '' ? '.' : meant} --help lists the settings.`);
  }
}

/** A variable that is nearly one of ours was meant to be one; others with our prefix are none of our business. */
function requireNoSlip(environment: Readonly<Record<string, string | undefined>>): void {
  const known = new Set(VARIABLES.values());
  for (const variable of Object.keys(environment)) {
    const typed = /^FOLDBACK_(.+)$/i.exec(variable)?.[1];
    const name = variable.toUpperCase(); // Windows does not tell them apart
    if (typed === undefined || (known.has(name) && environment[name] !== undefined)) continue;
    const meant = hint(typed, VARIABLES);
    if (meant !== '') throw new SettingError(`there is no setting ${variable}${meant}`);
  }
}

function readFile(folder: string): Map<string, unknown> {
  const path = join(folder, 'foldback.json');
  let content: string;
  try {
    content = decodeText(readFileSync(path)).text; // Windows puts a mark before it, or makes it UTF-16
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw new SettingError(`${path} cannot be read: ${(error as Error).message}`);
  }
  let values: unknown;
  try {
    values = JSON.parse(content);
  } catch (error) {
    throw new SettingError(`${path} is not JSON: ${(error as Error).message.replace(/\s+/g, ' ')}`);
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new SettingError(`${path} must hold one object`);
  }
  const unknown = Object.keys(values).find((key) => !Object.hasOwn(settings, key) || key === 'config');
  if (unknown === 'config')
    throw new SettingError(
      `${path}: "config" says where this file is: it is given by --config or FOLDBACK_CONFIG`,
    );
  if (unknown !== undefined)
    throw new SettingError(`${path}: there is no setting "${unknown}"${hint(unknown, KEYS)}`);
  return new Map(Object.entries(values));
}

/**
 * @param args what follows the program's name
 * @returns undefined when help was asked for
 * @throws SettingError naming the setting, where it was given, its limit and its value
 */
export function readSettings(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): ServerSettings | undefined {
  const flags = readFlags(args);
  if (flags.get('help')) return undefined;
  requireNoSlip(environment);
  const given: Record<string, unknown> = {};
  const from: Partial<Record<SettingName, string>> = {};
  const take = (name: SettingName, file: ReadonlyMap<string, unknown>, path: string) => {
    const { flag } = rowOf(name);
    const variable = environmentName(name);
    const places: readonly (readonly [string, unknown])[] = [
      [`--${flag}`, flags.get(flag)],
      [variable, environment[variable]],
      [`${path}: ${name}`, file.get(name)],
    ];
    const place = places.find(([, raw]) => raw !== undefined);
    if (!place) return;
    given[name] = parse(name, place[1], place[0]);
    from[name] = place[0];
  };
  take('config', new Map(), '');
  const folder = resolve((given['config'] as string | undefined) ?? DEFAULTS.config);
  const file = readFile(folder);
  for (const name of names) if (name !== 'config') take(name, file, join(folder, 'foldback.json'));
  if (given['multitrackOnce'] === true && given['multitrack'] === undefined) {
    throw new SettingError(`${from.multitrackOnce} needs --multitrack: there is nothing to play once`);
  }
  // Each value has passed its own row's schema; a loop over rows cannot tell TypeScript which is which.
  return { ...DEFAULTS, ...(given as Partial<Given>), config: folder };
}
