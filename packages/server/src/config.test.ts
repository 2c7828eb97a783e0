import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { helpText, readSettings, SettingError } from './config.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'foldback-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (args: string[], environment: Record<string, string> = {}, file?: string) => {
  if (file !== undefined) writeFileSync(join(folder, 'foldback.json'), file);
  return readSettings(['--config', folder, ...args], environment);
};

test('without a word the port is 5100 and the device is chosen', () => {
  const settings = read([]);
  expect(settings).toMatchObject({
    port: 5100,
    host: '0.0.0.0',
    open: false,
    autoRoute: true,
    config: folder,
  });
  expect(settings?.device).toBeUndefined();
});

test('flags win over the environment, that over the file', () => {
  const file = '{"port": 1, "block": 64, "sampleRate": 44100}';
  const settings = read(['--port', '3'], { FOLDBACK_PORT: '2', FOLDBACK_SAMPLE_RATE: '96000' }, file);
  expect(settings).toMatchObject({ port: 3, sampleRate: 96_000, block: 64 });
});

test('the folder itself comes from a flag or the environment', () => {
  expect(readSettings([], { FOLDBACK_CONFIG: folder })?.config).toBe(folder);
});

test('routes name a client and a pair, and names may hold equal signs', () => {
  const settings = read(['--route', 'Ana=1', '--route', 'a=b=0']);
  expect(settings?.route).toEqual([
    { client: 'Ana', output: 1 },
    { client: 'a=b', output: 0 },
  ]);
});

test('tracks and recordings have their folders', () => {
  expect(read([])?.multitrackOnce).toBe(false);
  const settings = read(['--multitrack', 'song', '--multitrack-once'], {}, '{"recordFolder": "/mnt/disk"}');
  expect(settings).toMatchObject({ multitrack: 'song', multitrackOnce: true, recordFolder: '/mnt/disk' });
  expect(() => read(['--multitrack', ''])).toThrow('--multitrack must not be empty');
});

test.each([
  ['--multitrack-once', ['--multitrack-once'], {}, '{}'],
  ['FOLDBACK_MULTITRACK_ONCE', [], { FOLDBACK_MULTITRACK_ONCE: 'true' }, '{}'],
  ['foldback.json: multitrackOnce', [], {}, '{"multitrackOnce": true}'],
])('%s without tracks is refused, naming both', (where, args, environment, file) => {
  expect(() => read(args, environment, file)).toThrow(
    `${where} needs --multitrack: there is nothing to play once`,
  );
});

test('routes from the environment are parted by commas', () => {
  expect(read([], { FOLDBACK_ROUTE: 'Ana=0,Leo=1' })?.route).toHaveLength(2);
});

test.each([
  [
    'a port that is no number',
    ['--port', 'abc'],
    {},
    undefined,
    '--port must be a whole number from 0 to 65535, got "abc"',
  ],
  [
    'a port too high',
    [],
    { FOLDBACK_PORT: '70000' },
    undefined,
    'FOLDBACK_PORT must be a whole number from 0 to 65535, got "70000"',
  ],
  [
    'a flag nobody knows',
    ['--volume', '11'],
    {},
    undefined,
    "Unknown option '--volume'. --help lists the settings.",
  ],
  ['a file that is not JSON', [], {}, '{', 'is not JSON'],
  ['a file that is a list', [], {}, '[]', 'must hold one object'],
  ['a setting in the file nobody knows', [], {}, '{"volume": 11}', 'there is no setting "volume"'],
  ['a bad value in the file', [], {}, '{"open": "yes"}', 'open must be true or false, got "yes"'],
  [
    'a route without a pair',
    ['--route', 'Ana'],
    {},
    undefined,
    '--route must look like <client>=<output pair>',
  ],
])('%s is one clear error', (_why, args, environment, file, message) => {
  expect(() => read(args, environment as Record<string, string>, file)).toThrow(SettingError);
  expect(() => read(args, environment as Record<string, string>, file)).toThrow(message);
});

test.each([
  ['--prot', ['--prot', '1'], {}, "Unknown option '--prot', did you mean --port? --help lists the settings."],
  ['--sampleRate', ['--sampleRate', '1'], {}, 'did you mean --sample-rate?'],
  [
    'FOLDBACK_PROT',
    [],
    { FOLDBACK_PROT: '5101' },
    'there is no setting FOLDBACK_PROT, did you mean FOLDBACK_PORT?',
  ],
  ['an empty FOLDBACK_PROT', [], { FOLDBACK_PROT: '' }, 'did you mean FOLDBACK_PORT?'],
  [
    'foldback_port',
    [],
    { foldback_port: '5101' },
    'there is no setting foldback_port, did you mean FOLDBACK_PORT?',
  ],
  ['FOLDBACK_SAMPLERATE', [], { FOLDBACK_SAMPLERATE: '48000' }, 'did you mean FOLDBACK_SAMPLE_RATE?'],
  ['"sample-rate" in the file', [], {}, 'there is no setting "sample-rate", did you mean "sampleRate"?'],
])('%s is one clear error that says what was meant', (_what, args, environment, message) => {
  expect(() => read(args, environment as Record<string, string>, '{"sample-rate": 48000}')).toThrow(
    SettingError,
  );
  expect(() => read(args, environment as Record<string, string>, '{"sample-rate": 48000}')).toThrow(message);
});

test.each([
  ['--port', ['--port', '-1'], '--port must be a whole number from 0 to 65535, got "-1"'],
  ['--max-phones', ['--max-phones', '-5'], '--max-phones must be a whole number from 1 to 100000, got "-5"'],
  ['--port with nothing', ['--port'], '--port must be a whole number from 0 to 65535, got nothing'],
  [
    '--port before another',
    ['--port', '--open'],
    '--port must be a whole number from 0 to 65535, got nothing',
  ],
  ['--device with nothing', ['--device'], '--device must be a text, got nothing'],
  ['--route with nothing', ['--route'], '--route must be a list, got nothing'],
  ['--open yes', ['--open', 'yes'], '--open must be true or false, got "yes"'],
  ['--open=yes', ['--open=yes'], '--open must be true or false, got "yes"'],
])('%s is one clear error that names setting, limit and value', (_what, args, message) => {
  expect(() => read(args)).toThrow(new SettingError(message));
});

test('a value may begin with a dash, and a switch may be told its value', () => {
  const settings = read([
    '--device',
    '-10 dB pad',
    '--multitrack',
    '-song',
    '--open',
    'false',
    '--json-log=true',
  ]);
  expect(settings).toMatchObject({ device: '-10 dB pad', multitrack: '-song', open: false, jsonLog: true });
});

/** The flags of all settings but the folder, which says where the file is. */
const FLAGS = [...helpText().matchAll(/^ {2}--([\w-]+)/gm)]
  .map(([, flag = '']) => flag)
  .filter((flag) => flag !== 'help' && flag !== 'config');
const keyOf = (flag: string): string => {
  const known: Readonly<Record<string, string>> = {
    'allowed-origin': 'allowedOrigins',
    'allowed-host': 'allowedHosts',
    'host-grace': 'hostGraceS',
  };
  return known[flag] ?? flag.replace(/-(\w)/g, (_dash, letter: string) => letter.toUpperCase());
};

/** @returns what is said of it; undefined when it is taken. @throws what is no SettingError */
function saidOf(args: string[], environment: Record<string, string> = {}, file?: string): string | undefined {
  try {
    read(args, environment, file);
    return undefined;
  } catch (error) {
    if (error instanceof SettingError) return error.message;
    throw error;
  }
}

/** @returns what is said, where it is not one line with the setting, its limit and the value */
const unclear = (said: string | undefined, place: string): string[] => {
  if (said === undefined || said.includes('needs --multitrack')) return [];
  return said.includes(`${place} must `) && /^.+ must .+, got .+$/.test(said) ? [] : [said];
};

describe.each(FLAGS)(
  'whatever is given for %s is taken, or one line says what must be and what was there:',
  (flag) => {
    const inFile = (value: unknown) =>
      unclear(saidOf([], {}, JSON.stringify({ [keyOf(flag)]: value })), `foldback.json: ${keyOf(flag)}`);
    const byFlag = (...args: string[]) => unclear(saidOf(args), `--${flag}`);
    const variable = `FOLDBACK_${flag.toUpperCase().replaceAll('-', '_')}`;

    test.each(['-1', '1.5', '', '-x', 'two\nlines', '99999999999999999999'])('%j', (value) => {
      expect([
        ...byFlag(`--${flag}`, value),
        ...byFlag(`--${flag}=${value}`),
        ...unclear(saidOf([], { [variable]: value }), variable),
        ...inFile(value),
      ]).toEqual([]);
    });

    test.each([-1, 1.5, null, true, {}, [], [[]], [5]])('%j in the file', (value) => {
      expect(inFile(value)).toEqual([]);
    });

    test('nothing', () => {
      expect([...byFlag(`--${flag}`), ...byFlag(`--${flag}`, '--json-log')]).toEqual([]);
    });
  },
);

test('a file that is not JSON is told in one line, whatever is in it', () => {
  expect(saidOf([], {}, '{"port": nope\n}\n')).toMatch(/^[^\n]+ is not JSON: [^\n]+$/);
});

test('variables that are no slip of a setting are passed over', () => {
  const others = {
    FOLDBACK_ADDON: 'x',
    FOLDBACK_KERNEL: 'avx2',
    FOLDBACK_SEED: '1',
    FOLDBACK_VERSION: '2',
    PROT: '3',
  };
  expect(read([], others)?.port).toBe(5100);
});

test.each([
  ['a byte order mark', Buffer.from('\ufeff{"port": 5101}')],
  ['UTF-16 as Windows writes it', Buffer.from('\ufeff{"port": 5101}', 'utf16le')],
])('a settings file with %s is read', (_what, bytes) => {
  writeFileSync(join(folder, 'foldback.json'), bytes);
  expect(read([])?.port).toBe(5101);
});

test('names the mixer goes by are names alone', () => {
  expect(read(['--allowed-host', 'a.lan', '--allowed-host', '[fd00::1]'])?.allowedHosts).toEqual([
    'a.lan',
    '[fd00::1]',
  ]);
  expect(read([], { FOLDBACK_ALLOWED_HOST: 'a.lan,b' })?.allowedHosts).toEqual(['a.lan', 'b']);
  for (const wrong of ['http://a.lan', 'a.lan:80', 'a.lan/', '']) {
    expect(() => read(['--allowed-host', wrong])).toThrow(
      `--allowed-host must be a name or address alone, such as "mixer.example.org", without "http://" and port, got`,
    );
  }
});

test('~ is the home folder, by flag, environment and file', () => {
  const home = (path: string) => join(homedir(), path);
  const settings = read(['--multitrack=~/song'], {}, '{"recordFolder": "~/takes"}');
  expect(settings).toMatchObject({ multitrack: home('song'), recordFolder: home('takes') });
  expect(readSettings([], { FOLDBACK_CONFIG: '~/no such folder' })?.config).toBe(home('no such folder'));
  expect(readSettings(['--config=~'], {})?.config).toBe(homedir());
  expect(read(['--multitrack', '~ana/song~'])?.multitrack).toBe('~ana/song~');
});

test('a settings file that is there and cannot be read is one clear error', () => {
  mkdirSync(join(folder, 'foldback.json'));
  expect(() => read([])).toThrow(SettingError);
  expect(() => read([])).toThrow(/foldback\.json cannot be read: /);
});

test('help names every flag', () => {
  expect(readSettings(['--help'], {})).toBeUndefined();
  for (const flag of [
    '--port',
    '--host',
    '--config',
    '--device',
    '--sample-rate',
    '--block',
    '--open',
    '--route',
    '--help',
  ]) {
    expect(helpText()).toContain(flag);
  }
});
