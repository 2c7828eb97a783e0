/** What is done to everything saved at once, and taken back: import, restore, clear, undo. */
import { keyOf, mixChanges, NO_MARKS, Refusal, type MixValue, type RecordOf } from '@foldback/protocol';
import {
  ANA,
  EMPTY,
  LEO,
  recordOf,
  recordsWith,
  stage,
  T0,
  turnOfTheLoop,
  type ClientParts,
} from './desk-stage.ts';

const backupOf = (...clients: readonly (readonly [id: string, parts?: ClientParts])[]): RecordOf[] =>
  clients.flatMap(([id, parts]) => recordsWith(id, parts));

const fileOf = (clients: Readonly<Record<string, object>>): string =>
  JSON.stringify({ channels_state: clients });

describe('restore', () => {
  test('what a backup holds becomes what is played; whoever is not in it plays on until they leave', async () => {
    const { desk, acts, store, shown, order, onDisk } = stage({ clients: ['ana', 'leo', 'mia'] });
    desk.arrive('mia');
    shown.length = 0;
    store.saves.set('monday', [
      ...backupOf(['ana', { mix: { channels: [3] }, changed_at: 1 }], ['zoë', { mix: { channels: [3] } }]),
      recordOf('house', 'rules', { order: ['zoë'] }),
    ]);
    expect(await acts.restore('monday')).toEqual({ changed: 4 });
    expect(desk.get('ana').mix.channels).toEqual([3]);
    expect(desk.get('zoë').mix.channels).toEqual([3]);
    expect(shown.filter(({ kind }) => kind === 'mix').map(({ id }) => id)).toEqual(['leo', 'ana', 'zoë']);
    expect(desk.find('leo')).toBeUndefined();
    expect(desk.find('mia')).toBeDefined();
    expect(desk.isKept('mia')).toBe(false);
    expect(order()).toEqual(['zoë']);
    expect(['ana', 'leo', 'mia', 'zoë'].map((id) => onDisk(id)?.['channels'])).toEqual([
      [3],
      undefined,
      undefined,
      [3],
    ]);
    desk.leave('mia');
    expect(desk.find('mia')).toBeUndefined();
  });

  test('revisions only grow, and a mix is as old as it was then', async () => {
    const { desk, acts, store } = stage({ clients: ['ana'] });
    desk.run('update_gain', 'ana', { channel: 0, gain: 0.5 }, ANA);
    store.saves.set('monday', backupOf(['ana', { mix: { channels: [3] }, revision: 2, changed_at: 4 }]));
    await acts.restore('monday');
    expect(desk.get('ana')).toMatchObject({ revision: 7, changed_at: 4, mix: { channels: [3], gains: {} } });
  });

  test('a move while a restore is at the disk is on top of it, on the disk too', async () => {
    const { desk, acts, store, onDisk } = stage();
    store.saves.set('monday', backupOf(['ana', { mix: { channels: [3] }, changed_at: 1 }]));
    const goOn = store.hangs();
    const restored = acts.restore('monday');
    await turnOfTheLoop();
    desk.run('update_gain', 'ana', { channel: 0, gain: 0.8 }, ANA);
    goOn();
    await restored;
    expect(desk.get('ana')).toMatchObject({ revision: 7, mix: { channels: [3], gains: { 0: 0.8 } } });
    expect(onDisk('ana')).toEqual(desk.get('ana').mix);
  });

  test('a restore that the disk refuses is taken back, but for what was moved meanwhile', async () => {
    const { desk, acts, store, onDisk } = stage({ clients: ['ana', 'leo', 'mia'] });
    desk.arrive('mia');
    const before = [...desk.clients()].map(({ id, mix, changed_at }) => ({ id, mix, changed_at }));
    store.saves.set('monday', backupOf(['ana', { mix: { channels: [3] }, changed_at: 1 }]));
    const goOn = store.hangs();
    const restored = acts.restore('monday');
    await turnOfTheLoop();
    expect(desk.find('leo')).toBeUndefined();
    desk.run('update_gain', 'ana', { channel: 0, gain: 0.8 }, ANA);
    store.refuses(true);
    goOn();
    await expect(restored).rejects.toThrow('not saved: disk full');
    store.refuses(false);
    const after = [...desk.clients()].map(({ id, mix, changed_at }) => ({ id, mix, changed_at }));
    const moved = { id: 'ana', mix: { ...EMPTY, channels: [0, 1], gains: { 0: 0.8 } } };
    expect(after).toEqual(
      expect.arrayContaining([expect.objectContaining(moved), ...before.filter(({ id }) => id !== 'ana')]),
    );
    expect(after).toHaveLength(3);
    for (const id of ['ana', 'leo', 'mia']) expect(onDisk(id)).toEqual(desk.get(id).mix);
    expect(desk.isKept('mia')).toBe(true);
    expect(acts.acts()).toEqual([]);
    expect([...(store.disk?.records.keys() ?? [])].filter((key) => key.startsWith('before/'))).toEqual([]);
    desk.leave('mia');
    expect(desk.find('mia')).toBeDefined();
  });

  test('who comes or goes while a restore is at the disk does not bring the old mix back', async () => {
    const { desk, acts, store, onDisk } = stage({ clients: ['ana', 'leo', 'mia'] });
    const { seen_at } = desk.get('ana');
    desk.arrive('leo');
    store.saves.set('monday', backupOf(['ana', { mix: { channels: [3] }, changed_at: 1 }]));
    const goOn = store.hangs();
    const restored = acts.restore('monday');
    await turnOfTheLoop();
    desk.arrive('ana');
    desk.leave('leo');
    desk.arrive('mia');
    goOn();
    await restored;
    expect(desk.get('ana').mix.channels).toEqual([3]);
    expect(desk.get('ana').seen_at).toBeGreaterThan(seen_at);
    expect(store.disk?.value('person/ana')).toMatchObject({ seen_at: desk.get('ana').seen_at });
    expect(onDisk('ana')).toMatchObject({ channels: [3] });
    expect(desk.find('leo')).toBeUndefined();
    expect([onDisk('leo'), onDisk('mia')]).toEqual([undefined, undefined]);
    expect(desk.isKept('mia')).toBe(false);
  });

  test('who comes while a restore fails is on the disk all the same', async () => {
    const { desk, acts, store } = stage();
    store.saves.set('monday', backupOf(['ana', { name: 'Anna', changed_at: 1 }], ['leo']));
    const goOn = store.hangs();
    const restored = acts.restore('monday');
    await turnOfTheLoop();
    desk.arrive('ana');
    store.refuses(true);
    goOn();
    await expect(restored).rejects.toThrow(Refusal);
    store.refuses(false);
    expect(store.disk?.value('person/ana')).toEqual({
      name: null,
      marks: NO_MARKS,
      seen_at: desk.get('ana').seen_at,
    });
    expect(desk.get('ana').seen_at).toBeGreaterThanOrEqual(T0);
  });

  test('a musician who comes for the first time while a restore is at the disk stays', async () => {
    const { desk, acts, store, onDisk } = stage({ clients: [] });
    store.saves.set('monday', backupOf(['ana']));
    const goOn = store.hangs();
    const restored = acts.restore('monday');
    await turnOfTheLoop();
    desk.admit('zoë', null);
    goOn();
    await restored;
    expect(desk.find('zoë')).toBeDefined();
    expect(onDisk('zoë')).toEqual(EMPTY);
  });

  test('acts come one after the other, and each sees what the one before has left', async () => {
    const { desk, acts, store } = stage({ clients: ['ana'] });
    store.saves.set('monday', backupOf(['ana', { mix: { channels: [3] }, changed_at: 1 }]));
    store.saves.set('tuesday', backupOf(['ana', { mix: { channels: [2] }, changed_at: 2 }]));
    const goOn = store.hangs();
    const restored = [acts.restore('monday'), acts.restore('tuesday')];
    await turnOfTheLoop();
    expect(desk.get('ana').mix.channels).toEqual([3]);
    goOn();
    await Promise.all(restored);
    expect(desk.get('ana').mix.channels).toEqual([2]);
    expect(store.disk?.value('before/2/mix/ana')).toMatchObject({ stood: { value: { channels: [3] } } });
    expect(acts.acts().map(({ act, why }) => `${act} ${why}`)).toEqual(['2 restore', '1 restore']);
  });

  test('where a backup and the present claim one output pair, one mix keeps it, before anything is heard', async () => {
    const { desk, acts, store, sharedPairs } = stage();
    desk.assignOutput('leo', 1);
    store.saves.set('monday', backupOf(['ana', { output: 1 }], ['leo', { output: 0 }]));
    await acts.restore('monday');
    expect([desk.get('ana').output, desk.get('leo').output]).toEqual([1, 0]);
    expect(store.disk?.value('output/here/1')).toEqual({ client_id: 'ana' });
    expect(sharedPairs).toEqual([]);
  });

  test('who is not in a backup and is not here gives their pair back, in one write', async () => {
    const { desk, acts, store } = stage();
    desk.assignOutput('leo', 1);
    store.saves.set('monday', backupOf(['ana']));
    await acts.restore('monday');
    expect(desk.world.pairs.playerOf(1)).toBeUndefined();
    const keys = store.batches.at(-1)?.writes.map(({ key }) => key) ?? [];
    expect(keys.filter((key) => key === 'output/here/1')).toHaveLength(1);
    expect(store.conflicts).toEqual([]);
  });

  test('a pair stays with the musician who is here and plays on it', async () => {
    const { desk, acts, store, sharedPairs } = stage({ clients: ['ana', 'leo', 'mia'] });
    await desk.runKept('set_output', 'leo', { output: 1 }, ANA);
    desk.arrive('leo');
    desk.arrive('mia');
    store.saves.set('monday', backupOf(['ana', { output: 1 }], ['leo'], ['mia']));
    await acts.restore('monday');
    store.saves.set('tuesday', backupOf(['ana'], ['leo'], ['mia', { output: 1 }]));
    await acts.restore('tuesday');
    expect(['ana', 'leo', 'mia'].map((id) => desk.get(id).output)).toEqual([null, 1, null]);
    expect(sharedPairs).toEqual([]);
  });

  test('who is here and plays on another pair stays there, and the past gives way', async () => {
    const { desk, acts, store, sharedPairs } = stage();
    desk.assignOutput('ana', 0);
    desk.arrive('ana');
    store.saves.set('monday', backupOf(['ana', { output: 1 }], ['leo', { output: 0 }]));
    await acts.restore('monday');
    expect([desk.get('ana').output, desk.get('leo').output]).toEqual([0, null]);
    expect(sharedPairs).toEqual([]);
  });

  test('a pair that nobody plays on goes to whoever had it then', async () => {
    const { desk, acts, store } = stage();
    desk.assignOutput('ana', 1);
    desk.arrive('leo');
    store.saves.set('monday', backupOf(['ana'], ['leo', { output: 1 }]));
    await acts.restore('monday');
    expect([desk.get('ana').output, desk.get('leo').output]).toEqual([null, 1]);
  });

  test('two mixes that change pairs are never on the same one', async () => {
    const { desk, acts, store, sharedPairs } = stage();
    await desk.runKept('set_output', 'ana', { output: 0 }, ANA);
    await desk.runKept('set_output', 'leo', { output: 1 }, ANA);
    store.saves.set('monday', backupOf(['ana', { output: 1 }], ['leo', { output: 0 }]));
    await acts.restore('monday');
    expect([desk.get('ana').output, desk.get('leo').output]).toEqual([1, 0]);
    expect(sharedPairs).toEqual([]);
  });

  test('a value that is not in the older mix any more is told as what it now is', async () => {
    const { desk, acts, store, shown } = stage({ clients: ['ana'] });
    desk.update('ana', { gains: { 0: 0.5 }, pans: { 1: -1 }, mutes: { 1: true } }, ANA);
    shown.length = 0;
    store.saves.set('monday', backupOf(['ana']));
    await acts.restore('monday');
    const [change] = shown;
    expect(change?.difference?.to).toEqual({ gains: { 0: null }, pans: { 1: null }, mutes: { 1: null } });
    expect(mixChanges(change?.before?.value as MixValue, change?.after?.value as MixValue)).toEqual([
      { type: 'gain', channel: 0, value: 1 },
      { type: 'pan', channel: 1, value: 0 },
      { type: 'mute', channel: 1, value: false },
    ]);
  });

  test('a backup from before there were marks leaves those that are here, and nobody is seen less lately', async () => {
    const { desk, acts, store } = stage({
      records: recordsWith('ana', { marks: { mine: [1], hidden: [] }, seen_at: 9 }),
    });
    store.saves.set(
      'monday',
      backupOf(['ana', { name: 'Anna', seen_at: 3, mix: { channels: [3] }, changed_at: 1 }]),
    );
    await acts.restore('monday');
    expect(desk.get('ana')).toMatchObject({ name: 'Anna', marks: { mine: [1], hidden: [] }, seen_at: 9 });
  });
});

describe('clear', () => {
  test('clearing forgets a mix nobody plays with', async () => {
    const { desk, acts, onDisk } = stage();
    expect(await acts.clear(['ana', 'nobody'])).toEqual({ changed: 1 });
    expect(desk.find('ana')).toBeUndefined();
    expect(desk.find('leo')).toBeDefined();
    expect(onDisk('ana')).toBeUndefined();
  });

  test('clearing lets a mix somebody plays with sound on until they leave', async () => {
    const { desk, acts, onDisk, calls, shown } = stage();
    desk.arrive('ana');
    const before = desk.get('ana');
    calls.length = shown.length = 0;
    await acts.clear(['ana']);
    expect(calls).not.toContain('hear');
    expect(shown.map(({ kind }) => kind)).toEqual(['act', 'before', 'before']); // no page sees its mix go
    expect(desk.find('ana')).toEqual(before);
    expect(desk.isKept('ana')).toBe(false);
    expect(onDisk('ana')).toBeUndefined();
    expect(desk.keeping.savedRevision('mix/ana')).toBe(0);
    desk.leave('ana');
    expect(desk.find('ana')).toBeUndefined();
    expect(desk.world.get('person', 'ana')).toBeUndefined();
  });

  test('who has been cleared here and leaves gives their output pair back', async () => {
    const { desk, acts, store } = stage();
    desk.assignOutput('ana', 1);
    desk.arrive('ana');
    await acts.clear(['ana']);
    expect(desk.get('ana').output).toBe(1);
    desk.leave('ana');
    expect(desk.world.pairs.playerOf(1)).toBeUndefined();
    expect(store.disk?.value('output/here/1')).toEqual({ client_id: null });
  });

  test('clearing twice clears once, and coming with a second phone brings nothing back', async () => {
    const { desk, acts, onDisk, store } = stage();
    desk.arrive('ana');
    await acts.clear(['ana']);
    expect(await acts.clear(['ana'])).toEqual({ changed: 0 });
    desk.arrive('ana');
    desk.leave('ana');
    expect(onDisk('ana')).toBeUndefined();
    expect(store.disk?.value('person/ana')).toBeUndefined();
    expect(acts.acts()).toHaveLength(1);
  });

  test('a cleared mix that is changed again is saved again, with all that is theirs', async () => {
    const { desk, acts, store, onDisk } = stage({
      records: [
        ...recordsWith('ana', { name: 'Anna', output: 0 }),
        recordOf('unread', 'ana', { json: '{"x":1}' }),
      ],
    });
    desk.arrive('ana');
    await acts.clear(['ana']);
    desk.run('update_gain', 'ana', { channel: 0, gain: 0.5 }, ANA);
    desk.leave('ana');
    expect(desk.isKept('ana')).toBe(true);
    expect(onDisk('ana')).toMatchObject({ gains: { 0: 0.5 } });
    expect(store.disk?.value('person/ana')).toMatchObject({ name: 'Anna' });
    expect(store.disk?.value('unread/ana')).toEqual({ json: '{"x":1}' });
    expect(desk.get('ana').output).toBe(0);
    expect(store.conflicts).toEqual([]);
  });

  test('a cleared mix whose name alone is changed is saved again too', async () => {
    const { desk, acts, onDisk } = stage();
    desk.arrive('ana');
    await acts.clear(['ana']);
    await desk.runKept('set_client_name', 'ana', { client_id: 'ana', custom_name: 'Anna' }, ANA);
    desk.leave('ana');
    expect(onDisk('ana')).toEqual(desk.get('ana').mix);
    expect(desk.get('ana').name).toBe('Anna');
  });

  test('who comes or goes while their mix is being cleared does not bring it back', async () => {
    const { desk, acts, store, onDisk } = stage();
    desk.arrive('leo');
    const goOn = store.hangs();
    const cleared = acts.clear(['ana', 'leo']);
    await turnOfTheLoop();
    desk.arrive('ana');
    desk.leave('leo');
    goOn();
    await cleared;
    expect([onDisk('ana'), onDisk('leo')]).toEqual([undefined, undefined]);
    expect(desk.isKept('ana')).toBe(false);
    expect(desk.find('leo')).toBeUndefined();
  });

  test('a mix that is moved while it is being cleared stays, and is saved', async () => {
    const { desk, acts, store, onDisk } = stage();
    desk.arrive('ana');
    const goOn = store.hangs();
    const cleared = acts.clear(['ana']);
    await turnOfTheLoop();
    desk.run('update_gain', 'ana', { channel: 0, gain: 0.5 }, ANA);
    goOn();
    await cleared;
    expect(desk.isKept('ana')).toBe(true);
    expect(onDisk('ana')).toEqual(desk.get('ana').mix);
  });

  test('a clear that the disk refuses clears nothing, also of who is here', async () => {
    const { desk, acts, store, onDisk } = stage();
    desk.arrive('ana');
    store.refuses(true);
    await expect(acts.clear(['ana', 'leo'])).rejects.toThrow('not saved: disk full');
    store.refuses(false);
    expect([desk.isKept('ana'), desk.isKept('leo')]).toEqual([true, true]);
    expect(desk.keeping.savedRevision('mix/ana')).toBe(5);
    desk.run('update_gain', 'ana', { channel: 0, gain: 0.5 }, ANA);
    desk.leave('ana');
    expect(onDisk('ana')).toMatchObject({ gains: { 0: 0.5 } });
    expect(onDisk('leo')).toEqual(desk.get('leo').mix);
    expect(store.conflicts).toEqual([]);
  });

  test('who is admitted again after being cleared counts on, and nothing of before counts as saved', async () => {
    const { desk, acts, shown } = stage();
    await acts.clear(['ana']);
    expect(desk.keeping.savedRevision('mix/ana')).toBe(0);
    shown.length = 0;
    const again = desk.admit('ana', 'Ana');
    expect(again.revision).toBe(6);
    expect(shown.map(({ key, difference }) => [key, difference?.to])).toEqual([
      ['mix/ana', EMPTY],
      ['person/ana', { name: 'Ana', marks: NO_MARKS, seen_at: expect.any(Number) as number }],
    ]);
    expect(desk.admit('zoë', null).revision).toBe(1);
  });

  test('a musician called as another record is named is cleared, and that record stays as it is', async () => {
    const { desk, acts, store, order } = stage({ clients: ['rules', 'here/0', '1'] });
    await desk.runKept('set_client_order', '', { order: ['1'] }, ANA);
    for (const id of ['rules', 'here/0', '1']) desk.arrive(id);
    await acts.clear(['rules', 'here/0', '1']);
    desk.assignOutput('here/0', 0);
    expect(order()).toEqual(['1']);
    expect(store.disk?.value('house/rules')).toEqual({ order: ['1'] });
    expect(acts.acts()).toHaveLength(1);
    expect(desk.isKept('here/0')).toBe(false);
  });
});

describe('undo', () => {
  test('an undone clear brings everything back as it stood, with its place in time', async () => {
    const { desk, acts, onDisk, store } = stage({
      records: [
        ...recordsWith('ana', { name: 'Anna', output: 1, changed_at: 17, marks: { mine: [1], hidden: [] } }),
      ],
    });
    const before = desk.get('ana');
    await acts.clear(['ana']);
    expect(desk.world.pairs.playerOf(1)).toBeUndefined();
    expect(await acts.undo(1)).toEqual({ changed: 1 });
    expect(desk.get('ana')).toEqual({ ...before, revision: 6 });
    expect(desk.get('ana').changed_at).toBe(17);
    expect(onDisk('ana')).toEqual(before.mix);
    expect(store.disk?.records.get('mix/ana')).toMatchObject({ revision: 6, changed_at: 17 });
  });

  test('what was undone is an act of its own, and the undo of it brings back what it took away', async () => {
    const { desk, acts } = stage();
    await acts.clear(['ana']);
    await acts.undo(1);
    expect(desk.find('ana')).toBeDefined();
    await acts.undo(2);
    expect(desk.find('ana')).toBeUndefined();
    await acts.undo(3);
    expect(desk.find('ana')).toBeDefined();
    expect(acts.acts().map(({ act, why, clients }) => `${act} ${why} ${clients}`)).toEqual([
      '4 undo 1',
      '3 undo 1',
      '2 undo 1',
      '1 clear 1',
    ]);
  });

  test('undoing a clear while its musician plays on makes them kept again', async () => {
    const { desk, acts, onDisk, store } = stage();
    desk.arrive('ana');
    await acts.clear(['ana']);
    await acts.undo(1);
    expect(desk.isKept('ana')).toBe(true);
    expect(onDisk('ana')).toEqual(desk.get('ana').mix);
    expect(store.disk?.value('person/ana')).toEqual(desk.world.get('person', 'ana')?.value);
    desk.leave('ana');
    expect(desk.find('ana')).toBeDefined();
    expect(store.conflicts).toEqual([]);
  });

  test('undoing an import takes those away who came by it, but for who plays by now', async () => {
    const { desk, acts, onDisk, store } = stage({ clients: [] });
    await acts.import(fileOf({ ana: { channels: [1] }, leo: { channels: [2] } }));
    desk.arrive('leo');
    await acts.undo(1);
    expect(desk.find('ana')).toBeUndefined();
    expect(desk.find('leo')).toBeDefined();
    expect([onDisk('ana'), onDisk('leo')]).toEqual([undefined, undefined]);
    await acts.undo(2);
    expect(onDisk('leo')).toMatchObject({ channels: [2] });
    expect(store.conflicts).toEqual([]);
  });

  test('undoing twice what made somebody lingers once, and breaks nothing', async () => {
    const { desk, acts, store } = stage({ clients: [] });
    await acts.import(fileOf({ leo: { channels: [2] } }));
    desk.arrive('leo');
    await acts.undo(1);
    await acts.undo(1);
    expect(store.conflicts).toEqual([]);
    expect(desk.isKept('leo')).toBe(false);
  });

  test('an undo that the disk refuses leaves everything as it was', async () => {
    const { desk, acts, store } = stage();
    await acts.clear(['ana']);
    store.refuses(true);
    await expect(acts.undo(1)).rejects.toThrow('not saved');
    store.refuses(false);
    expect(desk.find('ana')).toBeUndefined();
    expect(store.disk?.value('mix/ana')).toBeUndefined();
    expect(acts.acts()).toHaveLength(1);
  });

  test('an act that is not there cannot be undone', async () => {
    const { acts } = stage();
    await expect(acts.undo(7)).rejects.toThrow('there is no act 7');
  });

  test('an act too old to be undone is forgotten with what it kept, and the others stay', async () => {
    const { desk, acts, store, clock } = stage();
    await acts.clear(['ana']);
    clock.now += 60 * 24 * 3600 * 1000;
    await acts.clear(['leo']);
    clock.now += 31 * 24 * 3600 * 1000;
    await acts.forgetOldActs();
    expect(acts.acts().map(({ act }) => act)).toEqual([2]);
    expect([...(store.disk?.records.keys() ?? [])].filter((key) => key.startsWith('before/1/'))).toEqual([]);
    expect(store.disk?.value(keyOf('before', '2/mix/leo'))).toBeDefined();
    expect(desk.world.get('act', '2')).toBeDefined();
  });
});

describe('import', () => {
  test('a file is taken in as it is, and who is not in it stays', async () => {
    const { desk, acts } = stage();
    const timestamp = 1_700_000_000_000;
    expect(await acts.import(fileOf({ ana: { channels: [3], gains: { 3: 0.5 }, timestamp } }))).toEqual({
      changed: 1,
    });
    expect(desk.get('ana')).toMatchObject({ revision: 6, changed_at: timestamp });
    expect(desk.get('ana').mix).toMatchObject({ channels: [3], gains: { 3: 0.5 } });
    expect(desk.get('leo').mix.channels).toEqual([0, 1]);
  });

  test('an undone import gives back the place in time as well', async () => {
    const { desk, acts } = stage({ records: recordsWith('ana', { changed_at: 17 }) });
    await acts.import(fileOf({ ana: { channels: [3], timestamp: 1_700_000_000_000 } }));
    await acts.undo(1);
    expect(desk.get('ana')).toMatchObject({ changed_at: 17, revision: 7, mix: { channels: [0, 1] } });
  });

  test('panic, name, output and marks are not in a file, so they stay', async () => {
    const parts = { name: 'Anna', output: 1, marks: { mine: [1], hidden: [] }, mix: { mute_all: true } };
    const { desk, acts } = stage({ records: recordsWith('ana', parts) });
    await acts.import(fileOf({ ana: { channels: [3] } }));
    const { name, output, marks } = parts;
    expect(desk.get('ana')).toMatchObject({ name, output, marks, mix: { channels: [3], mute_all: true } });
  });

  test('what a file holds beyond mixes is kept for its mirror, and goes when a file has none', async () => {
    const { acts, store } = stage({ clients: [] });
    await acts.import(fileOf({ ana: { channels: [3], colour: 'red' } }));
    expect(store.disk?.value('unread/ana')).toEqual({ json: '{"colour":"red"}' });
    await acts.import(fileOf({ ana: { channels: [3] } }));
    expect(store.disk?.value('unread/ana')).toBeUndefined();
  });

  test('the same file again changes nothing and is no act', async () => {
    const { acts } = stage({ clients: [] });
    const file = fileOf({ ana: { channels: [3], timestamp: 1_700_000_000_000 } });
    await acts.import(file);
    expect(await acts.import(file)).toEqual({ changed: 0 });
    expect(acts.acts()).toHaveLength(1);
  });

  test('a file found at the start is taken in with its hash, in one batch, once', async () => {
    const { desk, acts, store, notices } = stage();
    const file = await store.parseFile(fileOf({ ana: { channels: [3] } }));
    acts.takeIn({ file, hash: 'h', newerOnly: false });
    expect(desk.get('ana').mix.channels).toEqual([3]);
    expect(store.disk?.takenIn).toEqual(['h']);
    expect(store.batches).toHaveLength(1);
    expect(notices.map(({ code }) => code)).toEqual(['imported']);
    acts.takeIn({ file, hash: 'h', newerOnly: false });
    expect(store.disk?.takenIn).toEqual(['h', 'h']);
    expect(acts.acts()).toHaveLength(1);
  });

  test('after damage a file counts only where it is newer', async () => {
    const { desk, acts, store } = stage({
      records: [
        ...recordsWith('ana', { changed_at: 100 }),
        ...recordsWith('leo', { changed_at: 1_800_000_000_000 }),
      ],
    });
    const timestamp = 1_700_000_000_000;
    const file = await store.parseFile(
      fileOf({ ana: { channels: [3], timestamp }, leo: { channels: [3], timestamp } }),
    );
    acts.takeIn({ file, hash: 'h', newerOnly: true });
    expect([desk.get('ana').mix.channels, desk.get('leo').mix.channels]).toEqual([[3], [0, 1]]);
  });
});

test('what an act changes belongs to one gesture, signed by whoever asked for it', async () => {
  const { acts, store } = stage();
  await acts.clear(['ana', 'leo'], LEO);
  const entries = store.batches.flatMap(({ writes }) => writes.flatMap(({ entry }) => entry ?? []));
  expect(new Set(entries.map(({ gesture }) => gesture)).size).toBe(1);
  expect(new Set(entries.map(({ author, reason }) => `${author} ${reason}`))).toEqual(new Set(['leo clear']));
  expect(entries).toHaveLength(4); // of acts and what they found there is no history
});
