/** Requests by which somebody comes in: who I am, and my mix. */
import { randomUUID } from 'node:crypto';
import {
  PROTOCOL_VERSION,
  Refusal,
  shownText,
  type CommandAnswer,
  type CommandBody,
  type InterfaceSummary,
  type Notice,
} from '@foldback/protocol';
import { hashOf, newSecret } from '../../access/secrets.ts';
import type { OutputShares } from '../../access/output-shares.ts';
import type { Sessions } from '../../access/sessions.ts';
import type { OlderClient } from '../../desk/arrivals.ts';
import { displayName, type Client } from '../../desk/client.ts';
import type { Desk } from '../../desk/desk.ts';
import { listed } from '../../desk/listed.ts';
import type { SavedActs } from '../../desk/saved-acts.ts';
import type { Clock } from '../../store/clock.ts';
import type { Audience } from '../audience.ts';
import type { Phone } from '../phone.ts';
import { recordsForEverybody, watchedOf } from '../wire-records.ts';
import type { Answered, Asked } from './row.ts';

export interface JoiningOptions {
  readonly desk: Desk;
  readonly audience: Audience;
  readonly acts: SavedActs;
  readonly sessions: Sessions;
  readonly outputShares: OutputShares;
  readonly audioInterface: () => InterfaceSummary;
  /** What still holds of what everybody was told. */
  readonly notices: () => Notice[];
  readonly version: string;
  readonly clock: Clock;
  readonly onArrival: (arrival: Arrival) => void;
  /** Something a person should know, for the log. */
  readonly warn: (message: string) => void;
}

/** Who came, and what was there for them: for the log. */
export interface Arrival {
  readonly client: Client;
  readonly restoredFrom: CommandAnswer<'subscribe'>['restored_from'];
}

/** A musician who has just come waits no longer than this for the disk; what it finds later is brought back. */
export const PATIENCE_MS = 1000;

type FreeName = NonNullable<CommandAnswer<'hello'>['free_names']>[number];

/** More are no help on a phone, and a big house is not searched for each newcomer. */
const FREE_NAMES_MAX = 24;
const LOOKED_AT_MAX = 2_000;

export const spokenFor = (clientId: string): Refusal =>
  new Refusal(
    'not_permitted',
    'client_id',
    `client_id: another phone speaks for ${JSON.stringify(clientId)}, and this one does not hold its secret`,
  );

export class Joining {
  readonly #options: JoiningOptions;

  constructor(options: JoiningOptions) {
    this.#options = options;
  }

  hello(phone: Phone, body: CommandBody<'hello'>): CommandAnswer<'hello'> {
    if (phone.identity)
      throw new Refusal('invalid', 'type', 'hello: this connection has said who it is already');
    const { desk, audioInterface, notices, sessions, version } = this.#options;
    const shown = body.device_secret ?? phone.cookieSecret;
    const secret = shown ?? newSecret();
    const secretHash = hashOf(secret);
    const isNameless = [body.client_id, body.name, body.device_name].every((each) => each === undefined);
    const clientId = body.client_id ?? (isNameless ? this.#whoHolds(secretHash) : undefined) ?? randomUUID();
    const { role, speaks } = sessions.of({ clientId, secretHash });
    if (!speaks) throw spokenFor(clientId);
    const known = desk.find(clientId);
    const name = shownText(known?.name ?? '') || body.name || body.device_name || null;
    phone.identity = { kind: 'person', clientId, name: displayName({ id: clientId, name }), secretHash };
    return {
      client_id: clientId,
      name: name ?? '',
      is_known: known !== undefined,
      ...(isNameless && known === undefined ? { free_names: this.#freeNames() } : {}),
      ...(shown === undefined ? { device_secret: secret } : {}),
      protocol: PROTOCOL_VERSION,
      server_version: version,
      role,
      interface: audioInterface(),
      records: recordsForEverybody(desk),
      notices: notices(),
    };
  }

  /** Of those a phone speaks for, the one who was here last. */
  #whoHolds(secretHash: string): string | undefined {
    const { desk } = this.#options;
    const { speaks_for } = desk.world.value('phone', secretHash);
    const known = speaks_for.map((id) => desk.find(id)).filter((client) => client !== undefined);
    return known.toSorted((one, other) => other.seen_at - one.seen_at)[0]?.id;
  }

  /** Who may be taken for oneself by a phone that has been somebody's at another address of the mixer. */
  #freeNames(): FreeName[] {
    const { desk, sessions } = this.#options;
    const free: FreeName[] = [];
    let looked = 0;
    for (const { id, name } of listed(desk.world)) {
      if (++looked > LOOKED_AT_MAX || free.length === FREE_NAMES_MAX) break;
      if (name !== null && !desk.isConnected(id) && sessions.isFree(id)) free.push({ client_id: id, name });
    }
    return free;
  }

  subscribe(asked: Asked<'subscribe'>): Answered<'subscribe'> {
    const { desk, sessions } = this.#options;
    const { phone, who } = asked;
    sessions.claim(who);
    if (!sessions.of(who).speaks) throw spokenFor(who.clientId);
    if (desk.find(who.clientId) && !desk.isUntouched(`mix/${who.clientId}`))
      return this.#subscribeKnown(asked, 'store');
    const admitted = this.#admit(asked).finally(() => {
      phone.admission = undefined;
    });
    phone.admission = admitted.catch(() => undefined);
    return admitted;
  }

  /** Lets in somebody nobody knew, with what is left of them from before; or looks again for whoever began without it. */
  async #admit(asked: Asked<'subscribe'>): Promise<CommandAnswer<'subscribe'>> {
    const { desk, outputShares } = this.#options;
    const { clientId, name } = asked.who;
    const older = await this.#older(clientId);
    const isHere = desk.find(clientId) !== undefined; // another phone of the same musician may have been quicker
    if (!isHere) {
      const mayGetOutput = outputShares.claim(asked.phone.address, clientId);
      desk.admit(clientId, name === clientId ? null : name, older, mayGetOutput);
    } else if (older) desk.bringBack(clientId, older);
    return this.#subscribeKnown(asked, older?.from ?? (isHere ? 'store' : 'defaults'));
  }

  /** A disk that hangs or fails keeps nobody from playing. */
  #older(clientId: string): Promise<OlderClient | undefined> {
    const { desk, acts, clock, warn } = this.#options;
    const { promise, resolve } = Promise.withResolvers<OlderClient | undefined>();
    let isLate = false;
    const goOn = (why: string) => {
      isLate = true;
      warn(`${clientId} begins with an empty mix: ${why}`);
      resolve(undefined);
    };
    const callOff = clock.after(PATIENCE_MS, () =>
      goOn('the disk does not say whether there is an older one; if there is, it is brought back later'),
    );
    acts.older(clientId).then(
      (older) => {
        callOff();
        if (isLate && older) desk.bringBack(clientId, older);
        resolve(older);
      },
      (error: unknown) => {
        callOff();
        if (!isLate) goOn(`an older one cannot be looked for (${String(error)})`);
      },
    );
    return promise;
  }

  #subscribeKnown(
    { phone, who, body }: Asked<'subscribe'>,
    restoredFrom: Arrival['restoredFrom'],
  ): CommandAnswer<'subscribe'> {
    const { desk, audience, outputShares, onArrival } = this.#options;
    const client = desk.update(who.clientId, body, who);
    if (audience.has(phone)) audience.subscribe(phone, `mix/${client.id}`);
    if (audience.has(phone) && !phone.isPresent) {
      phone.isPresent = true;
      desk.arrive(client.id, outputShares.claim(phone.address, client.id));
      onArrival({ client, restoredFrom });
    }
    return { ...watchedOf(desk, client.id), restored_from: restoredFrom };
  }
}
