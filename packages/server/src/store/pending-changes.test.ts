import { PendingChanges, type LiveChange } from './pending-changes.ts';
import { NotSavedError } from './state-store.ts';
import { clientWith } from './store-stage.ts';

const change = (id: string, revision: number): LiveChange => ({
  kind: 'client',
  client: clientWith({ id, revision }),
});
const clear = (...ids: string[]) => ({ kind: 'clear', ids }) as const;

test('a newer live change takes the place of an older one', () => {
  const pending = new PendingChanges();
  pending.record(change('leo', 1));
  pending.record(change('ana', 1));
  pending.record(change('leo', 2));
  expect(pending.take().changes).toEqual([change('leo', 2), change('ana', 1)]);
  expect(pending.isEmpty).toBe(true);
});

test('but not across a kept change of the same client', () => {
  const pending = new PendingChanges();
  pending.record(change('leo', 1));
  pending.record(change('ana', 1));
  void pending.keep(clear('leo'));
  pending.record(change('leo', 2));
  pending.record(change('ana', 2));
  expect(pending.take().changes).toEqual([
    change('leo', 1),
    change('ana', 2),
    clear('leo'),
    change('leo', 2),
  ]);
});

test('a refused batch rejects who waits and keeps what nobody waits for', async () => {
  const pending = new PendingChanges();
  pending.record(change('leo', 1));
  const kept = pending.keep(change('ana', 7));
  pending.take().refused('no space left');
  await expect(kept).rejects.toThrow(new NotSavedError('no space left'));
  expect(pending.take().changes).toEqual([change('leo', 1)]);
});

test('a disk that refuses for an hour costs one entry per client', () => {
  const pending = new PendingChanges();
  for (let revision = 1; revision <= 1000; revision += 1) {
    pending.record(change('leo', revision));
    const batch = pending.take();
    pending.record(change('leo', revision + 1));
    batch.refused('no space left');
  }
  expect(pending.take().changes).toEqual([change('leo', 1001)]);
});

test('a batch that was not tried goes again, in order, behind what a new store needs first', async () => {
  const pending = new PendingChanges();
  pending.record(change('leo', 2));
  const kept = pending.keep(clear('ana'));
  const batch = pending.take();
  pending.record(change('leo', 3));
  batch.againAfter([change('leo', 2), change('ana', 1), change('zoe', 1)]);
  const again = pending.take();
  expect(again.changes).toEqual([change('leo', 3), change('ana', 1), change('zoe', 1), clear('ana')]);
  again.committed();
  await expect(kept).resolves.toBeUndefined();
});
