/** Who I am to the server: what this phone says when it comes, and what it is told in return. Knows no socket. */
import {
  type CommandAnswer,
  type CommandBody,
  type JoinRule,
  PROTOCOL_VERSION,
  type Role,
} from '@foldback/protocol';
import type { Memory } from '../boot/memory.ts';

export type FreeName = NonNullable<CommandAnswer<'hello'>['free_names']>[number];

export interface Me {
  readonly name: string;
  readonly clientId: string | undefined;
  /** What this phone may do; undefined before the server has said. */
  readonly role: Role | undefined;
  /** How one joins here; undefined before the server has said. */
  readonly join: JoinRule | undefined;
  /** Another phone speaks for this musician, and this one cannot show that it may (SPEC A1). */
  readonly shutOut: boolean;
  /** The server speaks another version of the protocol: this page can only be loaded again. */
  readonly outdated: boolean;
  /** Nobody knows yet whose phone this is, neither it nor the server: who it may be. Undefined once it is somebody's. */
  readonly mayBe: readonly FreeName[] | undefined;
}

export class Session {
  readonly #memory: Memory;
  #name: string;
  #clientId: string | undefined;
  #role: Role | undefined;
  #join: JoinRule | undefined;
  #shutOut = false;
  #outdated = false;
  #mayBe: readonly FreeName[] | undefined;

  constructor(memory: Memory) {
    this.#memory = memory;
    this.#name = memory.get('name') ?? '';
    this.#clientId = memory.get('client_id');
  }

  get me(): Me {
    return {
      name: this.#name,
      clientId: this.#clientId,
      role: this.#role,
      join: this.#join,
      shutOut: this.#shutOut,
      outdated: this.#outdated,
      mayBe: this.#mayBe,
    };
  }

  /** Whether this phone knows whose it is. Where it has forgotten, the server may know by its cookie. */
  get isSomebodys(): boolean {
    return this.#clientId !== undefined || this.#name !== '';
  }

  /** What this phone says when it comes. */
  get hello(): CommandBody<'hello'> {
    const secret = this.#memory.get('device_secret');
    return {
      protocol: PROTOCOL_VERSION,
      ...(this.#clientId !== undefined && { client_id: this.#clientId }),
      ...(this.#name !== '' && { name: this.#name }),
      ...(secret !== undefined && { device_secret: secret }),
    };
  }

  /** @returns whether the two understand each other */
  speaks(protocol: number): boolean {
    this.#outdated = protocol !== PROTOCOL_VERSION;
    return !this.#outdated;
  }

  welcome(answer: CommandAnswer<'hello'>): void {
    if (answer.device_secret !== undefined) this.#memory.set('device_secret', answer.device_secret);
    this.#role = answer.role;
    this.#join = answer.join;
    // Nobody yet: what it says of itself stays as it was said.
    if (answer.role === 'guest') return;
    this.#mayBe = this.isSomebodys || answer.is_known ? undefined : (answer.free_names ?? []);
    if (this.#mayBe !== undefined) return;
    this.#remember(answer.client_id);
    if (answer.name !== '') this.rename(answer.name);
  }

  /** How one joins is another. */
  ruleBecomes(join: JoinRule): void {
    this.#join = join;
  }

  /** The server has said whose phone this is; under which name, it says next. */
  isOf(clientId: string): void {
    this.#remember(clientId);
  }

  /** A musician who was here before says so. */
  become({ client_id, name }: FreeName): void {
    this.#remember(client_id);
    this.rename(name);
  }

  rename(name: string): void {
    this.#mayBe = undefined;
    this.#name = name;
    this.#memory.set('name', name);
  }

  #remember(clientId: string): void {
    this.#clientId = clientId;
    this.#memory.set('client_id', clientId);
  }

  shutMeOut(): void {
    this.#shutOut = true;
  }

  /** As somebody new. */
  startAnew(): void {
    this.#shutOut = false;
    this.#clientId = undefined;
    this.#memory.forget('client_id');
  }
}
