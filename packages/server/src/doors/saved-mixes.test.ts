import { setImmediate as nextTurn } from 'node:timers/promises';
import { EMPTY_MIX } from '@foldback/protocol';
import { doorless } from '../../test/support/doorless.ts';
import { MIXER } from '../desk/author.ts';
import type { MadeAnswer } from './made-answer.ts';
import { SavedMixes } from './saved-mixes.ts';

const CLIENTS = 1_000;

function stage() {
  const { desk, acts } = doorless();
  for (let index = 0; index < CLIENTS; index++) desk.admit(`client ${index}`, null);
  return { desk, acts, savedMixes: new SavedMixes(desk) };
}

interface Saved {
  readonly data: Readonly<Record<string, object>>;
  readonly count: number;
}
const read = ({ json }: MadeAnswer): Saved => JSON.parse(json) as Saved;

test('everybody’s mixes are one answer, made in slices between which others are let in', async () => {
  const { savedMixes } = stage();
  let turns = 0;
  let isMade = false;
  const making = savedMixes.everybodys().finally(() => {
    isMade = true;
  });
  while (!isMade) {
    await nextTurn();
    turns++;
  }
  const { data, count } = read(await making);
  expect(count).toBe(CLIENTS);
  expect(data['client 999']).toEqual({ ...EMPTY_MIX, timestamp: 7 });
  expect(turns).toBeGreaterThanOrEqual(CLIENTS / 50);
});

test('who asks while it is made gets what stood when they asked, and all of them the same', async () => {
  const { desk, savedMixes } = stage();
  const first = savedMixes.everybodys();
  await nextTurn();
  await nextTurn();
  desk.update('client 0', { master_gain: 0.5 }, MIXER);
  const [second, third] = [savedMixes.everybodys(), savedMixes.everybodys()];
  expect(read(await first).data['client 0']).toMatchObject({ master_gain: 1 });
  expect(read(await second).data['client 0']).toMatchObject({ master_gain: 0.5 });
  expect(await third).toBe(await second);
});

test('who has cleared their mix is not among them', async () => {
  const { desk, acts, savedMixes } = stage();
  desk.arrive('client 3');
  await acts.clear(['client 3']);
  expect(read(await savedMixes.everybodys()).count).toBe(CLIENTS - 1);
  expect(savedMixes.of('client 3')).toEqual({ data: {}, count: 0 });
  expect(savedMixes.of('client 4').count).toBe(1);
});
