import { setImmediate as nextTurn } from 'node:timers/promises';
import { MadeAnswer } from './made-answer.ts';

test('many entries are put together in slices, so that others are let in', async () => {
  const entries = Array.from({ length: 2_001 }, (_, index) => `"Müller ${index}"`);
  let turns = 0;
  let made: MadeAnswer | undefined;
  void MadeAnswer.ofEntries('[', entries, ']').then((answer) => (made = answer));
  for (; made === undefined; turns++) await nextTurn();
  expect(turns).toBeGreaterThanOrEqual(10);
  expect(made.json).toBe(`[${entries.join(',')}]`);
  expect(made.length).toBe(Buffer.byteLength(made.json));
});

test('none is an empty list', async () => {
  expect((await MadeAnswer.ofEntries('[', [], ']')).json).toBe('[]');
});

test('something goes around it, and it is put into bytes once', () => {
  const made = MadeAnswer.of('[1]').within('{"ok":', '}');
  expect(made.json).toBe('{"ok":[1]}');
  expect(made.bytes).toBe(made.bytes);
});
