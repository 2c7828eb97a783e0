/** What is asked about who may come in, and who may do what (SPEC A). */
import * as v from 'valibot';
import { accessState } from './access-events.ts';
import {
  clientId,
  clientName,
  engineerCode,
  flag,
  givenRole,
  inviteToken,
  joinRule,
  phoneId,
  phoneName,
  revision,
  role,
  timestamp,
} from './fields.ts';
import { INVITE_USES_MAX } from './units.ts';

/** How one joins (SPEC A2). */
export type JoinRule = v.InferOutput<typeof joinRule>;
/** What a phone can be given: see `Role`. */
export type GivenRole = v.InferOutput<typeof givenRole>;

const uses = v.pipe(
  v.number('must be a number'),
  v.integer('must be a whole number'),
  v.minValue(1, 'must be at least 1'),
  v.maxValue(INVITE_USES_MAX, `must be at most ${INVITE_USES_MAX}`),
);

/** What somebody who was let in is now. */
const letIn = v.strictObject({ client_id: clientId, role });

/** The access as it is after the change. */
const done = v.strictObject({});

export const accessCommands = {
  ask_to_join: {
    about:
      'A guest asks to come in, and waits: the engineer sees the name, the phone, where it is and the six digits. The event ' +
      '`join_answer` tells what became of it. Asked again by the same phone, the digits are the same.',
    body: v.strictObject({ name: clientName }),
    answer: v.strictObject({ digits: v.string(), waits_s: v.number() }),
    by: 'anyone',
    keeping: 'query',
    example: { name: 'Leo' },
  },
  claim_engineer: {
    about:
      'This phone becomes an engineer’s: by the engineer code, or without one on the mixer’s own computer. A wrong code is counted ' +
      'for the phone and its address.',
    body: v.strictObject({ code: v.optional(engineerCode) }),
    answer: letIn,
    by: 'anyone',
    keeping: 'kept',
    example: { code: 'K7QM-2XHD-9RTA-5BWE' },
  },
  redeem_invite: {
    about:
      'Comes in by an invite, whose token was in the fragment of a link. Of two that are quick, one is let in.',
    body: v.strictObject({ token: inviteToken, name: v.optional(clientName) }),
    answer: letIn,
    by: 'anyone',
    keeping: 'kept',
    example: { token: 'Zm9sZGJhY2stZXhhbXBsZS10b2tlbi0x', name: 'Leo' },
  },
  make_invite: {
    about:
      'An invite to show as a QR code: good once for ten minutes, or `uses` times `until` a moment (ms since 1970) for a crowd. A ' +
      'musician may invite their own further phones.',
    body: v.strictObject({
      role: givenRole,
      /** Whose phone it becomes; a new musician when absent. */
      target_client_id: v.optional(clientId),
      uses: v.optional(uses),
      until: v.optional(timestamp),
    }),
    answer: v.strictObject({
      invite: v.string(),
      /** What the QR code says: the token is in its fragment, which no log gets to see. */
      url: v.string(),
      /** The code itself, row by row: # is dark. Whoever prints it leaves a light border of four around it. */
      qr: v.array(v.string()),
      token: inviteToken,
      uses,
      until: timestamp,
    }),
    by: 'owner',
    keeping: 'kept',
    example: { role: 'musician', target_client_id: 'drummer' },
  },
  get_access: {
    about:
      'The phones, who asks to come in, the invites and the rule; the event `access` tells when it is another.',
    body: v.strictObject({}),
    answer: accessState,
    by: 'engineer',
    keeping: 'query',
    example: {},
  },
  answer_join: {
    about:
      'Lets in who asks, or declines. `client_id` says as whom: somebody who is known, or a new musician when absent. `role` is ' +
      'musician when absent.',
    body: v.strictObject({
      request: v.string('must be the id of a request'),
      let_in: flag,
      role: v.optional(givenRole),
      client_id: v.optional(clientId),
    }),
    answer: done,
    by: 'engineer',
    keeping: 'kept',
    example: { request: 'r1', let_in: true, client_id: 'drummer' },
  },
  set_phone: {
    about: 'What a phone is called, what it may do, and whose it is. Binds its open connections at once.',
    body: v.strictObject({
      phone: phoneId,
      name: v.optional(phoneName),
      role: v.optional(givenRole),
      client_id: v.optional(clientId),
    }),
    answer: done,
    by: 'engineer',
    keeping: 'kept',
    example: { phone: 'mXSQ3TEV6KbyyxDDW7rYyr9rQMaRGw8MDuH5YLtCF4U', role: 'viewer' },
  },
  revoke_phone: {
    about:
      'A phone is nobody’s any more: its connections are closed, and it may ask to come in like anybody.',
    body: v.strictObject({ phone: phoneId }),
    answer: done,
    by: 'engineer',
    keeping: 'kept',
    example: { phone: 'mXSQ3TEV6KbyyxDDW7rYyr9rQMaRGw8MDuH5YLtCF4U' },
  },
  set_join_rule: {
    about:
      'How one joins: `band` (whoever is on the network may come in as a new musician), `approve` (newcomers ask), `invite` (by QR code ' +
      'or link only), `open` (everybody is an engineer).',
    body: v.strictObject({ join: joinRule }),
    answer: v.strictObject({ join: joinRule }),
    by: 'engineer',
    keeping: 'kept',
    example: { join: 'approve' },
  },
  share_mix: {
    about: 'Whether other musicians may look at this mix.',
    body: v.strictObject({ shared: flag, target_client_id: v.optional(clientId) }),
    answer: v.strictObject({ client_id: clientId, revision, shared: flag }),
    by: 'owner',
    keeping: 'kept',
    example: { shared: true },
  },
} as const;
