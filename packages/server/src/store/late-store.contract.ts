/** What every StateStore does with a place that can be opened only after the start: nobody's evening is written over. */
import { keyOf } from '@foldback/protocol';
import type { FoundStore, StoreWatcher } from './state-store.ts';
import { byKey, joining, StoreOnPlace, type StorePlace } from './store-place.ts';
import { AT, batchOf, mixRecord, recordWith, writeOf } from './store-stage.ts';

const LEO = keyOf('mix', 'leo');

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
};

export function lateStoreContract(name: string, makePlace: () => StorePlace): void {
  describe(`${name}, when a place can be opened only after the start:`, () => {
    const stage = new StoreOnPlace(makePlace);

    const EVENING_MIX = { channels: [0, 3], gains: { 0: 0.5 }, master_gain: 1.25 };
    const evening = mixRecord('leo', EVENING_MIX, { revision: 9, changed_at: AT - 9 });
    const archived = recordWith('archive', 'old');

    /** A store with something in it, started while the place takes nothing. */
    const startLate = async (watcher: Partial<StoreWatcher>) => {
      const { store } = await stage.start();
      await store.commit(batchOf(evening), 'kept');
      await stage.close();
      stage.place.refuse();
      const late = await stage.start(watcher);
      expect(late.loaded).toMatchObject({ records: [], source: 'empty' });
      return late.store;
    };

    test('what it holds is found, and nothing is written to it that does not know of that', async () => {
      const found: FoundStore[] = [];
      const store = await startLate({
        found: (late) => {
          found.push(late);
          return [writeOf(mixRecord('leo', { ...EVENING_MIX, master_gain: 2 }, { revision: 10 }), 9)];
        },
      });
      // Made by somebody who knows of no evening: a missing record accepts any base, this one must not.
      const live = store.commit(batchOf(mixRecord('leo', {}, { revision: 30 })), 'live');
      const other = store.commit(batchOf(archived), 'live');
      stage.place.accept();
      expect(await Promise.all([live, other])).toEqual([{ kind: 'committed' }, { kind: 'committed' }]);
      expect(found).toMatchObject([{ records: [evening], storeId: expect.stringMatching(/./) }]);
      await stage.listener.hasNoticed('save_recovered');
      const { store: again, loaded } = await stage.restart();
      expect(loaded.records).toEqual([
        mixRecord('leo', { ...EVENING_MIX, master_gain: 2 }, { revision: 10 }),
      ]);
      expect(await again.read('archive/')).toEqual([archived]);
    });

    test('a kept change comes after the join, and meets what is there then', async () => {
      const joined = mixRecord('leo', EVENING_MIX, { revision: 31 });
      const store = await startLate({ found: () => [writeOf(joined, 9)] });
      stage.place.accept();
      const kept = store.commit(batchOf(mixRecord('leo', {}, { revision: 30 })), 'kept');
      const outcomes = await Promise.all([kept, store.commit(batchOf(mixRecord('ana')), 'kept')]);
      expect(outcomes).toEqual([
        { kind: 'conflict', newer: new Map([[LEO, joined]]) },
        { kind: 'committed' },
      ]);
      const { loaded } = await stage.restart();
      expect(byKey(loaded.records)).toEqual(byKey([joined, mixRecord('ana')]));
    });

    test('one that is gone again before it was joined is found once more', async () => {
      let times = 0;
      const store = await startLate({
        found: (late) => {
          times += 1;
          if (times === 1) stage.place.refuse();
          return joining([mixRecord('leo', {}, { revision: 30 })], late);
        },
      });
      stage.place.accept();
      const live = store.commit(batchOf(mixRecord('leo', {}, { revision: 30 })), 'live');
      await until(() => times === 1);
      await expect(store.commit(batchOf(mixRecord('ana')), 'kept')).rejects.toThrow('not saved');
      stage.place.accept();
      expect(await live).toEqual({ kind: 'committed' });
      expect(times).toBe(2);
      const { loaded } = await stage.restart();
      expect(loaded.records).toEqual([mixRecord('leo', {}, { revision: 30 })]);
    });

    test('with nobody to join it, it stays as it is', async () => {
      const store = await startLate({});
      void store.commit(batchOf(mixRecord('leo', {}, { revision: 30 })), 'live');
      stage.place.accept();
      await store.commit(batchOf(mixRecord('ana')), 'kept');
      const { loaded } = await stage.restart();
      expect(byKey(loaded.records)).toEqual(byKey([evening, mixRecord('ana')]));
    });
  });
}
