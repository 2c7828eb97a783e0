/** Requests about who may come in, and as what. */
import { Refusal, type CommandAnswer, type CommandBody } from '@foldback/protocol';
import type { House } from '../../access/house.ts';
import type { PendingRequest } from '../../access/join-requests.ts';
import { REQUEST_MS } from '../../access/join-requests.ts';
import { hashOf } from '../../access/secrets.ts';
import type { Sessions } from '../../access/sessions.ts';
import { encode } from 'uqr';
import { displayName } from '../../desk/client.ts';
import type { Desk } from '../../desk/desk.ts';
import type { Audience } from '../audience.ts';
import { Broadcast, type Identity, type Phone } from '../phone.ts';
import type { Asked, RowsFor } from './row.ts';

/** Phones that are listed: those that were here last. */
const LISTED_MAX = 1000;

export interface AccessRowsOptions {
  readonly desk: Desk;
  readonly audience: Audience;
  readonly house: House;
  readonly sessions: Sessions;
  /** Addresses a phone can be pointed at, the best first. */
  readonly urls: () => readonly string[];
  /** A clock that never steps, ms. */
  readonly nowMs: () => number;
}

type AccessCommand =
  | 'ask_to_join'
  | 'claim_engineer'
  | 'redeem_invite'
  | 'make_invite'
  | 'get_access'
  | 'answer_join'
  | 'set_phone'
  | 'revoke_phone'
  | 'set_join_rule';

export function accessRows(options: AccessRowsOptions): RowsFor<AccessCommand> {
  const { desk, audience, house, sessions, urls, nowMs } = options;
  /** Who made an invite hears that it was used, on the connection it was made on. */
  const makers = new Map<string, Phone>();

  /** A phone that changes what it may do itself says hello again, and is not closed for it before its answer has come. */
  async function changingItself(
    phone: Phone,
    who: Identity,
    change: () => Promise<string | null>,
  ): Promise<CommandAnswer<'redeem_invite'>> {
    phone.isChangingAccess = true;
    try {
      const clientId = (await change()) ?? sessions.whose(who.secretHash) ?? who.clientId;
      return { client_id: clientId, role: sessions.of({ clientId, secretHash: who.secretHash }).role };
    } finally {
      phone.isChangingAccess = false;
      phone.session &&= sessions.as(who.clientId, who.secretHash);
    }
  }

  function tellMaker(invite: string, who: Identity): void {
    const maker = makers.get(invite);
    if (maker?.identity === undefined || !audience.has(maker)) return;
    const body = { invite, phone_name: who.phoneName, name: who.name };
    audience.showPhone(maker.identity.secretHash, new Broadcast('invite_used', body));
  }

  return {
    ask_to_join({ phone, who, body }) {
      const { secretHash, phoneName } = who;
      if (sessions.of(who).role !== 'guest')
        throw new Refusal('invalid', 'type', 'ask_to_join: this phone has been let in already');
      const asking = { secretHash, phoneName, name: body.name, address: phone.address };
      const { digits, beganMs } = house.ask(asking);
      return { digits, waits_s: Math.ceil((beganMs + REQUEST_MS - nowMs()) / 1000) };
    },
    claim_engineer({ phone, who, body: { code } }) {
      if (code === undefined && !phone.from.isLocal)
        throw new Refusal('invalid', 'code', 'code: is needed, but on the mixer’s own computer');
      const guesser = {
        secretHash: who.secretHash,
        address: phone.address,
        isLetIn: phone.from.isLocal || house.wasLetIn(who.secretHash),
      };
      return changingItself(phone, who, async () => {
        await house.claimEngineer(who, guesser, code);
        return null;
      });
    },
    redeem_invite: ({ phone, who, body }) =>
      changingItself(phone, who, async () => {
        const { id, clientId } = await house.redeem(body.token, who);
        tellMaker(id, who);
        return clientId;
      }),
    async make_invite({ phone, who, target, body }) {
      const { role, target_client_id = null, uses = 1, until } = body;
      requireOwnPhone(sessions.of(who).role, body, target === who.clientId);
      const clientId = sessions.of(who).role === 'engineer' ? target_client_id : target;
      const token = await house.invite({ role, clientId, uses, until }, who);
      const invite = hashOf(token);
      makers.set(invite, phone);
      for (const [id, maker] of makers) if (!audience.has(maker)) makers.delete(id);
      const url = `${urls()[0] ?? ''}#join=${token}`;
      return { invite, url, qr: qrOf(url), token, uses, until: desk.world.value('invite', invite).until };
    },
    get_access({ phone, who }) {
      audience.subscribe(phone, 'access');
      return stateOf(options, who);
    },
    async answer_join({ body: { request, let_in, role = 'musician', client_id }, who }) {
      const asked = let_in ? await house.letIn(request, role, client_id, who) : house.decline(request);
      audience.showPhone(asked.secretHash, new Broadcast('join_answer', { let_in }));
      return {};
    },
    async set_phone({ body: { phone, ...change }, who }) {
      await house.changePhone(phone, change, who);
      return {};
    },
    async revoke_phone({ body, who }) {
      await house.revoke(body.phone, who);
      return {};
    },
    async set_join_rule({ body: { join }, who }) {
      await house.setRule(join, who);
      return { join };
    },
  };
}

/** A musician invites further phones of their own, one at a time. */
function requireOwnPhone(
  asker: string,
  { role, uses = 1, until }: CommandBody<'make_invite'>,
  isOwn: boolean,
): void {
  if (asker === 'engineer' || (isOwn && role === 'musician' && uses === 1 && until === undefined)) return;
  throw new Refusal(
    'not_permitted',
    'role',
    'make_invite: a musician may invite one further phone of their own at a time',
  );
}

function stateOf({ desk, audience, house, nowMs }: AccessRowsOptions, who: Asked<'get_access'>['who']) {
  const connected = new Set<string>();
  for (const { identity } of audience.phones()) if (identity) connected.add(identity.secretHash);
  const phones = [...desk.world.all('phone')]
    .filter(([, { value }]) => !value.revoked)
    .map(([phone, { value }]) => ({
      phone,
      name: value.name,
      role: value.role ?? ('musician' as const),
      musicians: value.speaks_for.map((id) => musicianOf(desk, id)),
      connected: connected.has(phone),
      made_at: value.claimed_at,
      seen_at: value.seen_at,
      is_mine: phone === who.secretHash,
    }))
    .sort((a, b) => Number(b.connected) - Number(a.connected) || b.seen_at - a.seen_at)
    .slice(0, LISTED_MAX);
  const invites = [...house.invites.all()].map(([invite, { role, client_id, uses_left, until }]) => ({
    invite,
    role,
    client_id,
    uses_left,
    until,
  }));
  const asking = house.requests.all().map((request) => askingOf(desk, request, nowMs()));
  return {
    join: house.rule,
    is_fixed: house.isRuleFixed,
    phones,
    asking,
    invites,
  } satisfies CommandAnswer<'get_access'>;
}

const qrOf = (url: string): string[] =>
  encode(url, { border: 0 }).data.map((row) => row.map((isDark) => (isDark ? '#' : ' ')).join(''));

const musicianOf = (desk: Desk, client_id: string) => {
  const client = desk.find(client_id);
  return { client_id, name: client === undefined ? client_id : displayName(client) };
};

function askingOf(desk: Desk, pending: PendingRequest, nowMs: number) {
  const { request, name, phoneName, address, digits, beganMs } = pending;
  const called = name.toLocaleLowerCase();
  const maybe = [...desk.clients()]
    .filter((client) => client.name?.toLocaleLowerCase() === called)
    .map(({ id }) => musicianOf(desk, id));
  return {
    request,
    name,
    phone_name: phoneName,
    address,
    digits,
    waited_s: Math.round((nowMs - beganMs) / 1000),
    maybe,
  };
}
