/** Who may come in and do what, as an engineer's page shows it. */
import * as v from 'valibot';
import { clientId, flag, givenRole, joinRule, phoneId, role, timestamp } from './fields.ts';

const musician = v.strictObject({ client_id: clientId, name: v.string() });

/** A phone that was let in. */
export const phoneSummary = v.strictObject({
  phone: phoneId,
  /** Empty when nobody has named it. */
  name: v.string(),
  role,
  /** Whose it is. */
  musicians: v.array(musician),
  connected: flag,
  made_at: timestamp,
  seen_at: timestamp,
  /** Whether it is the one that asks. */
  is_mine: flag,
});
export type PhoneSummary = v.InferOutput<typeof phoneSummary>;

/** Somebody who asks to come in. */
export const joinRequest = v.strictObject({
  request: v.string(),
  name: v.string(),
  /** What kind of phone it says it is. */
  phone_name: v.string(),
  address: v.string(),
  digits: v.string(),
  waited_s: v.number(),
  /** Musicians of that name, whose phone it may be. */
  maybe: v.array(musician),
});
export type JoinRequest = v.InferOutput<typeof joinRequest>;

export const inviteSummary = v.strictObject({
  invite: v.string(),
  role: givenRole,
  client_id: v.nullable(clientId),
  uses_left: v.number(),
  until: timestamp,
});

export const accessState = v.strictObject({
  join: joinRule,
  /** Whether the rule is by flag or setting, and cannot be changed here. */
  is_fixed: flag,
  phones: v.array(phoneSummary),
  asking: v.array(joinRequest),
  invites: v.array(inviteSummary),
});
export type AccessState = v.InferOutput<typeof accessState>;

export const accessEvents = {
  access: {
    about: 'To engineers who asked by `get_access`: who may come in is another, or somebody asks.',
    body: v.strictObject({}),
    example: {},
  },
  house: {
    about:
      'To everybody who was let in: how one joins is another. In an open house everybody is told so on every page.',
    body: v.strictObject({ join: joinRule }),
    example: { join: 'open' },
  },
  join_answer: {
    about:
      'To a guest who asked to come in: what became of it. Who was let in says hello on a new connection.',
    body: v.strictObject({ let_in: flag }),
    example: { let_in: true },
  },
  invite_used: {
    about: 'To whoever made the invite: a phone has come in by it.',
    body: v.strictObject({ invite: v.string(), phone_name: v.string(), name: v.string() }),
    example: { invite: 'i1', phone_name: 'iPhone', name: 'Leo' },
  },
} as const;
