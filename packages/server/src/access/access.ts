/** All that decides who may come in, wired to the desk and to those who are connected. */
import type { JoinRule, RecordOf } from '@foldback/protocol';
import type { Logger } from 'pino';
import type { Desk } from '../desk/desk.ts';
import type { ShownChange } from '../desk/world-editor.ts';
import type { Audience } from '../doors/audience.ts';
import { Broadcast } from '../doors/phone.ts';
import { Binding } from './binding.ts';
import { House, type HouseOptions } from './house.ts';
import type { Clocks } from './invites.ts';
import { Sessions } from './sessions.ts';

/** What an engineer's page shows follows so soon; a role that has changed binds in the same time (SPEC A7: 1 s). */
const SOON_MS = 100;

const isShared = (record: ShownChange['after']): boolean =>
  (record as RecordOf<'person'> | undefined)?.value.shared ?? false;

export interface AccessOptions {
  readonly desk: Desk;
  readonly audience: Audience;
  /** By flag or setting; undefined where it is the house's own choice. */
  readonly fixedRule: JoinRule | undefined;
  readonly clocks: Clocks;
  readonly revocations: HouseOptions['revocations'];
  /** Calls later. @returns what calls it off */
  readonly after: (ms: number, work: () => void) => () => void;
}

export class Access {
  readonly house: House;
  readonly sessions: Sessions;
  readonly #binding: Binding;
  readonly #audience: Audience;
  readonly #after: AccessOptions['after'];
  #isTelling = false;
  #toldRule: JoinRule;

  constructor({ desk, audience, fixedRule, clocks, revocations, after }: AccessOptions) {
    this.#audience = audience;
    this.#after = after;
    this.house = new House({ desk, clocks, fixedRule, revocations, onAsking: () => this.#tell() });
    this.sessions = new Sessions(
      desk.world,
      () => this.house.rule,
      (credentials) => this.house.claim(credentials),
    );
    this.#toldRule = this.house.rule;
    this.#binding = new Binding(audience, this.sessions, (work) => after(SOON_MS, work));
  }

  /** A record is another. */
  note({ kind, id, before, after }: Pick<ShownChange, 'kind' | 'id' | 'before' | 'after'>): void {
    if (kind === 'person' && isShared(before) && !isShared(after)) this.#binding.unshared(id);
    if (kind !== 'phone' && kind !== 'access' && kind !== 'invite') return;
    if (kind !== 'invite') this.#binding.check();
    this.#tellRule();
    this.#tell();
  }

  /** After a start. A file that cannot be read is told, and keeps nobody from playing. */
  async begin(log: Logger): Promise<void> {
    try {
      await this.house.takeBackRevoked();
    } catch (error) {
      log.error({ err: error }, 'It cannot be read which phones were taken from the house');
    }
  }

  /** The engineer code of a new install, told once. A disk that refuses it is told, and the next start makes it. */
  async firstCode(log: Logger): Promise<string | undefined> {
    if (this.house.hasEngineerCode) return undefined;
    try {
      return await this.house.newEngineerCode(false);
    } catch (error) {
      log.warn({ err: error }, 'There is no engineer code yet');
      return undefined;
    }
  }

  /** Everybody sees when the house is open. */
  #tellRule(): void {
    const { rule } = this.house;
    if (rule === this.#toldRule) return;
    this.#toldRule = rule;
    this.#audience.showAll(new Broadcast('house', { join: rule }));
  }

  /** Engineers who look at it ask anew. */
  #tell(): void {
    if (this.#isTelling || this.#audience.subscribers('access').size === 0) return;
    this.#isTelling = true;
    this.#after(SOON_MS, () => {
      this.#isTelling = false;
      this.#audience.showTopic('access', new Broadcast('access', {}));
    });
  }
}
