/** How a phone comes in that nobody has let in yet: it asks and waits, or shows an invite or the engineer code. */
import type { CommandAnswer, CommandBody, CommandType, ErrorBody, JoinRule } from '@foldback/protocol';
import type { Invite } from '../boot/invite.ts';

/** What a guest sees. */
export interface GuestView {
  /** What this mixer is called. */
  readonly mixer: string;
  readonly join: JoinRule;
  /** To be told to the engineer while this phone waits; undefined when it has not asked. */
  readonly digits: string | undefined;
  readonly declined: boolean;
  /** Why the newest try was refused. */
  readonly error: ErrorBody | undefined;
}

export interface AdmissionOptions {
  readonly request: <T extends CommandType>(type: T, body: CommandBody<T>) => Promise<CommandAnswer<T>>;
  /** Somebody says who they are. */
  readonly named: (name: string) => void;
  /** Whose phone this is now. */
  readonly isOf: (clientId: string) => void;
  /** What this phone may do has changed: it says hello anew. */
  readonly comeBack: () => void;
  readonly changed: () => void;
}

export class Admission {
  readonly #options: AdmissionOptions;
  /** Of the link by which this page was opened; tried once, and kept nowhere. */
  #invite: Invite;
  #guest: GuestView | undefined;
  /** The name it asks with, also after the connection was lost. */
  #askedAs: string | undefined;

  constructor(options: AdmissionOptions, invite: Invite = {}) {
    this.#options = options;
    this.#invite = invite;
  }

  /** Undefined for whoever was let in. */
  get guest(): GuestView | undefined {
    return this.#guest;
  }

  welcome({ role, mixer, join }: CommandAnswer<'hello'>): void {
    const { digits, declined = false, error } = this.#guest ?? {};
    this.#guest = role === 'guest' ? { mixer, join, digits, declined, error } : undefined;
    const { token, code } = this.#invite;
    this.#invite = {};
    if (token !== undefined) this.#redeem(token);
    else if (code !== undefined) this.claimEngineer(code);
    else if (this.#guest !== undefined && this.#askedAs !== undefined) this.ask(this.#askedAs);
  }

  /** Whoever lets people in sees the name, and the digits that come back. */
  ask(name: string): void {
    this.#askedAs = name;
    this.#options.named(name);
    this.#try(this.#options.request('ask_to_join', { name }), ({ digits }) =>
      this.#set({ digits, declined: false, error: undefined }),
    );
  }

  /** @param code undefined on the mixer's own computer. Rejects with an ErrorBody */
  async claim(code?: string): Promise<void> {
    await this.#options.request('claim_engineer', { code });
    this.#options.comeBack();
  }

  claimEngineer(code?: string): void {
    this.#try(this.claim(code), () => undefined);
  }

  answered(isLetIn: boolean): void {
    this.#askedAs = undefined;
    if (isLetIn) this.#options.comeBack();
    else this.#set({ digits: undefined, declined: true });
  }

  #redeem(token: string): void {
    this.#try(this.#options.request('redeem_invite', { token }), ({ client_id }) => {
      this.#options.isOf(client_id);
      this.#options.comeBack();
    });
  }

  #try<Answer>(asked: Promise<Answer>, onOk: (answer: Answer) => void): void {
    asked.then(onOk, (error: ErrorBody) => this.#set({ error }));
  }

  #set(part: Partial<GuestView>): void {
    if (this.#guest === undefined) return;
    this.#guest = { ...this.#guest, ...part };
    this.#options.changed();
  }
}
