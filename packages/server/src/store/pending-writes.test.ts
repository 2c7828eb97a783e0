import { keyOf, type RecordOf } from '@foldback/protocol';
import { PendingWrites } from './pending-writes.ts';
import { NotSavedError, type StoreBatch } from './state-store.ts';
import { AT, batchOf, mixRecord, recordWith, removalOf, writeOf } from './store-stage.ts';

const mixAt = (id: string, revision: number): RecordOf => mixRecord(id, {}, { revision });
const change = (id: string, revision: number): StoreBatch => batchOf(mixAt(id, revision));
const written = (id: string, revision: number, base = revision - 1) => writeOf(mixAt(id, revision), base);
const removal = (id: string, base: number) => removalOf(keyOf('mix', id), base);
const touch = (gesture: string, at: number) => ({
  ...{ gesture, author: 'leo', author_name: 'Leo', reason: '', at: AT + at },
});

/** Leo's mix moves on, each time from where it stood. */
class MovingMix {
  #record = mixAt('leo', 1);

  moved(gesture: string, at: number, mix: Parameters<typeof mixRecord>[1]): StoreBatch {
    const { value: was, revision } = this.#record;
    this.#record = mixRecord('leo', { ...was, ...mix }, { revision: revision + 1 });
    return { writes: [{ ...writeOf(this.#record, revision), entry: { ...touch(gesture, at), was } }] };
  }
}

let pending: PendingWrites;
beforeEach(() => {
  pending = new PendingWrites();
});

test('a newer live write takes the place of an older one, and stays made from what that was made from', () => {
  void pending.record(change('leo', 1));
  void pending.record(change('ana', 1));
  void pending.record(change('leo', 2));
  expect(pending.take().writes).toEqual([written('leo', 2, 0), written('ana', 1)]);
});

test('but not across a kept change of the same record', () => {
  void pending.record(change('leo', 1));
  void pending.record(change('ana', 1));
  void pending.keep({ writes: [removal('leo', 1)] });
  void pending.record(change('leo', 2));
  void pending.record(change('ana', 2));
  expect(pending.take().writes).toEqual([
    written('leo', 1),
    written('ana', 2, 0),
    removal('leo', 1),
    written('leo', 2),
  ]);
});

test('it is empty when all of it is on disk and everybody has been answered', async () => {
  expect(pending.isEmpty).toBe(true);
  const live = pending.record(change('leo', 1));
  expect(pending.isEmpty).toBe(false);
  pending.take().committed();
  expect(await live).toEqual({ kind: 'committed' });
  expect(pending.isEmpty).toBe(true);
});

test('a refused batch rejects who waits and keeps what nobody waits for', async () => {
  void pending.record(change('leo', 1));
  const kept = pending.keep(change('ana', 7));
  pending.take().refused('no space left');
  await expect(kept).rejects.toThrow(new NotSavedError('no space left'));
  expect(pending.take().writes).toEqual([written('leo', 1)]);
});

test('a disk that refuses for an hour costs one entry per record, and everybody is answered in the end', async () => {
  const answers = [];
  for (let revision = 1; revision <= 1000; revision += 1) {
    answers.push(pending.record(change('leo', revision)));
    const batch = pending.take();
    answers.push(pending.record(change('leo', revision + 1)));
    batch.refused('no space left');
  }
  expect(pending.size).toBe(1);
  const last = pending.take();
  expect(last.writes).toEqual([written('leo', 1001, 0)]);
  last.committed();
  expect(new Set((await Promise.all(answers)).map(({ kind }) => kind))).toEqual(new Set(['committed']));
});

test('the moves of one gesture become one entry, those of different gestures stay apart, also over a refusal', () => {
  const leo = new MovingMix();
  void pending.record(leo.moved('a', 0, { gains: { 0: 2 } }));
  void pending.record(leo.moved('a', 5, { gains: { 0: 3 }, pans: { 1: 1 } }));
  pending.take().refused('no space left');
  void pending.record(leo.moved('b', 7, { gains: { 0: 9 } }));
  void pending.record(leo.moved('a', 8, { pans: { 1: -1 } }));
  const key = keyOf('mix', 'leo');
  expect(pending.take().entries).toEqual([
    {
      ...{ ...touch('a', 0), key, until: AT + 8 },
      ...{ from: { gains: { 0: null }, pans: { 1: null } }, to: { gains: { 0: 3 }, pans: { 1: -1 } } },
    },
    { ...touch('b', 7), key, until: AT + 7, from: { gains: { 0: 3 } }, to: { gains: { 0: 9 } } },
  ]);
});

test('a gesture between whose moves another hand moved tells of its own moves only', () => {
  const leo = new MovingMix();
  void pending.record(leo.moved('a', 0, { gains: { 0: 2 } }));
  void pending.record(leo.moved('b', 1, { master_gain: 0.5 }));
  void pending.record(leo.moved('a', 2, { gains: { 0: 3 } }));
  void pending.record(leo.moved('a', 3, { gains: { 0: 4 } }));
  expect(pending.take().entries).toMatchObject([
    { gesture: 'a', from: { gains: { 0: null } }, to: { gains: { 0: 4 } } },
    { gesture: 'b', from: { master_gain: 1 }, to: { master_gain: 0.5 } },
  ]);
});

test('what changes by itself, or came back to where it was, is not told', () => {
  const seen = (at: number): RecordOf => recordWith('person', 'leo', { seen_at: at });
  const was = seen(1).value;
  void pending.record({ writes: [{ ...writeOf(seen(2)), entry: { ...touch('presence', 0), was } }] });
  const leo = new MovingMix();
  void pending.record(leo.moved('a', 0, { gains: { 0: 2 } }));
  void pending.record(leo.moved('a', 5, { gains: {} }));
  expect(pending.take().entries).toEqual([]);
});

test('the file that writes take in goes with them, also at the second attempt', () => {
  void pending.record({ ...change('leo', 1), takenIn: 'hash' });
  const batch = pending.take();
  expect(batch.takenIn).toBe('hash');
  batch.refused('no space left');
  expect(pending.take().takenIn).toBe('hash');
  expect(pending.take().takenIn).toBeUndefined();
});

describe('when somebody else was quicker', () => {
  const theirs = mixAt('leo', 8);
  const newer = new Map([[theirs.key, theirs]]);

  test('a kept batch that met it is answered with it, and every other one goes again', async () => {
    const met = pending.keep({ writes: [written('ana', 3), written('leo', 2)] });
    const other = pending.keep(change('zoe', 1));
    void pending.record(change('ana', 2));
    expect(pending.take().met(newer)).toEqual(new Map());
    expect(await met).toEqual({ kind: 'conflict', newer });
    const again = pending.take();
    expect(again.writes).toEqual([written('zoe', 1), written('ana', 2)]);
    again.committed();
    expect(await other).toEqual({ kind: 'committed' });
  });

  test('a live write that met it waits no more, nor a newer one made from it, and is answered with what goes instead', async () => {
    const live = pending.record(change('leo', 2));
    const batch = pending.take();
    void pending.record(change('leo', 3));
    void pending.record(change('ana', 1));
    expect(batch.met(newer)).toEqual(newer);
    pending.replace([written('leo', 9)]);
    const again = pending.take();
    expect(again.writes).toEqual([written('ana', 1), written('leo', 9)]);
    again.committed();
    expect(await live).toEqual({ kind: 'committed' });
  });

  test('a live write that was made from theirs already goes on', () => {
    void pending.record(change('leo', 9));
    void pending.keep({ writes: [written('leo', 2)] });
    expect(pending.take().met(newer)).toEqual(new Map());
    expect(pending.take().writes).toEqual([written('leo', 9)]);
  });
});

describe('when a store was found', () => {
  const archived = writeOf(recordWith('archive', 'old'));

  test('what joins it goes alone and first; what is not resident, and what somebody waits for, comes after it', async () => {
    const live = pending.record({ writes: [written('leo', 2), archived], takenIn: 'of an earlier look' });
    const kept = pending.keep(change('ana', 3));
    const batch = pending.take();
    void pending.record(change('leo', 3));
    batch.found();
    pending.join([written('leo', 10)], 'hash');
    const first = pending.take();
    expect(first.writes).toEqual([written('leo', 10)]);
    expect(first.takenIn).toBe('hash');
    first.committed();
    const second = pending.take();
    expect(second.writes).toEqual([archived, written('ana', 3)]);
    expect(second.takenIn).toBeUndefined();
    second.committed();
    expect(await Promise.all([live, kept])).toEqual([{ kind: 'committed' }, { kind: 'committed' }]);
    expect(pending.isEmpty).toBe(true);
  });

  test('what moves meanwhile goes with what joins it', () => {
    void pending.record(change('leo', 2));
    pending.take().found();
    pending.join([written('leo', 10, 4)], undefined);
    void pending.record(change('leo', 11));
    expect(pending.take().writes).toEqual([written('leo', 11, 4)]);
  });

  test('it is joined also when there is nothing to write', () => {
    pending.take().found();
    pending.join([], undefined);
    expect(pending.isEmpty).toBe(false);
    pending.take().refused('no space left');
    expect(pending.isEmpty).toBe(false);
    pending.take().committed();
    expect(pending.isEmpty).toBe(true);
  });

  test('one that was found again is joined by the newer writes alone, and who waits goes on waiting', async () => {
    const kept = pending.keep(change('ana', 3));
    pending.take().found();
    pending.join([written('leo', 10)], 'hash');
    pending.take().found();
    pending.join([written('leo', 20)], undefined);
    const first = pending.take();
    expect([first.writes, first.takenIn]).toEqual([[written('leo', 20)], undefined]);
    first.committed();
    const second = pending.take();
    expect(second.writes).toEqual([written('ana', 3)]);
    second.committed();
    expect(await kept).toEqual({ kind: 'committed' });
  });

  test('gestures of what was superseded are told all the same', () => {
    void pending.record(new MovingMix().moved('a', 0, { gains: { 0: 2 } }));
    pending.take().found();
    pending.join([], undefined);
    pending.take().committed();
    expect(pending.take().entries).toHaveLength(1);
  });
});
