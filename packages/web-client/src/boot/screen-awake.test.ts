import { ScreenAwake } from './screen-awake.ts';

/** A phone whose screen stays on as long as a lock is held, and which takes the lock when the page is hidden. */
function phone(refuses = false) {
  const held = new Set<{ released: boolean }>();
  const state = { visible: true, asked: 0 };
  const wakeLock = {
    request: async () => {
      state.asked++;
      if (refuses) throw new Error('saving the battery');
      const lock = {
        released: false,
        release: async () => {
          lock.released = true;
          held.delete(lock);
        },
      };
      held.add(lock);
      return lock as unknown as WakeLockSentinel;
    },
  };
  const hide = () => {
    state.visible = false;
    for (const lock of held) lock.released = true;
    held.clear();
  };
  const screen = new ScreenAwake({ wakeLock, isVisible: () => state.visible });
  return { screen, state, held, hide };
}

test('the screen stays on while it is wanted, with one lock', async () => {
  const { screen, held, state } = phone();
  await screen.keep(true);
  await screen.renew();
  expect([held.size, state.asked]).toEqual([1, 1]);
  await screen.keep(false);
  expect(held.size).toBe(0);
});

test('a page that was hidden takes the lock again when it is looked at, not before', async () => {
  const { screen, held, hide, state } = phone();
  await screen.keep(true);
  hide();
  await screen.renew();
  expect(held.size).toBe(0);
  state.visible = true;
  await screen.renew();
  expect(held.size).toBe(1);
});

test('a phone that refuses is asked again the next time', async () => {
  const { screen, state } = phone(true);
  await screen.keep(true);
  await screen.renew();
  expect(state.asked).toBe(2);
});

test('without a secure context it is not possible, and nothing breaks', async () => {
  const screen = new ScreenAwake({ wakeLock: undefined, isVisible: () => true });
  expect(screen.isPossible).toBe(false);
  await expect(screen.keep(true)).resolves.toBeUndefined();
});
