/**
 * Disks come, go and are changed for others, musicians come and move, the server is killed, in any order and on real stores:
 * no saved mix is ever overwritten by one that did not know it.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { MixValue, RecordOf, Stood } from '@foldback/protocol';
import { Database } from '../../src/store/database.ts';
import { recordOf } from '../../src/store/record-row.ts';
import { DATABASE_FILE } from '../../src/store/store-files.ts';
import { mixRecord, personRecord, TemporaryDirectory } from '../../src/store/store-stage.ts';
import { randomFrom } from '../support/random.ts';
import type { Done, Order } from './disk-player.ts';
const SEED = Number(process.env['FOLDBACK_SEED'] ?? 0);

/** 3 in `npm test`; `npm run test:crash` asks for 300. */
const RUNS = Number(process.env['FOLDBACK_DISK_RUNS'] ?? 3);
const STEPS = 40;
const RUN_DEADLINE_MS = 60_000;

const PLAYER = fileURLToPath(new URL('./disk-player.ts', import.meta.url));
const NAMES = ['ana', 'leo', 'zoë'] as const;
/** The third is a copy of the first, from before: from then on they go their own ways. */
const DISKS = ['first', 'second', 'copy of first'] as const;
type Disk = (typeof DISKS)[number];
/** An older save of a world is known to it: what one of the two has is not lost for the other. */
const TWINS: Readonly<Record<Disk, readonly Disk[]>> = {
  first: ['first', 'copy of first'],
  second: ['second'],
  'copy of first': ['first', 'copy of first'],
};
const GAINS_MAX = 10_000;

type Name = (typeof NAMES)[number];

const STEPS_OF_ALL = ['disk', 'no disk', 'come', 'move', 'move', 'move', 'save', 'save', 'kill'] as const;
type What = (typeof STEPS_OF_ALL)[number];

/** A desk that plays in a process of its own. */
class Player {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(config: string): Promise<Player> {
    const child = fork(PLAYER, [config], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const player = new Player(child);
    await player.#answer();
    return player;
  }

  async tell(order: Order): Promise<Done> {
    const answer = this.#answer();
    this.#child.send(order);
    return answer;
  }

  /** Does something, perhaps, and is gone before anybody hears of it. */
  async kill(last: Order, lifeMs: number): Promise<void> {
    this.#child.send(last);
    await delay(lifeMs);
    await this.end();
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }

  async #answer(): Promise<Done> {
    const over = new AbortController();
    const { signal } = over;
    try {
      const died = once(this.#child, 'exit', { signal }).then(([code]) => {
        throw new Error(`the player ended with ${String(code)}`);
      });
      const [done] = (await Promise.race([once(this.#child, 'message', { signal }), died])) as [Done];
      return done;
    } finally {
      over.abort();
    }
  }
}

/** Gains are used once, so that each says which hand made the mix it is in. */
const gainOf = ({ gains }: Pick<MixValue, 'gains'>): number | undefined => gains['0'];

class Evening {
  readonly told: string[] = [];
  readonly #home: string;
  readonly #random: () => number;
  #count = 0;
  /** Every gain that was ever seen on a disk, and whose mix it was. */
  readonly #seen = new Map<Disk, Map<number, Name>>(DISKS.map((disk) => [disk, new Map()]));
  /** Gains that their musician, who heard them, has moved on from. */
  readonly #movedOn = new Set<number>();
  #player: Player | undefined;

  constructor(home: string, seed: number) {
    this.#home = home;
    this.#random = randomFrom(seed);
    for (const disk of ['first', 'second'] as const) {
      mkdirSync(this.#pathOf(disk));
      this.#save(disk);
    }
    cpSync(this.#pathOf('first'), this.#pathOf('copy of first'), { recursive: true });
    this.#link(undefined);
  }

  /** @returns what is lost, when anything is */
  async play(): Promise<string[]> {
    for (let step = 0; step < STEPS; step += 1) {
      await this.#step();
      const lost = this.#lost();
      if (lost.length > 0) return lost;
    }
    await this.#player?.end();
    return this.#lost();
  }

  /** The same with every step told. */
  async playExactly(steps: readonly (readonly [what: What, about?: Disk | Name])[]): Promise<string[]> {
    for (const [what, about] of steps) {
      if (what === 'disk') this.#comes(about as Disk);
      else await this.#does(what, (about ?? NAMES[0]) as Name);
      const lost = this.#lost();
      if (lost.length > 0) return lost;
    }
    return [];
  }

  async end(): Promise<void> {
    await this.#player?.end();
  }

  #below(count: number): number {
    return Math.floor(this.#random() * count);
  }

  #one<Of>(of: readonly Of[]): Of {
    return of[this.#below(of.length)] as Of;
  }

  #pathOf(disk: Disk): string {
    return join(this.#home, disk);
  }

  #nextGain(): number {
    this.#count += 1;
    return this.#count / GAINS_MAX;
  }

  /** What is on a disk before the evening. */
  #save(disk: Disk): void {
    const database = Database.create(join(this.#pathOf(disk), DATABASE_FILE));
    for (const id of NAMES.filter(() => this.#random() < 0.7)) {
      const revision = 1 + this.#below(9);
      for (const record of [
        mixRecord(id, { channels: [0], gains: { 0: this.#nextGain() } }, { revision }),
        personRecord(id, { name: id }),
      ] as const) {
        database.commit([{ key: record.key, base: 0, record: { ...record, value: { ...record.value } } }]);
      }
    }
    database.close();
  }

  /** The config directory is this disk from now on, or none. */
  #link(disk: Disk | undefined): void {
    const next = join(this.#home, 'next');
    symlinkSync(disk === undefined ? join(this.#home, 'nowhere') : this.#pathOf(disk), next);
    renameSync(next, join(this.#home, 'config'));
  }

  async #step(): Promise<void> {
    const what = this.#one(STEPS_OF_ALL);
    if (what === 'disk') this.#comes(this.#one(DISKS));
    else await this.#does(what, this.#one(NAMES));
  }

  #comes(disk: Disk): void {
    this.#note(`the ${disk} comes`);
    this.#link(disk);
  }

  async #does(what: Exclude<What, 'disk'>, id: Name): Promise<void> {
    if (what === 'no disk') {
      this.#note('the disk goes');
      this.#link(undefined);
      return;
    }
    if (this.#player === undefined) {
      this.#note('start');
      this.#player = await Player.start(join(this.#home, 'config'));
    }
    const player = this.#player;
    switch (what) {
      case 'come':
        this.#note(`${id} comes`);
        await player.tell({ do: 'come', id });
        break;
      case 'move': {
        const gain = this.#nextGain();
        const { movedOnFrom } = await player.tell({ do: 'move', id, gain });
        this.#note(`${id} moves from ${movedOnFrom} to ${gain}`);
        if (movedOnFrom !== undefined) this.#movedOn.add(movedOnFrom);
        break;
      }
      case 'save':
        this.#note('save');
        await player.tell({ do: 'save' });
        break;
      case 'kill':
        this.#note('kill');
        await player.kill({ do: 'save' }, this.#random() * 30);
        this.#player = undefined;
    }
  }

  #note(what: string): void {
    this.told.push(what);
  }

  /** Mixes that were saved on a disk, that nobody moved on from, and that are not there any more: in words. */
  #lost(): string[] {
    const lost: string[] = [];
    const now = new Map(DISKS.map((disk) => [disk, this.#look(disk)]));
    for (const disk of DISKS) {
      const seen = this.#seen.get(disk) as Map<number, Name>;
      for (const [gain, id] of now.get(disk) ?? []) seen.set(gain, id);
      for (const [gain, id] of seen) {
        const isKept = TWINS[disk].some((twin) => now.get(twin)?.has(gain));
        if (!isKept && !this.#movedOn.has(gain)) lost.push(`the ${disk} has lost ${gain} of ${id}`);
      }
    }
    return lost;
  }

  /** By gain, everything on a disk that plays or that an act brings back. */
  #look(disk: Disk): Map<number, Name> {
    const path = join(this.#pathOf(disk), DATABASE_FILE);
    const gains = new Map<number, Name>();
    if (!existsSync(path)) return gains;
    const database = Database.openReadOnly(path);
    try {
      for (const row of database.records()) {
        const [, id] = /(?:^|^before\/\d+\/)mix\/(.*)$/.exec(row.key) ?? [];
        const record = id === undefined ? undefined : recordOf(row);
        if (record === undefined) continue;
        const value = row.key.startsWith('before/')
          ? ((record as RecordOf<'before'>).value.stood as Stood | null)?.value
          : record.value;
        const gain = value === undefined ? undefined : gainOf(value as unknown as MixValue);
        if (gain !== undefined) gains.set(gain, id as Name);
      }
    } finally {
      database.close();
    }
    return gains;
  }
}

/** @returns what was lost, with the evening as it went */
async function evening(seed: number, play: (evening: Evening) => Promise<string[]>): Promise<string[]> {
  const home = new TemporaryDirectory();
  const tonight = new Evening(home.path, seed);
  try {
    const lost = await play(tonight);
    return lost.length > 0 ? [...lost, `evening ${seed}:`, ...tonight.told] : [];
  } finally {
    await tonight.end();
    home.remove();
  }
}

test(
  `${RUNS} evenings of disks that come and go: no saved mix is overwritten by one that did not know it`,
  async () => {
    for (let run = 0; run < RUNS; run += 1) {
      expect(await evening(SEED * 10_000 + run, (tonight) => tonight.play())).toEqual([]);
    }
  },
  RUNS * RUN_DEADLINE_MS,
);

test('two copies of one store that went their own ways: what was moved on one is not lost on the other', async () => {
  const lost = await evening(1, (tonight) =>
    tonight.playExactly([
      ...([['disk', 'copy of first'], ['come', 'leo'], ['move', 'leo'], ['save'], ['kill']] as const),
      ...([
        ['disk', 'first'],
        ['come', 'leo'],
        ['move', 'leo'],
        ['save'],
        ['move', 'leo'],
        ['save'],
      ] as const),
      ...([['move', 'ana'], ['save'], ['move', 'ana'], ['save']] as const),
      ...([['disk', 'copy of first'], ['move', 'ana'], ['save'], ['save'], ['kill']] as const),
    ]),
  );
  expect(lost).toEqual([]);
}, 60_000);
