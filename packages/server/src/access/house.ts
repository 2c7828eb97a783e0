/** Who may come in, and as what: the phones, the invites, the codes and the rule (SPEC A2, A4 to A8). */
import { randomUUID } from 'node:crypto';
import { ACCESS_ID, Refusal, type GivenRole, type JoinRule } from '@foldback/protocol';
import { MIXER, type Author } from '../desk/author.ts';
import type { Desk } from '../desk/desk.ts';
import { requireClient, withFields } from '../desk/steps/step.ts';
import { claimed, knownPhone, letIn, notLess, phoneSeen, revoked } from '../desk/steps/phone.ts';
import { replaced, type Write } from '../desk/write.ts';
import { Attempts, type Guesser } from './attempts.ts';
import { CODES_MAX, codeHash, newCode } from './engineer-code.ts';
import { Invites, INVITES_MAX, newToken, type Clocks, type Invitation } from './invites.ts';
import { JoinRequests, type Asking, type PendingRequest } from './join-requests.ts';
import { hashOf, newSecret } from './secrets.ts';
import type { Revocations } from './revocations.ts';
import type { Credentials } from './sessions.ts';

export interface HouseOptions {
  readonly desk: Desk;
  readonly clocks: Clocks;
  /** The rule by flag or setting; undefined where it is the house's own choice. */
  readonly fixedRule: JoinRule | undefined;
  readonly revocations: Pick<Revocations, 'add' | 'missing'>;
  /** Somebody asks to come in, or no longer does. */
  readonly onAsking: () => void;
}

/** What may be changed of a phone. */
export interface PhoneChange {
  readonly name?: string | undefined;
  readonly role?: GivenRole | undefined;
  readonly client_id?: string | undefined;
}

export class House {
  readonly attempts: Attempts;
  readonly invites: Invites;
  readonly requests: JoinRequests;
  readonly #desk: Desk;
  readonly #clocks: Clocks;
  readonly #fixedRule: JoinRule | undefined;
  readonly #onAsking: () => void;
  readonly #revocations: Pick<Revocations, 'add' | 'missing'>;

  constructor({ desk, clocks, fixedRule, onAsking, revocations }: HouseOptions) {
    this.#desk = desk;
    this.#clocks = clocks;
    this.#fixedRule = fixedRule;
    this.#onAsking = onAsking;
    this.#revocations = revocations;
    this.attempts = new Attempts(desk.world, clocks.nowMs);
    this.invites = new Invites(desk.world, clocks);
    this.requests = new JoinRequests(clocks.nowMs);
  }

  get rule(): JoinRule {
    return this.#fixedRule ?? this.#desk.world.value('access', ACCESS_ID).join ?? 'band';
  }

  get isRuleFixed(): boolean {
    return this.#fixedRule !== undefined;
  }

  /** Whether somebody has let this phone in. One that came in a band by itself is nobody's word for it. */
  wasLetIn(secretHash: string): boolean {
    const { role, revoked: isRevoked } = this.#desk.world.value('phone', secretHash);
    return role !== null && !isRevoked;
  }

  /** A phone speaks for a musician from now on. */
  claim({ secretHash, clientId, phoneName }: Credentials): void {
    const claim = { clientId, name: phoneName, now: this.#clocks.now() };
    this.#live(claimed(this.#desk.world, secretHash, claim));
  }

  /** A phone is here. */
  saw(secretHash: string): void {
    this.#live(phoneSeen(this.#desk.world, secretHash, this.#clocks.now()));
  }

  /** @throws Refusal when too many ask already */
  ask(asking: Asking): PendingRequest {
    if (this.rule === 'invite')
      throw new Refusal('not_permitted', 'type', 'ask_to_join: this mixer lets in by invite only');
    const request = this.requests.ask(asking);
    if (request === undefined)
      throw new Refusal(
        'not_permitted',
        'type',
        'ask_to_join: too many are asking already; try again in some minutes',
      );
    this.#onAsking();
    return request;
  }

  /** Lets in who asks. @param clientId as whom; a new musician when undefined. @throws Refusal */
  async letIn(
    id: string,
    role: GivenRole,
    clientId: string | undefined,
    author: Author,
  ): Promise<PendingRequest> {
    const request = this.#pending(id);
    const { secretHash, phoneName } = request;
    await this.#kept(
      () => this.#admittance(secretHash, { role, clientId: clientId ?? null, name: phoneName }),
      author,
    );
    this.#ended(secretHash);
    return request;
  }

  /** @throws Refusal */
  decline(id: string): PendingRequest {
    const request = this.#pending(id);
    this.#ended(request.secretHash);
    return request;
  }

  /** @param code undefined on the mixer's own computer. @throws Refusal when it is wrong, or too many were */
  async claimEngineer(
    who: Author & Credentials,
    guesser: Guesser & { readonly isLetIn: boolean },
    code?: string,
  ): Promise<void> {
    const admit = () =>
      this.#kept(
        () => this.#admittance(who.secretHash, { role: 'engineer', clientId: null, name: who.phoneName }),
        who,
      );
    if (code === undefined) {
      await admit();
      return;
    }
    const waitS = guesser.isLetIn ? 0 : this.attempts.waitS(guesser);
    if (waitS > 0)
      throw new Refusal(
        'not_permitted',
        'code',
        `code: too many wrong ones; try again in ${Math.ceil(waitS / 60)} minutes`,
      );
    if (this.#codes.includes(codeHash(code))) {
      await admit();
      this.#ended(who.secretHash);
      return;
    }
    if (!guesser.isLetIn) {
      this.tidy(); // what counts no longer makes room
      await this.#kept(() => this.attempts.wrong(guesser), who);
    }
    throw new Refusal('invalid', 'code', 'code: this is not the engineer code of this mixer');
  }

  /** A fresh engineer code, good besides those before it, or in their place. */
  async newEngineerCode(isOnly: boolean): Promise<string> {
    const code = newCode();
    await this.#kept(() => {
      const rules = this.#desk.world.value('access', ACCESS_ID);
      const before = isOnly ? [] : rules.codes.slice(1 - CODES_MAX);
      const salt = rules.salt || newSecret();
      return replaced(this.#desk.world, 'access', ACCESS_ID, {
        ...rules,
        salt,
        codes: [...before, codeHash(code)],
      });
    }, MIXER);
    return code;
  }

  /**
   * What a client made for the older system is known by, which keeps no secret: its id, at its address, in a form that nobody else
   * can make (SPEC A10).
   */
  secretOfOlder(clientId: string, address: string): string | undefined {
    const { salt } = this.#desk.world.value('access', ACCESS_ID);
    return salt === '' ? undefined : hashOf(`${salt} ${clientId} at ${address}`);
  }

  get hasEngineerCode(): boolean {
    return this.#codes.length > 0;
  }

  /** @returns its token, which is kept nowhere. @throws Refusal */
  async invite(invitation: Invitation, author: Author): Promise<string> {
    const token = newToken();
    const { now } = this.#clocks;
    if (invitation.until !== undefined && invitation.until <= now())
      throw new Refusal(
        'invalid',
        'until',
        `until: must be in the future, got ${new Date(invitation.until).toISOString()}`,
      );
    await this.#kept(() => {
      if (invitation.clientId !== null)
        requireClient(this.#desk.world, invitation.clientId, 'target_client_id');
      if ([...this.invites.all()].length >= INVITES_MAX)
        throw new Refusal(
          'not_permitted',
          'type',
          `make_invite: ${INVITES_MAX} invites are good already, and there may be no more`,
        );
      return [...this.invites.over(), ...this.invites.made(token, invitation)];
    }, author);
    return token;
  }

  /** Comes in by an invite. @returns its id, and whose phone it says this is. @throws Refusal when it is used up, over, or none */
  async redeem(token: string, who: Author & Credentials): Promise<{ id: string; clientId: string | null }> {
    const id = hashOf(token);
    let clientId: string | null = null;
    await this.#kept(() => {
      const invite = this.invites.valid(id);
      if (invite === undefined)
        throw new Refusal('invalid', 'token', 'token: this invite is used up or over; ask for another one');
      const { role, client_id } = invite;
      clientId = client_id;
      const phone = this.#desk.world.value('phone', who.secretHash);
      return [
        ...this.invites.used(id),
        ...this.#admittance(who.secretHash, {
          role: notLess(role, phone),
          clientId: client_id,
          name: who.phoneName,
        }),
      ];
    }, who);
    this.#ended(who.secretHash);
    return { id, clientId };
  }

  /** @throws Refusal */
  async changePhone(hash: string, { name, role, client_id }: PhoneChange, author: Author): Promise<void> {
    await this.#kept(() => {
      const { world } = this.#desk;
      const phone = knownPhone(world, hash);
      if (client_id !== undefined) requireClient(world, client_id, 'client_id');
      return replaced(
        world,
        'phone',
        hash,
        withFields(phone, {
          ...(name === undefined ? {} : { name }),
          ...(role === undefined ? {} : { role }),
          ...(client_id === undefined ? {} : { speaks_for: [client_id] }),
        }),
      );
    }, author);
  }

  /** @throws Refusal */
  async revoke(hash: string, author: Author): Promise<void> {
    await this.#kept(() => revoked(this.#desk.world, hash), author);
    await this.#revocations.add(hash, this.#clocks.now());
  }

  /** @throws Refusal where the settings say the rule */
  async setRule(join: JoinRule, author: Author): Promise<void> {
    if (this.#fixedRule !== undefined)
      throw new Refusal('not_permitted', 'join', `join: the settings of this mixer say ${this.#fixedRule}`);
    await this.#kept(() => {
      const { world } = this.#desk;
      return replaced(world, 'access', ACCESS_ID, withFields(world.value('access', ACCESS_ID), { join }));
    }, author);
  }

  /** After a start: what a store from before has of phones that were taken from the house. @throws the system's error */
  async takeBackRevoked(): Promise<void> {
    this.#live(await this.#revocations.missing(this.#desk.world));
  }

  /** Lets go of what is over: invites, and wrong codes that no longer count. */
  tidy(): void {
    this.#live([...this.invites.over(), ...this.attempts.over()]);
  }

  get #codes(): readonly string[] {
    return this.#desk.world.value('access', ACCESS_ID).codes;
  }

  /** A phone let in as somebody: where nobody is named, a musician is somebody new, or who the phone spoke for before. */
  #admittance(
    secretHash: string,
    {
      role,
      clientId,
      name,
    }: { readonly role: GivenRole; readonly clientId: string | null; readonly name: string },
  ): Write[] {
    const { world } = this.#desk;
    if (clientId !== null) requireClient(world, clientId, 'client_id');
    const { speaks_for } = world.value('phone', secretHash);
    const whose = clientId ?? (role === 'musician' && speaks_for.length === 0 ? randomUUID() : null);
    return letIn(world, secretHash, { role, clientId: whose, name, now: this.#clocks.now() });
  }

  #pending(id: string): PendingRequest {
    const request = this.requests.find(id);
    if (request === undefined)
      throw new Refusal('invalid', 'request', `request: ${JSON.stringify(id)} does not wait any longer`);
    return request;
  }

  #ended(secretHash: string): void {
    this.requests.end(secretHash);
    this.#onAsking();
  }

  async #kept(make: () => readonly Write[], author: Author): Promise<void> {
    await this.#desk.applyKept(make, author, 'command');
  }

  #live(writes: readonly Write[]): void {
    if (writes.length > 0) this.#desk.apply(writes, { author: MIXER, reason: 'claim', durability: 'live' });
  }
}
