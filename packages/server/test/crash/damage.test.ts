/** Every file of the store damaged in every way: it starts, keeps what can be kept, and never in silence (SPEC S5). */
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { splitKey, type RecordOf } from '@foldback/protocol';
import { listBackups } from '../../src/store/backup-files.ts';
import { makeBackup } from '../../src/store/backups.ts';
import { clientLine, formatChannelsState, NO_FILE_EXTRA } from '../../src/store/channels-state-file.ts';
import { Database } from '../../src/store/database.ts';
import { hashOf } from '../../src/store/json-mirror.ts';
import { SealWriter } from '../../src/store/seal.ts';
import { recordOf } from '../../src/store/record-row.ts';
import type { EditedFile, StoreNotice } from '../../src/store/state-store.ts';
import { openStore } from '../../src/store/store-opening.ts';
import { AT, mixRecord, orderRecord, personRecord, TemporaryDirectory } from '../../src/store/store-stage.ts';
import { randomFrom } from '../support/random.ts';

/** 300 in `npm test`; `npm run test:crash` asks for 10,000. */
const CASES = Number(process.env['FOLDBACK_DAMAGES'] ?? 300);
const MUSICIANS = 24;

const musician = (number: number, revision: number): readonly RecordOf[] => {
  const channels = Array.from({ length: 16 }, (_, channel) => channel);
  const gains = Object.fromEntries(channels.map((channel) => [channel, (number * 16 + channel) / 512]));
  const id = `musician ${number}`;
  return [
    mixRecord(id, { channels, gains, master_gain: revision / 10 }, { revision }),
    personRecord(id, { name: `name ${number} ${revision}` }, { revision }),
  ];
};

let home: TemporaryDirectory;
/** A store that was closed, and one that was killed with everything in its log. */
let closed: string;
let killed: string;
let band: readonly RecordOf[];

beforeAll(() => {
  home = new TemporaryDirectory();
  closed = join(home.path, 'closed');
  killed = join(home.path, 'killed');
  const live = join(home.path, 'live');
  mkdirSync(live);
  const path = join(live, 'foldback.db');
  Database.create(path).close();
  const database = Database.open(path);
  const seal = new SealWriter(join(live, 'foldback.seal'), database.account);
  const write = (...records: readonly RecordOf[]): void => {
    database.commit(records.map((record) => ({ key: record.key, base: record.revision - 1, record })));
  };
  const saveAll = (revision: number): void => {
    const musicians = Array.from({ length: MUSICIANS }, (_, number) => musician(number, revision));
    for (const records of musicians) write(...records);
    const order = orderRecord([`order ${revision}`], { revision });
    write(order);
    band = [...musicians.flat(), order];
  };
  saveAll(1);
  makeBackup(live, AT - 48 * 3600 * 1000);
  saveAll(2);
  makeBackup(live, AT - 24 * 3600 * 1000);
  saveAll(3);
  const lines = mixesOf(band).map(({ key, value, changed_at }) => {
    const { mute_all: _, ...mix } = value;
    return clientLine(splitKey(key).id, mix, {}, changed_at);
  });
  const mirror = Buffer.from(formatChannelsState(lines, NO_FILE_EXTRA, AT));
  database.noteMirror({ mirrored: '', pending: hashOf(mirror) });
  writeFileSync(join(live, 'channels_state.json'), mirror);
  seal.write(database.account);
  cpSync(live, killed, { recursive: true });
  rmSync(join(killed, 'foldback.db-shm'));
  database.close();
  seal.close();
  cpSync(live, closed, { recursive: true });
});
afterAll(() => {
  home.remove();
});

type Damage = (content: Buffer, random: () => number) => Buffer | undefined;

const DAMAGES: Readonly<Record<string, Damage>> = {
  truncated: (content, random) => content.subarray(0, Math.floor(random() * content.length)),
  'with a bit flipped': (content, random) => {
    const flipped = Buffer.from(content);
    const at = Math.floor(random() * content.length);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << Math.floor(random() * 8));
    return flipped;
  },
  'with a page zeroed': (content, random) => {
    const zeroed = Buffer.from(content);
    const at = Math.floor((random() * content.length) / 4096) * 4096;
    return zeroed.fill(0, at, Math.min(at + 4096, zeroed.length));
  },
  zeroed: (content) => Buffer.alloc(content.length),
  emptied: () => Buffer.alloc(0),
  'with noise in it': (content, random) => {
    const noisy = Buffer.from(content);
    const at = Math.floor(random() * content.length);
    for (let i = at; i < Math.min(at + 64, noisy.length); i += 1) noisy[i] = Math.floor(random() * 256);
    return noisy;
  },
  gone: () => undefined,
};

const isMix = (record: RecordOf): record is RecordOf<'mix'> => record.key.startsWith('mix/');
const mixesOf = (records: readonly RecordOf[]): readonly RecordOf<'mix'>[] => records.filter(isMix);
/** Whatever its revision: what came back from the file people know has another. */
const valuesOf = (records: readonly RecordOf[]): string =>
  JSON.stringify(records.map(({ key, value }) => [key, value] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
/** What people would miss: mixes, names and the order. */
const essence = valuesOf;
const mixes = (records: readonly RecordOf[]): string => valuesOf(mixesOf(records));

interface Outcome {
  readonly records: readonly RecordOf[];
  readonly edited: EditedFile | undefined;
  readonly notices: readonly StoreNotice[];
  readonly files: readonly string[];
}

/** What the desk makes of the file people know. */
function withFile(records: readonly RecordOf[], edited: EditedFile | undefined): readonly RecordOf[] {
  const all = new Map(records.map((record) => [record.key, record]));
  for (const { id, mix, changedAt = AT } of edited?.file.clients ?? []) {
    const record = mixRecord(id, mix, { changed_at: changedAt });
    const here = all.get(record.key);
    if (edited?.newerOnly !== true || here === undefined || here.changed_at <= changedAt)
      all.set(record.key, record);
  }
  return [...all.values()];
}

function startOn(directory: string): Outcome {
  const notices: StoreNotice[] = [];
  const { database, edited } = openStore(directory, AT, (notice) => notices.push(notice));
  const records = withFile(
    [...database.records()].flatMap((row) => recordOf(row) ?? []),
    edited,
  );
  // It can be written to again, whatever it was.
  const newcomer = mixRecord('newcomer');
  database.commit([{ key: newcomer.key, base: 0, record: newcomer }], edited?.hash);
  database.close();
  return { records, edited, notices, files: readdirSync(directory, { recursive: true }) as string[] };
}

const KINDS = Object.keys(DAMAGES);
/** Judged by what they lead to; they are not set aside under their own name. */
const SMALL_FILES = new Set(['foldback.seal', 'foldback.db-wal']);
const FILES = ['foldback.db', 'foldback.db-wal', 'foldback.seal', 'channels_state.json', 'backup'];

interface Case {
  readonly directory: string;
  readonly file: string;
  readonly where: string;
  /** The file as it is after the damage; undefined when it is gone. */
  readonly after: Buffer | undefined;
}

function makeCase(number: number): Case {
  const random = randomFrom(number);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const directory = join(home.path, `case-${number}`);
  const origin = pick([closed, killed]);
  cpSync(origin, directory, { recursive: true });
  const backup = join('backups', listBackups(directory)[0]?.name ?? '');
  const nameOf = (file: string): string => (file === 'backup' ? backup : file);
  const candidates = FILES.filter((file) => existsSync(join(directory, nameOf(file))));
  const file = pick(candidates);
  const path = join(directory, nameOf(file));
  let how = pick([...KINDS, 'swapped']);
  if (how === 'swapped') {
    const other = pick(candidates.filter((one) => one !== file));
    how = `swapped with ${other}`;
    copyFileSync(join(directory, nameOf(other)), path);
  } else {
    const damaged = DAMAGES[how]?.(readFileSync(path), random);
    if (damaged === undefined) rmSync(path);
    else writeFileSync(path, damaged);
  }
  if (file === 'backup') {
    // A backup matters when the store is gone.
    for (const name of ['foldback.db', 'foldback.db-wal']) rmSync(join(directory, name), { force: true });
  }
  const after = existsSync(path) ? readFileSync(path) : undefined;
  return {
    directory,
    file,
    where: `case ${number}: ${file} ${how} (${origin === killed ? 'killed' : 'closed'})`,
    after,
  };
}

let casesWithEverything = 0;

/** What is wrong with how the store took it. */
function judge({ directory, file, after }: Case): string[] {
  const { records, edited, notices, files } = startOn(directory);
  const wrong: string[] = [];
  if (essence(records) === essence(band)) casesWithEverything += 1;
  // A file that is taken in is told by the desk.
  else if (notices.length === 0 && edited === undefined)
    wrong.push('something is missing, and nobody was told');
  if (mixes(records) !== mixes(band) && !(file === 'channels_state.json' && edited !== undefined)) {
    wrong.push('mixes were lost');
  }
  const setAside = files.filter((name) => /\.(damaged|unreadable)-/.test(name));
  const isKept = setAside.some((name) => after?.equals(readFileSync(join(directory, name))) === true);
  if (setAside.length > 0 && after !== undefined && !SMALL_FILES.has(file) && !isKept) {
    wrong.push('the damaged file is not there any more as it was found');
  }
  return wrong;
}

function damageOne(number: number): string[] {
  const damaged = makeCase(number);
  try {
    return judge(damaged).map((wrong) => `${damaged.where}: ${wrong}`);
  } catch (error) {
    return [`${damaged.where}: did not start: ${String(error)}`];
  } finally {
    rmSync(damaged.directory, { recursive: true });
  }
}

test(
  `damage in ${CASES} ways: it starts, keeps the mixes, and tells`,
  () => {
    const complaints: string[] = [];
    for (let number = 0; number < CASES; number += 1) complaints.push(...damageOne(number));
    process.stdout.write(
      `${CASES} damages; every mix, name and order kept in ${casesWithEverything} of them\n`,
    );
    expect(complaints).toEqual([]);
  },
  Math.max(60_000, CASES * 200),
);

test('the judge is awake: SQLite alone takes damage for granted', () => {
  let silent = 0;
  for (let number = 0; number < 100; number += 1) {
    const { directory } = makeCase(number);
    try {
      const database = Database.open(join(directory, 'foldback.db'));
      const records = [...database.records()].flatMap((row) => recordOf(row) ?? []);
      database.close();
      if (mixes(records) !== mixes(band)) silent += 1;
    } catch {
      // SQLite noticed by itself.
    }
    rmSync(directory, { recursive: true });
  }
  expect(silent).toBeGreaterThan(0);
});
