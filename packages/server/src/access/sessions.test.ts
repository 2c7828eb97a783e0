import type { RecordOf } from '@foldback/protocol';
import { recordOf, stage as deskStage, T0 } from '../desk/desk-stage.ts';
import { hashOf, newSecret } from './secrets.ts';
import { HOUSE_RULES, Sessions, type HouseRule } from './sessions.ts';

/** @param rule how one joins; @param phones what is known of phones already */
function stage(phones: readonly RecordOf[] = [], rule: HouseRule = HOUSE_RULES.band) {
  const { desk, store } = deskStage({ records: phones });
  const sessions = new Sessions(desk.world, rule, (hash, id) => desk.claim(hash, id));
  const recorded = () => [...(store.disk?.records.values() ?? [])];
  const shown = (clientId: string, secret: string) => ({ clientId, secretHash: hashOf(secret) });
  return {
    desk,
    recorded,
    claim: (clientId: string, secret: string): boolean => {
      sessions.claim(shown(clientId, secret));
      return sessions.of(shown(clientId, secret)).speaks;
    },
    speaks: (clientId: string, secret: string): boolean => sessions.of(shown(clientId, secret)).speaks,
    roleOf: (clientId: string): string => sessions.of(shown(clientId, newSecret())).role,
  };
}

test('the first device that claims a musician may speak for them, another may not', () => {
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
  expect(recorded()).toEqual([
    {
      key: `phone/${hashOf(secret)}`,
      value: { speaks_for: ['ana'], claimed_at: T0 },
      revision: 1,
      changed_at: expect.any(Number) as number,
    },
  ]);
  expect(JSON.stringify(recorded())).not.toContain(secret);
  const later = stage(recorded());
  expect(later.speaks('ana', newSecret())).toBe(false);
  expect(later.speaks('ana', secret)).toBe(true);
});

test('a phone that is taken from the house speaks for nobody from that moment', () => {
  const [mine, theirs] = [newSecret(), newSecret()];
  const { desk, claim, speaks } = stage([
    recordOf('phone', hashOf(theirs), { speaks_for: ['ana'], claimed_at: 1 }),
  ]);
  expect(claim('ana', mine)).toBe(false);
  const phone = { kind: 'phone', id: hashOf(theirs), base: 5 } as const;
  desk.apply([{ ...phone, next: { speaks_for: [], claimed_at: 1 } }], {
    author: { kind: 'mixer' },
    reason: 'command',
    durability: 'live',
  });
  expect(speaks('ana', theirs)).toBe(true); // nobody's again, so anybody's
  expect(claim('ana', mine)).toBe(true);
  expect(speaks('ana', theirs)).toBe(false);
});

test('a musician may have two phones', () => {
  const [one, two] = [newSecret(), newSecret()];
  const { speaks } = stage(
    [one, two].map((secret) => recordOf('phone', hashOf(secret), { speaks_for: ['ana'] })),
  );
  expect([one, two, newSecret()].map((secret) => speaks('ana', secret))).toEqual([true, true, false]);
});

test('how one joins is the house’s rule: as a musician who has a secret, or as an engineer without', () => {
  const band = stage();
  const open = stage([recordOf('phone', 'hash', { speaks_for: ['ana'] })], HOUSE_RULES.open);
  expect([band.roleOf('ana'), open.roleOf('ana')]).toEqual(['musician', 'engineer']);
  expect(open.claim('ana', newSecret())).toBe(true);
  expect(open.recorded()).toHaveLength(1);
});
