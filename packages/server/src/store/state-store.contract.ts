/** What every StateStore does, whatever it is made of. Each sentence runs on a real store that is opened again and again. */
import { keyOf, pairId, type Mix, type RecordOf } from '@foldback/protocol';
import type { JournalEntry, StoreWatcher } from './state-store.ts';
import { byKey, joining, StoreOnPlace, type StorePlace } from './store-place.ts';
import {
  AT,
  batchOf,
  keysOf,
  mixRecord,
  orderRecord,
  personRecord,
  recordWith,
  removalOf,
  writeOf,
} from './store-stage.ts';

const FULL_MIX: Mix = {
  channels: [0, 3, 31],
  gains: { 0: 0.7071067811865476, 3: 10, 7: 0 },
  pans: { 0: -1, 3: 0.1 },
  mutes: { 3: true, 7: false },
  solos: [3],
  master_gain: 1.25,
};

const LEO = keyOf('mix', 'leo');
const ANA = keyOf('mix', 'ana');

export function stateStoreContract(name: string, makePlace: () => StorePlace): void {
  describe(`${name} keeps the contract of a StateStore:`, () => {
    const stage = new StoreOnPlace(makePlace);
    const start = (watcher?: Partial<StoreWatcher>) => stage.start(watcher);
    const restart = () => stage.restart();

    test('a new store has nothing in it, and a name of its own', async () => {
      const { loaded } = await start();
      expect(loaded).toEqual({
        records: [],
        storeId: expect.stringMatching(/./),
        commits: expect.any(Number),
        source: 'empty',
      });
      expect(stage.listener.notices).toEqual([]);
    });

    test('everything is there after a restart, exactly', async () => {
      const records = [
        mixRecord('leo', { ...FULL_MIX, mute_all: true }, { revision: 42, changed_at: AT + 0.5 }),
        personRecord(
          'leo',
          { name: 'Leo – batería', marks: { mine: [3], hidden: [0, 31] } },
          { revision: 7 },
        ),
        recordWith('output', pairId(7), { client_id: 'leo' }),
        orderRecord(['singer', 'nobody', 'drummer']),
        recordWith('phone', 'abc', { speaks_for: ['drummer', 'singer'], claimed_at: 5 }),
        recordWith('unread', '', { json: '{"top":{"comment":"¡hola!"},"entries":[]}' }),
        recordWith('act', '1', { why: 'clear', at: AT, clients: 2 }),
      ];
      const { store } = await start();
      void store.commit(batchOf(...records), 'live');
      const { loaded } = await restart();
      expect(byKey(loaded.records)).toEqual(byKey(records));
      expect(loaded).toMatchObject({ source: 'store', edited: undefined });
    });

    test('it is the same store after a restart, and has gone on', async () => {
      const { store, loaded: first } = await start();
      await store.commit(batchOf(mixRecord('leo')), 'kept');
      const { loaded } = await restart();
      expect(loaded.storeId).toBe(first.storeId);
      expect(loaded.commits).toBeGreaterThan(first.commits);
    });

    test('a client may be called anything up to 128 characters', async () => {
      const ids = [
        'ä',
        'Ana María (voz)',
        '  spaced  ',
        '"quoted" \\ \u2028',
        '🥁',
        'constructor',
        'with/slashes/',
        'x'.repeat(128),
      ];
      const { store } = await start();
      for (const id of ids) void store.commit(batchOf(mixRecord(id)), 'live');
      const { loaded } = await restart();
      expect(new Set(keysOf(loaded.records))).toEqual(new Set(ids.map((id) => keyOf('mix', id))));
    });

    test('a live change is told as saved, but not before commit() has returned', async () => {
      const { store } = await start();
      void store.commit(batchOf(mixRecord('leo', {}, { revision: 5 })), 'live');
      expect(stage.listener.savedRevisions.size).toBe(0);
      await stage.listener.hasSaved(LEO, 5);
      expect(stage.listener.savedRevisions.get(LEO)).toBe(5);
    });

    test('a live change is answered when it is on disk', async () => {
      const { store } = await start();
      expect(await store.commit(batchOf(mixRecord('leo')), 'live')).toEqual({ kind: 'committed' });
      expect(stage.listener.savedRevisions.get(LEO)).toBe(1);
    });

    test('of many fast changes the newest counts, and every one of them is answered', async () => {
      const { store } = await start();
      const answers = Array.from({ length: 500 }, (_, i) =>
        store.commit(batchOf(mixRecord('leo', { gains: { 0: (i + 1) / 500 } }, { revision: i + 1 })), 'live'),
      );
      expect(new Set((await Promise.all(answers)).map(({ kind }) => kind))).toEqual(new Set(['committed']));
      const { loaded } = await restart();
      expect(loaded.records).toMatchObject([{ revision: 500, value: { gains: { 0: 1 } } }]);
    });

    test('200 musicians who move faders at once are all kept', async () => {
      const { store } = await start();
      const band = Array.from({ length: 200 }, (_, i) => mixRecord(`musician ${i}`, {}, { revision: i + 1 }));
      for (const musician of band) void store.commit(batchOf(musician), 'live');
      const { loaded } = await restart();
      expect(byKey(loaded.records)).toEqual(byKey(band));
    });

    test('a kept change is there when it is answered, and told as saved', async () => {
      const { store } = await start();
      const leo = personRecord('leo', { name: 'Leo' }, { revision: 3 });
      expect(await store.commit(batchOf(leo), 'kept')).toEqual({ kind: 'committed' });
      await stage.listener.hasSaved(leo.key, 3);
      const { loaded } = await restart();
      expect(loaded.records).toEqual([leo]);
    });

    test('live and kept changes of one record end in the order they were made', async () => {
      const { store } = await start();
      const newest = personRecord('leo', { name: 'Leo', marks: { mine: [1], hidden: [] } }, { revision: 3 });
      void store.commit(batchOf(personRecord('leo')), 'live');
      const kept = store.commit(batchOf(personRecord('leo', { name: 'Leo' }, { revision: 2 })), 'kept');
      void store.commit(batchOf(newest), 'live');
      await kept;
      const { loaded } = await restart();
      expect(loaded.records).toEqual([newest]);
    });

    test('taking one record away leaves the others as they were', async () => {
      const { store } = await start();
      const singer = mixRecord('singer', FULL_MIX);
      void store.commit(batchOf(singer, mixRecord('drummer')), 'live');
      await store.commit({ writes: [removalOf(keyOf('mix', 'drummer'), 1)] }, 'kept');
      const { loaded } = await restart();
      expect(loaded.records).toEqual([singer]);
    });

    test('taking a record away takes a change with it that was not yet written', async () => {
      const { store } = await start();
      await store.commit(batchOf(mixRecord('leo')), 'kept');
      void store.commit(batchOf(mixRecord('leo', {}, { revision: 2 })), 'live');
      await store.commit({ writes: [removalOf(LEO, 2), removalOf(keyOf('mix', 'nobody'), 0)] }, 'kept');
      const { loaded } = await restart();
      expect(loaded.records).toEqual([]);
    });

    test('who moves a fader after being cleared is kept again', async () => {
      const { store } = await start();
      void store.commit(batchOf(mixRecord('leo', {}, { revision: 9 })), 'live');
      const cleared = store.commit({ writes: [removalOf(LEO, 9)] }, 'kept');
      void store.commit(batchOf(mixRecord('leo')), 'live');
      await cleared;
      const { loaded } = await restart();
      expect(loaded.records).toEqual([mixRecord('leo')]);
    });

    test('what is done to many at once is one batch: records, what stood before, and how to call it', async () => {
      const { store } = await start();
      const leo = mixRecord('leo', FULL_MIX, { revision: 4 });
      await store.commit(batchOf(leo, mixRecord('ana')), 'kept');
      const stood = { value: leo.value, revision: 4, changed_at: AT };
      const act = recordWith('act', '12', { why: 'clear', at: AT, clients: 1 });
      const before = recordWith('before', `12/${LEO}`, { stood });
      await store.commit({ writes: [writeOf(act), writeOf(before), removalOf(LEO, 4)] }, 'kept');
      const { store: again, loaded } = await restart();
      expect(byKey(loaded.records)).toEqual(byKey([act, mixRecord('ana')]));
      expect(await again.read('before/12/')).toEqual([before]);
    });

    test('records are read by the beginning of their keys, whatever letters follow, and no others', async () => {
      const { store } = await start();
      const wanted = ['', 'a', 'é', '🥁 drums', '\uffff'].map((id) => recordWith('before', `1/mix/${id}`));
      const others = ['10/mix/a', '0/mix/a', '1', '1/miy'].map((id) => recordWith('before', id));
      await store.commit(batchOf(...wanted, ...others), 'kept');
      expect(new Set(keysOf(await store.read('before/1/mix/')))).toEqual(new Set(keysOf(wanted)));
      expect(await store.read('archive/')).toEqual([]);
    });

    test('gestures are told of in the past, each once, however many moves it had', async () => {
      const { store } = await start();
      const entry = (part: Partial<JournalEntry>): JournalEntry => ({
        gesture: 'g1',
        author: 'leo',
        author_name: 'Leo',
        reason: '',
        at: AT,
        was: null,
        ...part,
      });
      const at = (revision: number, gain: number) => mixRecord('leo', { gains: { 0: gain } }, { revision });
      const [first, second, third, last] = [at(1, 1), at(2, 0.5), at(3, 0.7), at(4, 0.2)];
      const moved = (record: RecordOf<'mix'>, was: RecordOf<'mix'>, part: Partial<JournalEntry>) => ({
        writes: [{ ...writeOf(record), entry: entry({ was: was.value, ...part }) }],
      });
      await store.commit({ writes: [writeOf(first)] }, 'kept');
      void store.commit(moved(second, first, {}), 'live');
      void store.commit(moved(third, second, { at: AT + 9 }), 'live');
      await store.commit(moved(last, third, { gesture: 'g2', at: AT + 20 }), 'kept');
      const journal = await store.journal(LEO, AT - 1, AT + 30);
      expect(journal).toMatchObject([
        { gesture: 'g1', at: AT, until: AT + 9, from: { gains: { 0: 1 } }, to: { gains: { 0: 0.7 } } },
        { gesture: 'g2', at: AT + 20, from: { gains: { 0: 0.7 } }, to: { gains: { 0: 0.2 } } },
      ]);
      expect(await store.journal(ANA, AT - 1, AT + 30)).toEqual([]);
    });

    describe('when the place refuses', () => {
      test('a kept change is refused, and nothing of its batch is there', async () => {
        const { store } = await start();
        await store.commit(batchOf(mixRecord('leo')), 'kept');
        stage.place.refuse();
        const refused = store.commit(
          batchOf(mixRecord('leo', {}, { revision: 2 }), mixRecord('ana')),
          'kept',
        );
        await expect(refused).rejects.toThrow('not saved');
        expect(stage.listener.codes).toContain('save_failed');
        expect(store.health().ok).toBe(false);
        stage.place.accept();
        const { loaded } = await restart();
        expect(loaded.records).toEqual([mixRecord('leo')]);
      });

      test('live changes wait, and are there when it takes them again', async () => {
        const moved = mixRecord('leo', {}, { revision: 2 });
        const { store } = await start({ found: (found) => joining([moved], found) });
        await store.commit(batchOf(mixRecord('leo')), 'kept');
        stage.place.refuse();
        const live = store.commit(batchOf(moved), 'live');
        await stage.listener.hasNoticed('save_failed');
        expect(stage.listener.savedRevisions.get(LEO)).toBe(1);
        stage.place.accept();
        expect(await live).toEqual({ kind: 'committed' });
        await stage.listener.hasNoticed('save_recovered');
        const { loaded } = await restart();
        expect(loaded.records).toEqual([moved]);
      });
    });

    describe('when somebody else writes there too', () => {
      const theirs = mixRecord('leo', { master_gain: 2 }, { revision: 8 });

      test('a kept change of what they changed is answered with theirs, and nothing of its batch is written', async () => {
        const { store } = await start();
        await store.commit(batchOf(mixRecord('leo'), mixRecord('ana')), 'kept');
        stage.place.writeBehind(theirs);
        const outcome = await store.commit(
          batchOf(mixRecord('leo', {}, { revision: 2 }), mixRecord('ana', {}, { revision: 2 })),
          'kept',
        );
        expect(outcome).toEqual({ kind: 'conflict', newer: new Map([[LEO, theirs]]) });
        const { loaded } = await restart();
        expect(byKey(loaded.records)).toEqual(byKey([theirs, mixRecord('ana')]));
      });

      test('a live change of it goes on from theirs, and what was on its way with it is kept', async () => {
        const met: ReadonlyMap<string, RecordOf | null>[] = [];
        const { store } = await start({
          conflict: (newer) => {
            met.push(newer);
            return [writeOf(mixRecord('leo', { master_gain: 2, gains: { 0: 0.5 } }, { revision: 9 }))];
          },
        });
        await store.commit(batchOf(mixRecord('leo'), mixRecord('ana')), 'kept');
        stage.place.writeBehind(theirs);
        const moved = store.commit(batchOf(mixRecord('leo', { gains: { 0: 0.5 } }, { revision: 2 })), 'live');
        const other = store.commit(batchOf(mixRecord('ana', {}, { revision: 2 })), 'live');
        expect(await Promise.all([moved, other])).toEqual([{ kind: 'committed' }, { kind: 'committed' }]);
        expect(met).toEqual([new Map([[LEO, theirs]])]);
        const { loaded } = await restart();
        expect(byKey(loaded.records)).toEqual(
          byKey([
            mixRecord('leo', { master_gain: 2, gains: { 0: 0.5 } }, { revision: 9 }),
            mixRecord('ana', {}, { revision: 2 }),
          ]),
        );
      });

      test('a change of what they did not change goes on as if they were not there', async () => {
        const { store } = await start();
        await store.commit(batchOf(mixRecord('leo'), mixRecord('ana')), 'kept');
        stage.place.writeBehind(theirs);
        const kept = await store.commit(batchOf(mixRecord('ana', {}, { revision: 2 })), 'kept');
        expect(kept).toEqual({ kind: 'committed' });
        const { loaded } = await restart();
        expect(byKey(loaded.records)).toEqual(byKey([theirs, mixRecord('ana', {}, { revision: 2 })]));
        expect(stage.listener.notices).toEqual([]);
      });
    });

    test('closing writes what nobody has waited for', async () => {
      const { store } = await start();
      await store.commit(batchOf(mixRecord('leo')), 'kept');
      void store.commit(batchOf(mixRecord('leo', {}, { revision: 2 })), 'live');
      const { loaded } = await restart();
      expect(loaded.records[0]?.revision).toBe(2);
    });
  });
}
