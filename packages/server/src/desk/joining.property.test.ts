/**
 * Disks come, go and are changed for others, musicians come and move, the server is killed, in any order: no saved mix is
 * ever overwritten by one that did not know it.
 */
import { keyOf, type JsonObject, type KindName } from '@foldback/protocol';
import { randomFrom } from '../../test/support/random.ts';
import type { Author } from './author.ts';
import { MemoryDisk, MemoryStore, recordsWith, stage, turnOfTheLoop } from './desk-stage.ts';

const NAMES = ['ana', 'leo', 'zoë'] as const;
const DISKS = ['a', 'b', 'c'] as const;
const RUNS = 400;
const STEPS = 25;

type Disk = (typeof DISKS)[number];
type Stage = ReturnType<typeof stage>;

const authorOf = (id: string): Author => ({ kind: 'person', clientId: id, name: id });

/** What of a record says which hand made it: a number that is used once. Undefined for what nobody has chosen. */
function marked(kind: KindName, value: JsonObject | undefined): string | undefined {
  if (kind === 'mix') {
    const gain = (value?.['gains'] as JsonObject | undefined)?.['0'];
    return typeof gain === 'number' ? `${gain}` : undefined;
  }
  const name = value?.['name'];
  return typeof name === 'string' && name.startsWith('named ') ? name : undefined;
}

class Play {
  readonly #random: () => number;
  readonly told: string[] = [];
  readonly #disks: ReadonlyMap<Disk, MemoryDisk>;
  /** By record, whatever has been on a disk; and of that, what somebody has moved on from, who knew it. */
  readonly #everOn = new Map<Disk, Map<string, Set<string>>>(DISKS.map((disk) => [disk, new Map()]));
  readonly #movedOn = new Set<string>();
  #count = 0;
  #isFull = false;
  readonly #faults: string[] = [];
  #store: MemoryStore;
  #stage: Stage;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
    this.#disks = new Map(
      DISKS.map((disk) => {
        const here = NAMES.filter(() => this.#random() < 0.6);
        return [
          disk,
          new MemoryDisk(
            disk,
            here.flatMap((id) => recordsWith(id, this.#someones())),
          ),
        ];
      }),
    );
    [this.#store, this.#stage] = this.#begin(undefined);
    this.#look();
  }

  /** @returns what must not be, of the first step after which it is */
  async run(): Promise<readonly string[]> {
    for (let step = 0; step < STEPS; step += 1) {
      await this.#step();
      this.#look();
      const { troubles, sharedPairs } = this.#stage;
      const shared = sharedPairs.map((pair) => `pair ${pair} is played by two`);
      const faults = [...this.#faults, ...troubles, ...shared, ...this.#lost()];
      if (faults.length > 0) return faults;
    }
    return [];
  }

  #someones() {
    this.#count += 1;
    return {
      mix: { gains: { 0: this.#count } },
      name: `named ${this.#count}`,
      revision: this.#below(9) + 1,
      changed_at: this.#below(1000),
    };
  }

  #below(count: number): number {
    return Math.floor(this.#random() * count);
  }

  #one<Of>(of: readonly Of[]): Of {
    return of[this.#below(of.length)] as Of;
  }

  #begin(disk: MemoryDisk | undefined): [MemoryStore, Stage] {
    const store = new MemoryStore(disk);
    this.#isFull = false;
    if (disk === undefined) store.goes();
    return [store, stage({ store, autoRoute: this.#random() < 0.5 })];
  }

  async #step(): Promise<void> {
    const id = this.#one(NAMES);
    const { desk } = this.#stage;
    const isHere = desk.find(id) !== undefined;
    switch (
      this.#one([
        'comes',
        'goes',
        'comes',
        'appears',
        'moves',
        'moves',
        'named',
        'output',
        'clear',
        'turn',
        'full',
        'kill',
      ])
    ) {
      case 'comes': {
        const disk = this.#one(DISKS);
        this.told.push(`disk ${disk} comes`);
        this.#store.comes(this.#disks.get(disk) as MemoryDisk);
        break;
      }
      case 'goes':
        this.told.push('disk goes');
        this.#store.goes();
        break;
      case 'appears':
        this.told.push(`${id} comes`);
        if (!isHere) desk.admit(id, null);
        if (this.#random() < 0.5) desk.arrive(id);
        else desk.leave(id);
        break;
      case 'moves':
        if (isHere) this.#moves(id);
        break;
      case 'named':
        if (isHere) await this.#named(id);
        break;
      case 'output':
        this.told.push(`${id} gets an output`);
        if (isHere) desk.assignOutput(id, this.#below(2));
        break;
      case 'clear':
        await this.#clear(id);
        break;
      case 'full':
        this.#isFull = !this.#isFull;
        this.told.push(this.#isFull ? 'the disk is full' : 'there is room again');
        this.#store.refuses(this.#isFull);
        break;
      case 'turn':
        await turnOfTheLoop();
        break;
      default: {
        const disk = this.#random() < 0.6 ? this.#one(DISKS) : undefined;
        this.told.push(`kill, and start with ${disk ?? 'no disk'}`);
        [this.#store, this.#stage] = this.#begin(disk === undefined ? undefined : this.#disks.get(disk));
      }
    }
  }

  #moves(id: string): void {
    this.#count += 1;
    this.told.push(`${id} moves to ${this.#count}`);
    this.#moveOn('mix', id);
    this.#stage.desk.run('update_gain', id, { channel: 0, gain: this.#count }, authorOf(id));
  }

  /** Kept: without a disk it is refused, and nothing has happened. */
  async #named(id: string): Promise<void> {
    this.#count += 1;
    const custom_name = `named ${this.#count}`;
    this.told.push(`${id} is ${custom_name}`);
    const before = marked('person', this.#stage.desk.world.value('person', id));
    const naming = this.#stage.desk.runKept(
      'set_client_name',
      id,
      { client_id: id, custom_name },
      authorOf(id),
    );
    const isKept = await naming.then(
      () => true,
      () => false,
    );
    const isPossible = this.#store.disk !== undefined && !this.#isFull;
    if (isKept !== isPossible) this.#faults.push(`${custom_name} is ${isKept ? '' : 'not '}kept`);
    if (isKept && before !== undefined) this.#movedOn.add(`person/${id} ${before}`);
  }

  async #clear(id: string): Promise<void> {
    this.told.push(`${id} is cleared`);
    const before = (['mix', 'person'] as const).map(
      (kind) => `${kind}/${id} ${marked(kind, this.#stage.desk.world.value(kind, id))}`,
    );
    const isCleared = await this.#stage.acts.clear([id]).then(
      () => true,
      () => false,
    );
    if (isCleared) for (const value of before) this.#movedOn.add(value);
  }

  /** Whoever moves it now knows what is there. */
  #moveOn(kind: KindName, id: string): void {
    const value = marked(kind, this.#stage.desk.world.value(kind, id));
    if (value !== undefined) this.#movedOn.add(`${keyOf(kind, id)} ${value}`);
  }

  /** Notes what is on the disks. */
  #look(): void {
    for (const [disk, ever] of this.#everOn) {
      for (const kind of ['mix', 'person'] as const) {
        for (const id of NAMES) {
          const key = keyOf(kind, id);
          const value = marked(kind, this.#disks.get(disk)?.value(key));
          if (value === undefined) continue;
          const values = ever.get(key) ?? new Set();
          ever.set(key, values.add(value));
        }
      }
    }
  }

  #lost(): string[] {
    const faults: string[] = [];
    for (const [disk, ever] of this.#everOn) {
      for (const [key, values] of ever) {
        const kind = key.startsWith('mix/') ? 'mix' : 'person';
        const there =
          this.#disks
            .get(disk)
            ?.everythingOf(key)
            .map((value) => marked(kind, value)) ?? [];
        const lost = [...values].filter(
          (value) => !there.includes(value) && !this.#movedOn.has(`${key} ${value}`),
        );
        if (lost.length > 0) faults.push(`${key} ${lost.join(', ')} is lost from disk ${disk}`);
      }
    }
    return faults;
  }
}

test('no saved mix or name is ever overwritten by one that did not know it', async () => {
  for (let seed = 1; seed <= RUNS; seed += 1) {
    const play = new Play(seed);
    const faults = await play.run();
    expect({ faults, after: faults.length === 0 ? [] : [`seed ${seed}`, ...play.told] }).toEqual({
      faults: [],
      after: [],
    });
  }
});
