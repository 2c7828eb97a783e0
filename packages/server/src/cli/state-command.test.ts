import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pairId, type RecordOf } from '@foldback/protocol';
import { quietKeptDesk } from '../../test/support/kept-desk.ts';
import { NO_RECORDINGS } from '../../test/support/recordings.ts';
import type { KeptDesk } from '../desk/kept-desk.ts';
import { ControlSocket } from '../store/control-socket.ts';
import { Database } from '../store/database.ts';
import { DATABASE_FILE } from '../store/store-files.ts';
import { AT, mixRecord, personRecord, recordWith, TemporaryDirectory } from '../store/store-stage.ts';
import { runStateCommand } from './state-command.ts';

const ARCHIVE_AFTER_MS = 730 * 24 * 3600 * 1000;

let directory: TemporaryDirectory;
let server: { readonly kept: KeptDesk; readonly control: ControlSocket } | undefined;

const startServer = async () => {
  const { kept } = quietKeptDesk(directory.path, { archiveAfterMs: ARCHIVE_AFTER_MS });
  await kept.load();
  const { acts } = kept;
  const control = await ControlSocket.open(directory.path, {
    import: (text) => acts.import(text),
    backup: () => acts.backup(),
    restore: (backup) => acts.restore(backup),
    undo: (act) => acts.undo(act),
    clear: (ids) => acts.clear(ids),
    return: (ids) => acts.return(ids),
    record: NO_RECORDINGS.state,
    engineer: () => Promise.reject(new Error('there are no codes here')),
  });
  server = { kept, control };
};
const stopServer = async () => {
  await server?.control.close();
  await server?.kept.store.close();
  server = undefined;
};

/** What is saved when the server comes. */
const saveBefore = (...records: readonly RecordOf[]): void => {
  const path = join(directory.path, DATABASE_FILE);
  const database = existsSync(path) ? Database.open(path) : Database.create(path);
  database.commit(
    records.map((record) => ({
      key: record.key,
      base: 0,
      record: { ...record, value: { ...record.value } },
    })),
  );
  database.close();
};

beforeEach(async () => {
  directory = new TemporaryDirectory();
  saveBefore(
    mixRecord('Íñigo (bajo)', {
      channels: [0, 3],
      gains: { 0: 0.5, 3: 0 },
      pans: { 0: -1 },
      mutes: { 3: true },
    }),
    personRecord('Íñigo (bajo)', { name: 'Íñigo' }),
    recordWith('output', pairId(1), { client_id: 'Íñigo (bajo)' }),
    mixRecord('ana'),
    personRecord('ana', { seen_at: AT - 1 }),
  );
  await startServer();
});
afterEach(async () => {
  await stopServer();
  directory.remove();
});

const foldbackState = async (...args: string[]) => {
  let text = '';
  let complaints = '';
  const code = await runStateCommand([...args, '--config', directory.path], {
    print: (more) => {
      text += more;
    },
    complain: (more) => {
      complaints += more;
    },
    now: () => AT,
  });
  return { code, text, complaints };
};
const json = async (...args: string[]): Promise<unknown> =>
  JSON.parse((await foldbackState(...args, '--json')).text);

test('a time that is none, as an earlier version took it from a file, hides nobody', async () => {
  await stopServer();
  saveBefore(mixRecord('leo', {}, { changed_at: 1_700_000_000_123_456_768 }), personRecord('leo'));
  await startServer();
  expect(await foldbackState('list')).toMatchObject({
    code: 0,
    text: expect.stringMatching(/leo .* unknown /),
  });
  expect(await foldbackState('show', 'leo')).toMatchObject({ code: 0 });
});

test('list shows who is saved, last seen first', async () => {
  expect(await foldbackState('list')).toEqual({
    code: 0,
    complaints: '',
    text:
      'CLIENT        NAME   OUTPUTS  CHANNELS ON  CHANGED           LAST SEEN\n' +
      'Íñigo (bajo)  Íñigo  3-4      2            2026-07-31 20:15  2026-07-31 20:15\n' +
      'ana                           0            2026-07-31 20:15  2026-07-31 20:14\n' +
      '2 clients\n',
  });
  expect(await json('list')).toMatchObject([
    { id: 'Íñigo (bajo)', output: 1 },
    { id: 'ana', name: null },
  ]);
});

test('show tells one mix in dB and in channels counted from 1', async () => {
  expect((await foldbackState('show', 'Íñigo (bajo)')).text).toBe(
    'Íñigo (bajo) (Íñigo): outputs 3-4, master 0.0 dB, changed 2026-07-31 20:15\n' +
      'CHANNEL      LEVEL    PAN\n' +
      '1        on  -6.0 dB  -1\n' +
      '4        on  off      0    muted\n',
  );
});

describe.each([
  ['running', () => Promise.resolve()],
  ['stopped', stopServer],
])('with the server %s', (_how, prepare) => {
  beforeEach(prepare);

  test('what is exported, cleared and imported is as it was', async () => {
    const file = join(directory.path, 'tour.json');
    expect((await foldbackState('export', '--out', file)).text).toBe(`written to ${file}\n`);
    const exported = JSON.parse(readFileSync(file, 'utf8')) as { channels_state: object };
    expect(exported.channels_state).toMatchObject({ 'Íñigo (bajo)': { gains: { 0: 0.5, 3: 0 } }, ana: {} });
    expect((await foldbackState('clear', '--all')).text).toContain('2 clients cleared');
    expect(await json('list')).toEqual([]);
    expect((await foldbackState('import', file)).text).toContain('2 clients changed');
    expect((await foldbackState('export')).text).toBe(readFileSync(file, 'utf8'));
  });

  test('a clear is undone', async () => {
    await foldbackState('clear', 'ana');
    expect(await json('acts')).toMatchObject([{ why: 'clear', clients: 1 }]);
    expect((await foldbackState('undo')).text).toContain('the clear of');
    expect(await json('list')).toHaveLength(2);
  });

  test('a backup is made, listed, verified and restored', async () => {
    expect((await foldbackState('backup')).text).toContain('read back and whole');
    expect(await json('backups')).toHaveLength(1);
    await foldbackState('clear', 'ana');
    expect((await foldbackState('restore', 'latest')).text).toContain('1 client changed');
    expect(await json('list')).toHaveLength(2);
    expect(await foldbackState('verify')).toMatchObject({ code: 0 });
  });
});

test('undo without a number takes back what somebody did, not what the archive did by itself', async () => {
  await foldbackState('clear', 'ana');
  await stopServer();
  saveBefore(mixRecord('long ago'), personRecord('long ago', { seen_at: AT - 800 * 24 * 3600 * 1000 }));
  await startServer();
  const listed = async () => ((await json('list')) as { id: string }[]).map(({ id }) => id);
  expect(await json('acts')).toMatchObject([{ why: 'clear' }]);
  expect((await foldbackState('undo')).text).toContain('the clear of');
  expect(await listed()).toEqual(['Íñigo (bajo)', 'ana']);
  expect(await foldbackState('undo')).toMatchObject({ code: 0 }); // the undo itself, and still not the archive
  expect(await listed()).toEqual(['Íñigo (bajo)']);
  expect((await foldbackState('return', 'long ago')).text).toContain('1 client brought back');
  expect(await listed()).toContain('long ago');
});

test('a damaged store and a damaged backup are found by verify', async () => {
  await foldbackState('backup');
  await stopServer();
  const [backup] = (await json('backups')) as { name: string }[];
  writeFileSync(join(directory.path, 'backups', String(backup?.name)), 'gone');
  writeFileSync(join(directory.path, 'channels_state.json'), '{');
  const { code, text } = await foldbackState('verify');
  expect(code).toBe(1);
  expect(text.split('\n').map((line) => line.slice(0, 8))).toEqual(['whole   ', 'DAMAGED ', 'DAMAGED ', '']);
});

test.each([
  [['shout'], 2, 'unknown command "shout"'],
  [['list', '--loud'], 2, '--loud'],
  [['clear'], 2, 'either some clients or --all'],
  [['clear', 'nobody'], 1, 'no mix is saved of "nobody"'],
  [['show', 'nobody'], 1, 'no mix of "nobody" is saved'],
  [['restore', '../x'], 1, 'there is no backup called'],
  [['undo'], 1, 'nothing to undo'],
])('foldback state %j is refused in words', async (args, code, words) => {
  const refused = await foldbackState(...args);
  expect(refused.code).toBe(code);
  expect(refused.complaints).toContain(words);
});

test('an import that cannot be read touches nothing', async () => {
  writeFileSync(join(directory.path, 'bad.json'), '[]');
  expect((await foldbackState('import', join(directory.path, 'bad.json'))).complaints).toContain(
    'expected an object',
  );
  expect(await json('acts')).toEqual([]);
});
