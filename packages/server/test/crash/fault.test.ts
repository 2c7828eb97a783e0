/** Every call the store makes of the file system fails, in every way and at every point (SPEC S5), by strace's injection. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { TemporaryDirectory } from '../../src/store/store-stage.ts';
import { lookAt, runAndKill, SEED } from './killed-run.ts';
import { Promises } from './promises.ts';
import { describeWhere } from '../support/describe-where.ts';
import { randomFrom } from '../support/random.ts';

/** 8 in `npm test`; `npm run test:crash` asks for 300. */
const CASES = Number(process.env['FOLDBACK_FAULTS'] ?? 8);
const CASE_DEADLINE_MS = 30_000;
const LIFE_MS = 700;
/** SPEC S5: a failed save is shown within this time. */
const TOLD_MS = 2000;

function canTrace(): boolean {
  try {
    execFileSync('strace', ['-qq', '-e', 'trace=none', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const ERRORS = ['EIO', 'ENOSPC', 'EROFS', 'EMFILE'];
const CALLS: Readonly<Record<string, readonly string[]>> = {
  'foldback.db': ['openat', 'pwrite64', 'fsync,fdatasync', 'ftruncate'],
  'foldback.db-wal': ['openat', 'pwrite64', 'fsync,fdatasync', 'ftruncate'],
  'foldback.seal': ['openat', 'pwrite64', 'fsync,fdatasync'],
  'channels_state.json': ['openat', 'rename', 'statx'],
  'channels_state.json.tmp': ['openat', 'write', 'fsync,fdatasync'],
};
/** From the n-th call on, once, or every third time. */
const TIMES = ['1', '3', '1+', '4+', '2+3'];

interface Fault {
  readonly file: string;
  readonly call: string;
  readonly error: string;
  readonly when: string;
}

const under = (directory: string, { file, call, error, when }: Fault): string[] => [
  'strace',
  '-D', // the tracer is the child, so that what we kill is the writer
  '-f',
  '-qq',
  '-o',
  '/dev/null',
  '-P',
  join(directory, file),
  '-e',
  `trace=${call}`,
  '-e',
  `inject=${call}:error=${error}:when=${when}`,
];

let home: TemporaryDirectory;
let directory: string;
beforeEach(() => {
  home = new TemporaryDirectory();
  directory = join(realpathSync(home.path), 'config');
  mkdirSync(directory);
});
afterEach(() => {
  home.remove();
});

const describeWhereAble = describeWhere(canTrace(), 'strace');

describeWhereAble('under strace', () => {
  test(
    `${CASES} faults of the disk: it starts, goes on, breaks no promise, and tells`,
    async () => {
      const random = randomFrom(11 + SEED);
      const pick = (items: readonly string[]): string => items[Math.floor(random() * items.length)] ?? '';
      const promises = new Promises();
      const broken: string[] = [];
      let refused = 0;
      for (let number = 1; number <= CASES; number += 1) {
        const file = pick(Object.keys(CALLS));
        const fault: Fault = { file, call: pick(CALLS[file] ?? []), error: pick(ERRORS), when: pick(TIMES) };
        const run = await runAndKill(directory, number, {
          lifeMs: LIFE_MS,
          afterLoad: true,
          under: under(directory, fault),
        });
        promises.hear(run.output);
        const { found } = await lookAt(directory);
        const where = `case ${number}, ${fault.call} of ${fault.file}: ${fault.error} at ${fault.when}`;
        broken.push(...promises.judge(found, run.killedAt).broken.map((what) => `${where}: ${what}`));
        const refusals = run.output.split('\n').filter((line) => line.includes('-refused')).length;
        refused += refusals;
        if (refusals > 0 && !run.output.includes('notice save_failed'))
          broken.push(`${where}: nobody was told`);
      }
      process.stdout.write(
        `${CASES} faults, ${refused} kept changes refused, ${broken.length} promises broken\n`,
      );
      expect(broken).toEqual([]);
    },
    CASES * CASE_DEADLINE_MS,
  );

  test(
    'a seal that cannot be written refuses nobody: everything is on disk',
    async () => {
      const fault: Fault = { file: 'foldback.seal', call: 'pwrite64', error: 'EIO', when: '1+' };
      const run = await runAndKill(directory, 1, {
        lifeMs: 1500,
        afterLoad: true,
        under: under(directory, fault),
      });
      expect(run.output).toContain('notice seal_failed');
      expect(run.output).toContain('keep-kept');
      expect(run.output).not.toMatch(/-refused|notice save_failed|notice recovered/);
    },
    CASE_DEADLINE_MS,
  );

  test(
    'a disk that hangs is told within two seconds, and kept changes wait for it without a lie',
    async () => {
      const run = await runAndKill(directory, 1, {
        lifeMs: 4500,
        afterLoad: true,
        under: [
          ...['strace', '-D', '-f', '-qq', '-o', '/dev/null', '-P', join(directory, 'foldback.db-wal')],
          ...['-e', 'trace=fsync,fdatasync', '-e', 'inject=fsync,fdatasync:delay_enter=3000000:when=30+'],
        ],
      });
      const lines = run.output.split('\n').map((line) => line.split(' '));
      const lastSavedAt = Number(lines.findLast(([what]) => what === 'saved')?.[3]);
      const toldAt = Number(lines.find(([what, code]) => what === 'notice' && code === 'save_failed')?.[3]);
      expect(toldAt - lastSavedAt).toBeLessThan(TOLD_MS);
      const promises = new Promises();
      promises.hear(run.output);
      expect(promises.judge((await lookAt(directory)).found, run.killedAt).broken).toEqual([]);
    },
    CASE_DEADLINE_MS,
  );

  test(
    'the judge is awake: a writer that promises what the disk refuses is found out',
    async () => {
      const promises = new Promises();
      const fault: Fault = { file: 'foldback.db-wal', call: 'pwrite64', error: 'ENOSPC', when: '60+' };
      const run = await runAndKill(directory, 1, {
        lifeMs: 1500,
        afterLoad: true,
        claimEarly: true,
        under: under(directory, fault),
      });
      promises.hear(run.output);
      expect(promises.judge((await lookAt(directory)).found, run.killedAt).broken).not.toEqual([]);
    },
    CASE_DEADLINE_MS,
  );
});
