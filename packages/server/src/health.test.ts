import { HEALTH } from './desk/desk-stage.ts';
import { HealthWatch, reasonsOf, type HealthSigns } from './health.ts';

const WELL: HealthSigns = { store: HEALTH, notices: [], silentMs: 0, stalledMs: 0 };
const codesOf = (signs: Partial<HealthSigns>) => reasonsOf({ ...WELL, ...signs }).map(({ code }) => code);

test('all is well without a reason', () => {
  expect(reasonsOf(WELL)).toEqual([]);
  const notices = [{ code: 'interface_adjusted', message: '44100 Hz', at: 1 }] as const;
  expect(codesOf({ notices: [...notices], silentMs: 900, stalledMs: 200 })).toEqual([]);
});

test('a disk that refuses is bad, in its own words', () => {
  const store = { ...HEALTH, ok: false, unsaved: 3, last_error: { message: 'the disk is full', at: 1 } };
  expect(reasonsOf({ ...WELL, store })).toEqual([
    { code: 'disk_refuses', message: '3 changes are not saved: the disk is full' },
  ]);
});

test('a stand-in that plays in the place of the interface is bad', () => {
  const notices = [{ code: 'interface_lost' as const, message: 'X32 is gone', at: 1 }];
  expect(reasonsOf({ ...WELL, notices })).toEqual([{ code: 'interface_lost', message: 'X32 is gone' }]);
});

test('sound that stays away is bad, and so is a loop that stood still', () => {
  expect(codesOf({ silentMs: 4_000 })).toEqual(['no_sound']);
  expect(codesOf({ stalledMs: 2_000 })).toEqual(['loop_stalled']);
});

describe('the watch', () => {
  const PERIOD_MS = 1_000;
  function stage() {
    let now = 0;
    const watch = new HealthWatch(PERIOD_MS, () => now);
    const pass = async (ms: number, callbacks: () => Promise<number>) => {
      now += ms;
      await watch.beat(callbacks);
    };
    const codes = () => codesOf(watch.signs());
    return { pass, codes };
  }

  test('hears a host that plays, one that hangs, one that is gone, and the next one', async () => {
    const { pass, codes } = stage();
    for (let callbacks = 1; callbacks < 6; callbacks++) await pass(PERIOD_MS, async () => callbacks);
    expect(codes()).toEqual([]);
    for (let beat = 0; beat < 2; beat++) await pass(PERIOD_MS, async () => 5);
    expect(codes()).toEqual([]); // another host may be on its way
    for (let beat = 0; beat < 2; beat++) await pass(PERIOD_MS, () => Promise.reject(new Error('host lost')));
    expect(codes()).toEqual(['no_sound']);
    await pass(PERIOD_MS, async () => 1);
    expect(codes()).toEqual([]);
  });

  test('tells of a loop that stood still for a while, and not of the sound meanwhile', async () => {
    const { pass, codes } = stage();
    await pass(PERIOD_MS, async () => 1);
    await pass(5_000, async () => 2);
    expect(codes()).toEqual(['loop_stalled']);
    for (let callbacks = 3; callbacks < 12; callbacks++) {
      await pass(PERIOD_MS, async () => callbacks);
      expect(codes()).toEqual(['loop_stalled']);
    }
    await pass(PERIOD_MS, async () => 12);
    expect(codes()).toEqual([]);
  });
});
