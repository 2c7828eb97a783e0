import { recordOf, stage as deskStage } from '../desk/desk-stage.ts';
import { CROWD_MS_MAX, INVITE_MS, Invites, newToken, type Invitation } from './invites.ts';
import { hashOf } from './secrets.ts';

const HOUR_MS = 3600_000;
const NOW = 1_760_000_000_000;

function stage(records: Parameters<typeof deskStage>[0] = { clients: [] }) {
  const { desk, store } = deskStage(records);
  let wall = NOW;
  let steady = 0;
  const invites = new Invites(desk.world, { now: () => wall, nowMs: () => steady });
  const keep = { author: { kind: 'mixer' }, reason: 'command', durability: 'live' } as const;
  return {
    invites,
    store,
    make: (invitation: Partial<Invitation> = {}) => {
      const token = newToken();
      const whole = { role: 'musician', clientId: null, uses: 1, until: undefined, ...invitation } as const;
      desk.apply(invites.made(token, whole), keep);
      return token;
    },
    isGood: (token: string) => invites.valid(hashOf(token)) !== undefined,
    use: (token: string) => desk.apply(invites.used(hashOf(token)), keep),
    tidy: () => desk.apply(invites.over(), keep),
    goesOn: (ms: number) => {
      wall += ms;
      steady += ms;
    },
    wallJumps: (ms: number) => (wall += ms),
    count: () => [...desk.world.all('invite')].length,
  };
}

test('an invite is good once, for ten minutes', () => {
  const { make, isGood, use, goesOn } = stage();
  const [used, left] = [make(), make()];
  use(used);
  expect([isGood(used), isGood(left)]).toEqual([false, true]);
  goesOn(INVITE_MS - 1000);
  expect(isGood(left)).toBe(true);
  goesOn(1000);
  expect(isGood(left)).toBe(false);
});

test('its token is kept nowhere', () => {
  const { make, store } = stage();
  const token = make();
  expect(token).toMatch(/^[\w-]{32}$/);
  expect(JSON.stringify(store.batches)).toContain(hashOf(token));
  expect(JSON.stringify(store.batches)).not.toContain(token);
});

test('one for a crowd is good so often, until its hour', () => {
  const { make, isGood, use, goesOn } = stage();
  const token = make({ uses: 3, until: NOW + 2 * HOUR_MS });
  use(token);
  use(token);
  expect(isGood(token)).toBe(true);
  goesOn(2 * HOUR_MS - 1000);
  expect(isGood(token)).toBe(true);
  use(token);
  expect(isGood(token)).toBe(false);
  const late = make({ uses: 3, until: NOW + 3 * HOUR_MS });
  goesOn(HOUR_MS + 1000);
  expect(isGood(late)).toBe(false);
});

test.each([
  ['a day ahead', 25 * HOUR_MS],
  ['a day back', -25 * HOUR_MS],
  ['summer time', HOUR_MS],
  ['to 1970', -NOW],
])('a clock on the wall that jumps %s makes nothing end early or late', (_name, jump) => {
  const { make, isGood, goesOn, wallJumps } = stage();
  const [once, crowd] = [make(), make({ uses: 9, until: NOW + HOUR_MS })];
  wallJumps(jump);
  expect([isGood(once), isGood(crowd)]).toEqual([true, true]);
  goesOn(INVITE_MS - 1000);
  expect([isGood(once), isGood(crowd)]).toEqual([true, true]);
  goesOn(1000);
  expect([isGood(once), isGood(crowd)]).toEqual([false, true]);
  goesOn(HOUR_MS - INVITE_MS);
  expect(isGood(crowd)).toBe(false);
});

test('one of an earlier run ends at its hour, and in a computer that wakes up in 1970 after its whole life', () => {
  const token = newToken();
  const value = {
    role: 'musician',
    client_id: null,
    uses_left: 5,
    made_at: NOW - HOUR_MS,
    until: NOW + HOUR_MS,
  };
  const records = [recordOf('invite', hashOf(token), value)];
  const soon = stage({ clients: [], records });
  expect(soon.isGood(token)).toBe(true);
  soon.goesOn(HOUR_MS);
  expect(soon.isGood(token)).toBe(false);
  const old = stage({ clients: [], records });
  old.wallJumps(-NOW);
  expect(old.isGood(token)).toBe(true);
  old.goesOn(2 * HOUR_MS);
  expect(old.isGood(token)).toBe(false);
});

test('a crowd is let in for a week at most, and what is over goes', () => {
  const { make, isGood, goesOn, tidy, count } = stage();
  const token = make({ uses: 9, until: NOW + 1000 * CROWD_MS_MAX });
  goesOn(CROWD_MS_MAX - 1);
  tidy();
  expect([isGood(token), count()]).toEqual([true, 1]);
  goesOn(1);
  tidy();
  expect([isGood(token), count()]).toEqual([false, 0]);
});
