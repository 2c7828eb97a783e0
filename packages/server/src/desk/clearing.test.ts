/** What is saved of somebody is forgotten, whoever plays on. */
import { kinds } from '@foldback/protocol';
import { ANA, differenceIn, EMPTY, recordOf, recordsWith, stage, turnOfTheLoop } from './desk-stage.ts';

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
  expect(store.disk?.value('output/here/1')).toMatchObject({ client_id: null });
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
  expect(shown.map((change) => [change.key, differenceIn(change)?.to])).toEqual([
    ['mix/ana', EMPTY],
    ['person/ana', { ...kinds.person.empty, name: 'Ana', seen_at: expect.any(Number) as number }],
  ]);
  expect(desk.admit('zoë', null).revision).toBe(1);
});

test('a musician called as another record is named is cleared, and that record stays as it is', async () => {
  const { desk, acts, store, order } = stage({ clients: ['rules', 'here/0', '1'] });
  await desk.runKept('set_client_order', '', { order: ['1'] }, ANA);
  for (const id of ['rules', 'here/0', '1']) desk.arrive(id);
  await acts.clear(['rules', 'here/0', '1']);
  desk.assignOutput('here/0', 0);
  await desk.runKept('set_client_order', '', { order: ['1'] }, ANA);
  expect(store.written('house/rules')).toHaveLength(1);
  expect(order()).toEqual(['1']);
  expect(store.disk?.value('house/rules')).toEqual({ order: ['1'] });
  expect(acts.acts()).toHaveLength(1);
  expect(desk.isKept('here/0')).toBe(false);
});

test('who was cleared, and whose next change is refused, is kept again all the same: they have begun anew', async () => {
  const { desk, acts, store, onDisk } = stage();
  desk.arrive('ana');
  await acts.clear(['ana']);
  store.refuses(true);
  const naming = desk.runKept('set_client_name', 'ana', { client_id: 'ana', custom_name: 'Anna' }, ANA);
  await expect(naming).rejects.toThrow('not saved');
  store.refuses(false);
  expect(desk.isKept('ana')).toBe(true);
  expect(onDisk('ana')).toEqual(desk.get('ana').mix);
  expect(store.disk?.value('person/ana')).toMatchObject({ name: null });
  expect(store.conflicts).toEqual([]);
});

test('a mix that is moved while the undo of its clear is being refused is kept, moved', async () => {
  const { desk, acts, store, onDisk } = stage();
  desk.arrive('ana');
  await acts.clear(['ana']);
  const goOn = store.hangs();
  const undone = acts.undo(1);
  await turnOfTheLoop();
  desk.run('update_gain', 'ana', { channel: 0, gain: 0.5 }, ANA);
  store.refuses(true);
  goOn();
  await expect(undone).rejects.toThrow('not saved');
  store.refuses(false);
  expect(desk.isKept('ana')).toBe(true);
  expect(onDisk('ana')).toMatchObject({ channels: [0, 1], gains: { 0: 0.5 } });
  expect(store.disk?.value('person/ana')).toEqual(desk.world.get('person', 'ana')?.value);
  desk.leave('ana');
  expect(desk.find('ana')).toBeDefined();
});
