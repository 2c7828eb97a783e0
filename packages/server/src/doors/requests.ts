/** The table of requests: what answers each command. Both doors ask here; a command without a row does not compile (SPEC C1). */
import { commands, Refusal, type CheckedCommand, type CommandType } from '@foldback/protocol';
import { authorize } from '../access/permissions.ts';
import type { Client } from '../desk/client.ts';
import type { ClientLists } from './client-list.ts';
import type { Identity, Phone } from './phone.ts';
import { Joining, spokenFor, type JoiningOptions } from './rows/joining.ts';
import { outputRow } from './rows/output.ts';
import { recordRows } from './rows/records.ts';
import { savedRows } from './rows/saved.ts';
import { soundRows, type SoundRowsOptions } from './rows/sound.ts';
import type { Asked, RowsFor } from './rows/row.ts';
import { watchingRows } from './rows/watching.ts';

type Rows = RowsFor<Exclude<CommandType, 'hello'>>;

export interface RequestsOptions extends JoiningOptions, SoundRowsOptions {
  readonly clientLists: Pick<ClientLists, 'newest'>;
  /** The last phone of a musician has gone. */
  readonly onDeparture: (client: Client) => void;
}

export class Requests {
  readonly #options: RequestsOptions;
  readonly #joining: Joining;
  readonly #rows: Rows;

  constructor(options: RequestsOptions) {
    this.#options = options;
    const { desk, audience, acts, clientLists } = options;
    this.#joining = new Joining(options);
    this.#rows = {
      subscribe: (asked) => this.#joining.subscribe(asked),
      ...recordRows(desk),
      ...outputRow(options),
      ...watchingRows(desk, audience, clientLists),
      ...savedRows(desk, acts),
      ...soundRows(options),
    };
  }

  /**
   * Answers a checked command of a phone. Live changes and questions are answered synchronously.
   * @throws Refusal
   */
  answer(phone: Phone, command: CheckedCommand): unknown {
    if (command.type === 'hello') return this.#joining.hello(phone, command.body);
    const who = phone.identity;
    if (!who) throw new Refusal('not_ready', 'type', `${command.type}: say hello first`, command.id);
    // What a musician sends right behind their first subscribe is about the mix that is still being looked for.
    return phone.admission
      ? phone.admission.then(() => this.#answerNow(phone, who, command))
      : this.#answerNow(phone, who, command);
  }

  /** The phone has gone. */
  goodbye(phone: Phone): void {
    const { audience, desk, onDeparture } = this.#options;
    audience.leave(phone);
    if (!phone.isPresent || !phone.identity) return;
    const { clientId } = phone.identity;
    const client = desk.find(clientId);
    desk.leave(clientId);
    if (client && !desk.isConnected(clientId)) onDeparture(client);
  }

  /** What a phone may do is asked for each command anew: another may have made the musician its own since it said hello. */
  #answerNow(phone: Phone, who: Identity, command: CheckedCommand): unknown {
    const { desk, sessions } = this.#options;
    const session = sessions.of(who);
    const target = authorize(command, session);
    if (commands[command.type].by === 'owner') {
      if (!session.speaks) throw spokenFor(who.clientId);
      // A mix that is there and nobody's yet becomes that of the first phone that changes it.
      if (desk.find(who.clientId)) sessions.claim(who);
    }
    return this.#answerRow(command.type as keyof Rows, phone, who, target, command);
  }

  #answerRow<T extends keyof Rows>(
    type: T,
    phone: Phone,
    who: Identity,
    target: string | undefined,
    { body, gesture }: CheckedCommand,
  ): unknown {
    // checkCommand has paired the body with its type, authorize the target; a lookup by a union of keys hides that.
    return this.#rows[type]({ phone, who, target, body, gesture } as Asked<T>);
  }
}
