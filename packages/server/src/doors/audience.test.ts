/** Who hears of which change, and what a page makes of it. */
import {
  isSame,
  splitKey,
  withPatch,
  type EventBody,
  type JsonObject,
  type WireRecord,
} from '@foldback/protocol';
import { randomFrom } from '../../test/support/random.ts';
import { deafPhone } from '../../test/support/doorless.ts';
import { MIXER } from '../desk/author.ts';
import { claim, MemoryDisk, MemoryStore, recordsWith, stage as deskStage } from '../desk/desk-stage.ts';
import { Audience } from './audience.ts';
import type { Identity, Phone, Topic } from './phone.ts';
import { recordsForEverybody, watchedOf } from './wire-records.ts';

type Change = EventBody<'change'>;

/** @param clients whose mixes there are, each on output pair 0, 1, … */
function stage(clients = ['ana', 'leo']) {
  const records = clients.flatMap((id, output) => recordsWith(id, { output }));
  const store = new MemoryStore(new MemoryDisk('a', records));
  const played = deskStage({
    store,
    inputs: 8,
    outputPairs: 4,
    outlets: {
      show: (change) => audience.showChange(change),
      showSaved: (key, revision) => {
        const { kind, id } = splitKey(key);
        audience.showSaved(kind, id, revision);
      },
    },
  });
  const audience: Audience = new Audience(played.desk, () => 0);
  const connect = (clientId: string, ...topics: readonly Topic[]) => {
    const heard: { readonly type: string; readonly body: Change }[] = [];
    const phone: Phone = deafPhone(undefined, {
      deliver: ({ event }) => heard.push(event as (typeof heard)[number]),
    });
    const who: Identity = { kind: 'person', clientId, name: clientId, secretHash: '', phoneName: '' };
    phone.identity = who;
    phone.session = { clientId, role: 'engineer', speaks: true, isNewcomer: false };
    audience.join(phone);
    for (const topic of topics) audience.subscribe(phone, topic);
    const changes = (): Change[] =>
      heard.splice(0).flatMap(({ type, body }) => (type === 'change' ? [body] : []));
    return { phone, who, heard, changes };
  };
  return { ...played, audience, connect };
}

test('a change is told to whoever watches the mix or every mix, but its author, who has the answer', () => {
  const { desk, connect } = stage();
  const [ana, second, watcher, every, leo] = [
    connect('ana', 'mix/ana'),
    connect('ana', 'mix/ana'),
    connect('sam', 'mix/ana', 'every mix'),
    connect('tablet', 'every mix'),
    connect('leo', 'mix/leo'),
  ];
  desk.run('update_gain', 'ana', { channel: 1, gain: 0.5 }, ana.who, 'finger 1');
  const change: Change = {
    key: 'mix/ana',
    base: 5,
    revision: 6,
    patch: { gains: { 1: 0.5 } },
    author: 'ana',
    author_name: 'ana',
    gesture: 'finger 1',
    reason: 'command',
    timestamp: desk.get('ana').changed_at,
  };
  expect([second, watcher, every].map(({ changes }) => changes())).toEqual([[change], [change], [change]]);
  expect([ana, leo].map(({ changes }) => changes())).toEqual([[], []]);
});

test('the one name of an author is the one that people see now', () => {
  const { desk, connect } = stage();
  const [ana, leo] = [connect('ana'), connect('leo', 'mix/leo')];
  desk.run('set_client_name', 'ana', { client_id: 'ana', custom_name: 'Anna' }, MIXER);
  desk.run('update_gain', 'leo', { channel: 1, gain: 0.5 }, ana.who);
  expect(leo.changes()).toMatchObject([{ author: 'ana', author_name: 'Anna' }]);
});

test('what the mixer does by itself has no author, whatever its musicians call themselves', () => {
  const { desk, connect } = stage(['server', 'leo']);
  const [server, leo] = [connect('server'), connect('leo', 'mix/leo')];
  desk.run('mute_all', 'leo', { muted: true }, server.who);
  desk.run('mute_all', 'leo', { muted: false }, MIXER);
  expect(leo.changes().map(({ author, author_name }) => [author, author_name])).toEqual([
    ['server', 'server'],
    [null, ''],
  ]);
});

test('where somebody plays is told to everybody who was let in, its author too', () => {
  const { desk, audience, connect } = stage();
  const phones = [connect('ana'), connect('leo')];
  const stranger = connect('nobody');
  const guest = { clientId: 'nobody', role: 'guest', speaks: false, isNewcomer: false } as const;
  stranger.phone.session = guest;
  desk.run('set_output', 'ana', { output: 3 }, phones[0]?.who ?? MIXER);
  for (const { changes } of phones) {
    expect(changes().map(({ key, patch }) => [key, patch])).toEqual([
      ['output/here/0', { client_id: null }],
      ['output/here/3', { client_id: 'ana', lent: true }],
    ]);
  }
  expect(stranger.heard).toEqual([]);
  expect(audience.size).toBe(3);
});

test('what changes by itself, and what stays in the mixer, is told to nobody', async () => {
  const { desk, acts, connect } = stage();
  const sam = connect('sam', 'mix/ana', 'mix/hash', 'every mix');
  desk.arrive('ana');
  claim(desk, 'hash', 'ana');
  await desk.runKept('set_client_order', '', { order: ['leo'] }, MIXER);
  await acts.clear(['ana']);
  await Promise.resolve();
  expect(sam.changes()).toEqual([]);
});

test('what is on disk is told to those who watch the mix', async () => {
  const { desk, connect } = stage();
  const [ana, leo] = [connect('ana', 'mix/ana'), connect('leo', 'mix/leo')];
  desk.run('update_gain', 'ana', { channel: 1, gain: 0.5 }, ana.who);
  await Promise.resolve();
  expect(ana.heard).toEqual([{ type: 'saved', body: { key: 'mix/ana', revision: 6 } }]);
  expect(leo.heard).toEqual([]);
});

test('a mix that goes is told as gone, on the revision that pages have', async () => {
  const { acts, connect } = stage();
  const sam = connect('sam', 'mix/ana');
  await acts.clear(['ana']);
  expect(sam.changes().map(({ key, base, revision, patch }) => [key, base, revision, patch])).toEqual(
    expect.arrayContaining([
      ['mix/ana', 5, 5, null],
      ['person/ana', 5, 5, null],
    ]),
  );
});

/** A page that watches two mixes, and lays every change over what it has. */
class Page {
  readonly records = new Map<string, { readonly revision: number; readonly value: JsonObject }>();

  constructor(records: readonly WireRecord[]) {
    for (const { key, revision, value } of records) this.records.set(key, { revision, value });
  }

  hear({ key, base, revision, patch }: Change): void {
    const had = this.records.get(key);
    if (had !== undefined && base !== had.revision) throw new Error(`${key} has missed something`);
    if (had !== undefined && patch !== null && revision <= had.revision) {
      throw new Error(`${key} goes back from ${had.revision} to ${revision}`);
    }
    const value = withPatch(had?.value ?? null, patch);
    if (value === null) this.records.delete(key);
    else this.records.set(key, { revision, value });
  }
}

const RUNS = 200;
const STEPS = 40;

test('a page that lays every change over what it has holds what the mixer has, whatever the disk does', async () => {
  for (let seed = 1; seed <= RUNS; seed += 1) {
    const random = randomFrom(seed);
    const below = (count: number): number => Math.floor(random() * count);
    const { desk, acts, store, connect } = stage();
    store.saves.set('monday', [
      ...recordsWith('ana', { output: 2, name: 'Monday', mix: { gains: { 1: 0.1 } }, changed_at: 1 }),
      ...recordsWith('mia', { changed_at: 1 }),
    ]);
    const page = connect('sam', 'mix/ana', 'mix/leo');
    const own = new Page([
      ...recordsForEverybody(desk),
      ...['ana', 'leo'].flatMap((id) => watchedOf(desk, id).records),
    ]);
    const asked: Promise<unknown>[] = [];
    let goOn = (): void => undefined;
    for (let step = 0; step < STEPS; step += 1) {
      const id = ['ana', 'leo'][below(2)] ?? 'ana';
      const isHere = desk.find(id) !== undefined;
      const kept = <Type>(change: Promise<Type>) => asked.push(change.catch(() => undefined));
      if (!isHere) desk.admit(id, null);
      switch (below(11)) {
        case 0:
          kept(desk.runKept('set_client_name', id, { client_id: id, custom_name: `name ${step}` }, MIXER));
          break;
        case 1:
          kept(desk.runKept('mark_channels', id, { mine: [below(8)] }, MIXER));
          break;
        case 2:
          kept(desk.runKept('set_output', id, { output: below(4) }, MIXER));
          break;
        case 3:
          kept(acts.clear([id]));
          break;
        case 4:
          kept(acts.restore('monday'));
          break;
        case 5:
          kept(acts.undo(acts.acts()[0]?.act ?? 0));
          break;
        case 6:
          if (random() < 0.5) desk.arrive(id);
          else desk.leave(id);
          break;
        case 7:
          store.refuses(random() < 0.5);
          break;
        case 8:
          goOn();
          goOn = random() < 0.5 ? store.hangs() : () => undefined;
          break;
        default:
          desk.run('update_gain', id, { channel: below(8), gain: random() }, MIXER);
      }
      await Promise.resolve();
    }
    store.refuses(false);
    goOn();
    await Promise.all(asked);
    store.refuses(false);
    for (const change of page.changes()) own.hear(change);
    const records = [
      ...recordsForEverybody(desk),
      ...['ana', 'leo'].flatMap((id) => watchedOf(desk, id).records),
    ];
    for (const { key, revision, value } of records) {
      const { seen_at: _seen, ...told } = value;
      const { seen_at: _then, ...has } = own.records.get(key)?.value ?? {};
      if (!isSame(told, has)) throw new Error(`seed ${seed}: ${key} is not what the mixer has`);
      expect([key, own.records.get(key)?.revision]).toEqual([key, revision]);
      // Nor is the disk: what lingers is not there, everything else is.
      const { kind, id } = splitKey(key);
      expect([key, store.disk?.value(key)]).toEqual([key, desk.world.isStored(kind, id) ? value : undefined]);
    }
    expect(own.records.size).toBe(records.length);
  }
});
