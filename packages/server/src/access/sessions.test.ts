import type { JoinRule, RecordOf } from '@foldback/protocol';
import { claim as claimOf, recordOf, recordsWith, stage as deskStage, T0 } from '../desk/desk-stage.ts';
import { letIn, revoked } from '../desk/steps/phone.ts';
import { hashOf, newSecret } from './secrets.ts';
import { Sessions } from './sessions.ts';

/** @param records what is known already; @param rule how one joins */
function stage(records: readonly RecordOf[] = [], rule: JoinRule = 'band') {
  const { desk, store } = deskStage({ clients: [], records });
  let now = rule;
  const sessions = new Sessions(
    desk.world,
    () => now,
    ({ secretHash, clientId }) => claimOf(desk, secretHash, clientId),
  );
  const shown = (clientId: string, secret: string) => ({
    clientId,
    secretHash: hashOf(secret),
    phoneName: '',
  });
  const change = { author: { kind: 'mixer' }, reason: 'command', durability: 'live' } as const;
  return {
    desk,
    sessions,
    ruleBecomes: (next: JoinRule) => (now = next),
    recorded: () => [...(store.disk?.records.values() ?? [])],
    claim: (clientId: string, secret: string): boolean => {
      sessions.claim(shown(clientId, secret));
      return sessions.of(shown(clientId, secret)).speaks;
    },
    speaks: (clientId: string, secret: string): boolean => sessions.of(shown(clientId, secret)).speaks,
    roleOf: (clientId: string, secret = newSecret()): string => sessions.of(shown(clientId, secret)).role,
    letIn: (secret: string, role: 'musician' | 'viewer' | 'engineer', clientId: string | null) =>
      desk.apply(letIn(desk.world, hashOf(secret), { role, clientId, name: '', now: T0 }), change),
    revoke: (secret: string) => desk.apply(revoked(desk.world, hashOf(secret)), change),
  };
}

test('the first phone that claims a musician may speak for them, another may not', () => {
  const { claim, speaks } = stage();
  const [mine, theirs] = [newSecret(), newSecret()];
  expect(claim('ana', mine)).toBe(true);
  expect(claim('ana', theirs)).toBe(false);
  expect(speaks('ana', theirs)).toBe(false);
  expect(speaks('ana', mine)).toBe(true);
  expect(claim('leo', theirs)).toBe(true);
});

test('asking alone claims nothing', () => {
  const { speaks, recorded } = stage();
  expect(speaks('ana', newSecret())).toBe(true);
  expect(speaks('ana', newSecret())).toBe(true);
  expect(recorded()).toEqual([]);
});

test('a claim outlives the process, and the secret is not in it', () => {
  const secret = newSecret();
  const { claim, recorded } = stage();
  claim('ana', secret);
  expect(recorded()).toMatchObject([
    { key: `phone/${hashOf(secret)}`, value: { speaks_for: ['ana'], claimed_at: T0 }, revision: 1 },
  ]);
  expect(JSON.stringify(recorded())).not.toContain(secret);
  const later = stage(recorded());
  expect(later.speaks('ana', newSecret())).toBe(false);
  expect(later.speaks('ana', secret)).toBe(true);
});

test('a phone as programs before roles kept it is its musician’s', () => {
  const secret = newSecret();
  const { roleOf } = stage([recordOf('phone', hashOf(secret), { speaks_for: ['ana'], claimed_at: 1 })]);
  expect([roleOf('ana', secret), roleOf('ana'), roleOf('leo', secret)]).toEqual([
    'musician',
    'guest',
    'guest',
  ]);
});

test('a mix that is there and nobody’s is not the first one’s who comes: an imported band stays whole', () => {
  const band = Array.from({ length: 89 }, (_, n) => `musician ${n}`);
  const { claim, roleOf, recorded } = stage(band.flatMap((id) => recordsWith(id)));
  const secret = newSecret();
  for (const id of band) {
    expect(claim(id, secret)).toBe(false);
    expect(roleOf(id, secret)).toBe('guest');
  }
  expect(recorded().filter(({ key }) => key.startsWith('phone/'))).toEqual([]);
});

test('one phone claims no second musician', () => {
  const { claim, roleOf } = stage();
  const secret = newSecret();
  expect(claim('ana', secret)).toBe(true);
  expect(claim('leo', secret)).toBe(false);
  expect(roleOf('leo', secret)).toBe('guest');
});

test('a musician may have two phones', () => {
  const [one, two] = [newSecret(), newSecret()];
  const { speaks } = stage(
    [one, two].map((secret) => recordOf('phone', hashOf(secret), { speaks_for: ['ana'] })),
  );
  expect([one, two, newSecret()].map((secret) => speaks('ana', secret))).toEqual([true, true, false]);
});

test.each([
  ['band', 'musician'],
  ['approve', 'guest'],
  ['invite', 'guest'],
  ['open', 'engineer'],
] as const)('whoever is new in a house of rule %s is a %s', (rule, role) => {
  const { roleOf, recorded } = stage([], rule);
  expect(roleOf('ana')).toBe(role);
  expect(recorded()).toEqual([]);
});

test('who was let in is what they were let in as, whatever the rule', () => {
  const { letIn: let_in, roleOf, ruleBecomes } = stage(recordsWith('ana'), 'invite');
  const [ana, eye, sam] = [newSecret(), newSecret(), newSecret()];
  let_in(ana, 'musician', 'ana');
  let_in(eye, 'viewer', null);
  let_in(sam, 'engineer', null);
  for (const rule of ['band', 'approve', 'invite'] as const) {
    ruleBecomes(rule);
    expect([roleOf('ana', ana), roleOf('x', eye), roleOf('x', sam)]).toEqual([
      'musician',
      'viewer',
      'engineer',
    ]);
  }
});

test('a phone that is taken from the house is a guest from that moment, also in a band; let in again it is none', () => {
  const secret = newSecret();
  const { claim, letIn: let_in, revoke, roleOf, recorded } = stage(recordsWith('leo'));
  claim('ana', secret);
  revoke(secret);
  expect([roleOf('ana', secret), roleOf('new', secret)]).toEqual(['guest', 'guest']);
  expect(stage(recorded()).roleOf('ana', secret)).toBe('guest');
  let_in(secret, 'musician', 'leo');
  expect(roleOf('leo', secret)).toBe('musician');
});

test('a phone that does not say who it is, is known by its secret', () => {
  const { sessions, claim } = stage();
  const secret = newSecret();
  expect(sessions.whose(hashOf(secret))).toBeUndefined();
  claim('ana', secret);
  expect(sessions.whose(hashOf(secret))).toBe('ana');
});
