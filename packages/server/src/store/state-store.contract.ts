/** What every StateStore does, whatever it is made of. Each sentence runs on a real store that is opened again and again. */
import type { Mix } from '@foldback/protocol';
import type { StateStore, StoreListener } from './state-store.ts';
import { AT, clientWith, mixWith, RecordingListener } from './store-stage.ts';

/** One place where a store lives; it can be opened once more after it was closed. */
export interface StorePlace {
  open(listener: StoreListener): StateStore;
  remove(): void;
}

const FULL_MIX: Mix = {
  channels: [0, 3, 31],
  gains: { 0: 0.7071067811865476, 3: 10, 7: 0 },
  pans: { 0: -1, 3: 0.1 },
  mutes: { 3: true, 7: false },
  solos: [3],
  master_gain: 1.25,
};

export function stateStoreContract(name: string, makePlace: () => StorePlace): void {
  describe(`${name} keeps the contract of a StateStore:`, () => {
    let place: StorePlace;
    let listener: RecordingListener;
    let open: StateStore[];

    beforeEach(() => {
      place = makePlace();
      open = [];
    });
    afterEach(async () => {
      for (const store of open) await store.close();
      place.remove();
    });

    const start = async () => {
      listener = new RecordingListener();
      const store = place.open(listener);
      open.push(store);
      return { store, loaded: await store.load() };
    };
    const restart = async () => {
      for (const store of open.splice(0)) await store.close();
      return start();
    };

    test('a new store has nobody in it', async () => {
      const { loaded } = await start();
      expect(loaded).toEqual({ clients: [], order: [], claims: [], source: 'empty' });
      expect(listener.notices).toEqual([]);
    });

    test('everything about a client is there after a restart, exactly', async () => {
      const leo = clientWith({
        id: 'leo',
        mix: FULL_MIX,
        name: 'Leo – batería',
        output: 7,
        mute_all: true,
        marks: { mine: [3], hidden: [0, 31] },
        revision: 42,
        changed_at: AT + 0.5,
        seen_at: AT + 1,
      });
      const { store } = await start();
      store.record(leo);
      const { loaded } = await restart();
      expect(loaded).toEqual({ clients: [leo], order: [], claims: [], source: 'store' });
    });

    test('a client may be called anything up to 128 characters', async () => {
      const ids = [
        'ä',
        'Ana María (voz)',
        '  spaced  ',
        '"quoted" \\ \u2028',
        '🥁',
        'constructor',
        'x'.repeat(128),
      ];
      const { store } = await start();
      for (const id of ids) store.record(clientWith({ id }));
      const { loaded } = await restart();
      expect(new Set(loaded.clients.map(({ id }) => id))).toEqual(new Set(ids));
    });

    test('a live change is told as saved, but not before record() has returned', async () => {
      const { store } = await start();
      store.record(clientWith({ id: 'leo', revision: 5 }));
      expect(listener.savedRevisions.size).toBe(0);
      await listener.hasSaved('leo', 5);
      expect(listener.savedRevisions.get('leo')).toBe(5);
    });

    test('of many fast changes the newest counts', async () => {
      const { store } = await start();
      for (let revision = 1; revision <= 500; revision += 1) {
        store.record(clientWith({ id: 'leo', revision, mix: mixWith({ gains: { 0: revision / 500 } }) }));
      }
      await listener.hasSaved('leo', 500);
      const { loaded } = await restart();
      expect(loaded.clients[0]).toMatchObject({ revision: 500, mix: { gains: { 0: 1 } } });
    });

    test('200 musicians who move faders at once are all kept', async () => {
      const { store } = await start();
      const band = Array.from({ length: 200 }, (_, i) =>
        clientWith({ id: `musician ${i}`, revision: i + 1 }),
      );
      for (const musician of band) store.record(musician);
      const { loaded } = await restart();
      expect(loaded.clients).toHaveLength(200);
      expect(new Set(loaded.clients)).toEqual(new Set(band));
    });

    test('a kept change is there when it is answered, and told as saved', async () => {
      const { store } = await start();
      await store.keepClient(clientWith({ id: 'leo', name: 'Leo', revision: 3 }));
      await listener.hasSaved('leo', 3);
      const { loaded } = await restart();
      expect(loaded.clients[0]).toMatchObject({ id: 'leo', name: 'Leo', revision: 3 });
    });

    test('live and kept changes of one client end in the order they were made', async () => {
      const { store } = await start();
      store.record(clientWith({ id: 'leo', revision: 1, name: null }));
      const kept = store.keepClient(clientWith({ id: 'leo', revision: 2, name: 'Leo' }));
      store.record(clientWith({ id: 'leo', revision: 3, name: 'Leo', output: 1 }));
      await kept;
      const { loaded } = await restart();
      expect(loaded.clients[0]).toMatchObject({ revision: 3, name: 'Leo', output: 1 });
    });

    test('clearing one musician leaves the others as they were', async () => {
      const { store } = await start();
      const singer = clientWith({ id: 'singer', mix: FULL_MIX });
      store.record(singer);
      store.record(clientWith({ id: 'drummer' }));
      await store.clear(['drummer']);
      const { loaded } = await restart();
      expect(loaded.clients).toEqual([singer]);
    });

    test('clearing takes a change with it that was not yet written', async () => {
      const { store } = await start();
      await store.keepClient(clientWith({ id: 'leo' }));
      store.record(clientWith({ id: 'leo', revision: 2 }));
      await store.clear(['leo', 'nobody']);
      const { loaded } = await restart();
      expect(loaded.clients).toEqual([]);
    });

    test('who moves a fader after being cleared is kept again', async () => {
      const { store } = await start();
      store.record(clientWith({ id: 'leo', revision: 9 }));
      const cleared = store.clear(['leo']);
      store.record(clientWith({ id: 'leo', revision: 1 }));
      await cleared;
      const { loaded } = await restart();
      expect(loaded.clients).toEqual([clientWith({ id: 'leo', revision: 1 })]);
    });

    test('who may speak for whom survives', async () => {
      const claim = { client_id: 'drummer', secret_hash: 'abc', claimed_at: 5 };
      const { store } = await start();
      store.recordClaim(claim);
      store.recordClaim({ ...claim, client_id: 'singer' });
      const { loaded } = await restart();
      expect(loaded.claims).toEqual([claim, { ...claim, client_id: 'singer' }]);
    });

    test('the order of the list survives, with musicians in it who have no mix yet', async () => {
      const { store } = await start();
      await store.keepOrder(['b', 'a']);
      await store.keepOrder(['singer', 'nobody', 'drummer']);
      const { loaded } = await restart();
      expect(loaded.order).toEqual(['singer', 'nobody', 'drummer']);
    });

    test('whoever was seen last comes first', async () => {
      const { store } = await start();
      store.record(clientWith({ id: 'january', seen_at: AT - 2 }));
      store.record(clientWith({ id: 'today', seen_at: AT }));
      store.record(clientWith({ id: 'yesterday', seen_at: AT - 1 }));
      const { loaded } = await restart();
      expect(loaded.clients.map(({ id }) => id)).toEqual(['today', 'yesterday', 'january']);
    });

    test('a client nobody knows has nothing older', async () => {
      const { store } = await start();
      expect(await store.older('nobody')).toBeUndefined();
    });

    test('closing writes what nobody has waited for', async () => {
      const { store } = await start();
      await store.keepClient(clientWith({ id: 'leo' }));
      store.record(clientWith({ id: 'leo', revision: 2 }));
      await store.close();
      open = [];
      const { loaded } = await start();
      expect(loaded.clients[0]?.revision).toBe(2);
    });
  });
}
