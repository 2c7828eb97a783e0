import { type Browser, Navigation } from './navigation.ts';

/** A browser whose history is a list, and which takes its time to go back. */
function stage(state: unknown = null) {
  const entries = state === null ? [null] : [null, state];
  let at = entries.length - 1;
  let heard = (): void => {};
  const going: number[] = [];
  const browser: Browser = {
    history: {
      get state() {
        return entries[at] as unknown;
      },
      pushState: (pushed: unknown) => {
        entries.splice(++at, Infinity, pushed);
      },
      go: (by = 0) => void going.push(by),
    },
    addEventListener: (_type, hears) => (heard = hears),
  };
  const travel = async (by: number) => {
    at += by;
    heard();
    await Promise.resolve();
  };
  const arrive = async () => {
    await Promise.resolve();
    for (const by of going.splice(0)) await travel(by);
  };
  const closed: string[] = [];
  const navigation = new Navigation(browser);
  const over = (name: string) => navigation.over(() => closed.push(name));
  return { over, closed, travel, arrive, at: () => at, ahead: () => entries.length - 1 - at };
}

test('back closes what lies on top, then what lies below it, and then leaves the page', async () => {
  const { over, closed, travel, arrive, at } = stage();
  over('dock');
  await arrive();
  over('sheet');
  await arrive();
  expect(at()).toBe(2);
  await travel(-1);
  expect(closed).toEqual(['sheet']);
  await travel(-1);
  expect(closed).toEqual(['sheet', 'dock']);
  expect(at()).toBe(0);
});

test('what is closed by hand gives back its place, and is not closed a second time', async () => {
  const { over, closed, arrive, at } = stage();
  const gone = over('dock');
  await arrive();
  gone();
  await arrive();
  gone();
  await arrive();
  expect([at(), closed]).toEqual([0, []]);
});

test('what goes to make room for another leaves it its place', async () => {
  const { over, closed, travel, arrive, at, ahead } = stage();
  const gone = over('me');
  await arrive();
  gone();
  over('choose');
  await arrive();
  expect([at(), ahead()]).toEqual([1, 0]);
  await travel(-1);
  expect(closed).toEqual(['choose']);
});

test('what is opened while the browser is on its way back stays open', async () => {
  const { over, closed, travel, arrive, at } = stage();
  const gone = over('dock');
  await arrive();
  gone();
  await Promise.resolve();
  over('sheet');
  await arrive();
  expect([at(), closed]).toEqual([1, []]);
  await travel(-1);
  expect(closed).toEqual(['sheet']);
});

test('what goes from under another leaves one place, and back closes what is there', async () => {
  const { over, closed, travel, arrive, at } = stage();
  const gone = over('dock');
  over('sheet');
  await arrive();
  gone();
  await arrive();
  expect(at()).toBe(1);
  await travel(-1);
  expect(closed).toEqual(['sheet']);
});

test('forward opens nothing, and the page is where it was', async () => {
  const { over, travel, arrive, at } = stage();
  over('dock');
  await arrive();
  await travel(-1);
  await travel(1);
  await arrive();
  expect(at()).toBe(0);
});

test('a page that is loaded again has nothing over it', async () => {
  const { arrive, at } = stage({ over: 1 });
  await arrive();
  expect(at()).toBe(0);
});
