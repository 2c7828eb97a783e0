/** Work that is asked for at once is done one after the other. */
import { Turns } from './turns.ts';

/** Work that says when it begins and ends, and ends when it is told to. */
function workIn(said: string[], name: string) {
  const told = Promise.withResolvers<string>();
  const began = Promise.withResolvers<void>();
  const work = async (): Promise<string> => {
    said.push(`${name} begins`);
    began.resolve();
    try {
      return await told.promise;
    } finally {
      said.push(`${name} ends`);
    }
  };
  return { work, began: began.promise, end: told.resolve, fail: told.reject };
}

test('what is asked for while something runs begins when that has ended, in the order it was asked for', async () => {
  const turns = new Turns();
  const said: string[] = [];
  const first = workIn(said, 'first');
  const second = workIn(said, 'second');
  const third = workIn(said, 'third');
  const results = [first, second, third].map(({ work }) => turns.take(work));
  third.end('c');
  second.end('b');
  await first.began;
  expect(said).toEqual(['first begins']);
  first.end('a');
  expect(await Promise.all(results)).toEqual(['a', 'b', 'c']);
  expect(said).toEqual([
    'first begins',
    'first ends',
    'second begins',
    'second ends',
    'third begins',
    'third ends',
  ]);
});

test('work that fails fails for whoever asked, and the next has its turn', async () => {
  const turns = new Turns();
  const refused = turns.take(() => Promise.reject(new Error('the disk is full')));
  const thrown = turns.take(() => {
    throw new Error('at once');
  });
  const next = turns.take(() => 'done');
  await expect(refused).rejects.toThrow('the disk is full');
  await expect(thrown).rejects.toThrow('at once');
  expect(await next).toBe('done');
});

test('nothing begins before its asker has finished its sentence', async () => {
  const said: string[] = [];
  const taken = new Turns().take(() => said.push('work'));
  said.push('asker');
  await taken;
  expect(said).toEqual(['asker', 'work']);
});

test('whoever waits for the end waits for everything asked for until then, also for what fails', async () => {
  const turns = new Turns();
  await turns.ended();
  const said: string[] = [];
  const { work, began, fail } = workIn(said, 'saving');
  const saving = turns.take(work);
  const waited = turns.ended().then(() => said.push('waited'));
  await began;
  fail(new Error('no'));
  await expect(saving).rejects.toThrow('no');
  await waited;
  expect(said).toEqual(['saving begins', 'saving ends', 'waited']);
});
