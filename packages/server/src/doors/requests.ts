/** One row per command: what answers it. Both doors ask here; a command without a row does not compile (SPEC C1). */
import { EngineError } from '@foldback/engine-native/engine-error';
import { randomUUID } from 'node:crypto';
import {
  PROTOCOL_VERSION,
  Refusal,
  commands,
  gainOf,
  panOf,
  type CheckedCommand,
  type ClientList,
  type CommandAnswer,
  type CommandBody,
  type CommandType,
  type DeviceSummary,
  type Notice,
} from '@foldback/protocol';
import { newSecret, type Devices } from '../access/devices.ts';
import { authorize, type EverybodyCommand } from '../access/permissions.ts';
import { wireMarks } from '../desk/changes.ts';
import type { Client } from '../desk/client.ts';
import type { Desk } from '../desk/desk.ts';
import type { EditCommand } from '../desk/edits.ts';
import type { Clock } from '../store/clock.ts';
import type { OlderClient, StateStore } from '../store/state-store.ts';
import { mixStateOf, type Audience } from './audience.ts';
import type { Recordings } from '../recordings.ts';
import type { Identity, Phone } from './phone.ts';
import { SavedMixes, type MadeAnswer } from './saved-mixes.ts';

/** A phone that has said who it is, and the command it sent. */
interface Asked<T extends CommandType> {
  readonly phone: Phone;
  readonly who: Identity;
  /** The client the command is about, as it was allowed; undefined for everybody. */
  readonly target: T extends EverybodyCommand ? string | undefined : string;
  readonly body: CommandBody<T>;
}

type Answered<T extends CommandType> = CommandAnswer<T> | Promise<CommandAnswer<T> | MadeAnswer>;
type Rows = { readonly [T in Exclude<CommandType, 'hello'>]: (asked: Asked<T>) => Answered<T> };

export interface RequestsOptions {
  readonly desk: Desk;
  readonly audience: Audience;
  readonly store: StateStore;
  readonly device: () => DeviceSummary;
  /** Plays on a device that was offered. @throws EngineError when it is not, or does not open */
  readonly useDevice: (name: string) => Promise<DeviceSummary>;
  /** What still holds of what everybody was told. */
  readonly notices: () => Notice[];
  readonly recordings: Pick<Recordings, 'set' | 'state'>;
  readonly stats: () => Promise<CommandAnswer<'get_server_stats'>>;
  readonly version: string;
  readonly clock: Clock;
  /** Which device may speak for whom; undefined when everybody may change every mix anyway. */
  readonly devices: Devices | undefined;
  readonly onArrival: (arrival: Arrival) => void;
  /** The last phone of a musician has gone. */
  readonly onDeparture: (client: Client) => void;
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

/** A house where thousands have played does not list them all to everybody at every arrival. */
const LISTED_FOR_MS = 30 * 24 * 3600 * 1000;

/** Whoever is here, has an output, or was here lately. @param now ms since 1970 */
export function clientListOf(desk: Desk, now: number): ClientList {
  const isListed = (client: Client) =>
    client.output !== null || desk.isConnected(client.id) || now - client.seen_at < LISTED_FOR_MS;
  const listed = [...desk.listed()].filter(isListed);
  const clients = listed.map((client) => ({
    client_id: client.id,
    name: displayName(client),
    connected: desk.isConnected(client.id),
    output: client.output,
    channels: [...client.mix.channels],
    mutes: { ...client.mix.mutes },
    last_seen: client.seen_at,
  }));
  return { clients, order: [...desk.order], count: clients.length };
}

export const displayName = (client: Client): string => client.name ?? client.id;

export class Requests {
  readonly #options: RequestsOptions;
  readonly #rows: Rows;

  constructor(options: RequestsOptions) {
    this.#options = options;
    this.#rows = this.#buildRows(options);
  }

  /**
   * Answers a checked command of a phone. Live changes and questions are answered synchronously.
   * @throws Refusal
   */
  answer(phone: Phone, command: CheckedCommand): unknown {
    if (command.type === 'hello') return this.#hello(phone, command.body);
    const who = phone.identity;
    if (!who) throw new Refusal('not_ready', 'type', `${command.type}: say hello first`, command.id);
    const target = authorize(command, who);
    const answer = () => {
      if (commands[command.type].by === 'owner') this.#requireSpeaker(phone, who);
      return this.#answerRow(command.type, phone, who, target, command.body);
    };
    // What a musician sends right behind their first subscribe is about the mix that is still being looked for.
    return phone.admission ? phone.admission.then(answer) : answer();
  }

  /** The phone has gone. */
  goodbye(phone: Phone): void {
    this.#options.audience.leave(phone);
    if (!phone.isPresent || !phone.identity) return;
    const { desk, onDeparture } = this.#options;
    const { clientId } = phone.identity;
    const client = desk.find(clientId);
    desk.leave(clientId);
    if (client && !desk.isConnected(clientId)) onDeparture(client);
  }

  #answerRow<T extends keyof Rows>(
    type: T,
    phone: Phone,
    who: Identity,
    target: string | undefined,
    body: unknown,
  ): unknown {
    // checkCommand has paired the body with its type, authorize the target; a lookup by a union of keys hides that.
    return this.#rows[type]({ phone, who, target, body } as Asked<T>);
  }

  /**
   * Another device may have made the musician its own since this phone said hello. A mix that is there and nobody's yet
   * becomes that of the first device that changes it. What is found once holds: no device loses a musician.
   */
  #requireSpeaker(phone: Phone, { clientId, secret, role }: Identity): void {
    const { desk, devices } = this.#options;
    if (!devices || role === 'engineer' || phone.isSpeaker) return;
    if (!devices.admits(clientId, secret)) throw spokenFor(clientId);
    if (desk.find(clientId)) phone.isSpeaker = devices.claim(clientId, secret);
  }

  #hello(phone: Phone, body: CommandBody<'hello'>): CommandAnswer<'hello'> {
    if (phone.identity)
      throw new Refusal('invalid', 'type', 'hello: this connection has said who it is already');
    const { desk, device, devices, notices, version } = this.#options;
    const clientId = body.client_id ?? randomUUID();
    const shown = body.device_secret ?? phone.cookieSecret;
    const secret = shown ?? newSecret();
    if (devices && !devices.admits(clientId, secret)) throw spokenFor(clientId);
    const name = desk.find(clientId)?.name ?? body.name ?? body.device_name ?? null;
    const role = devices ? 'musician' : 'engineer';
    phone.identity = { clientId, name: name ?? clientId, role, secret };
    return {
      client_id: clientId,
      name: name ?? '',
      is_known: desk.find(clientId) !== undefined,
      ...(shown === undefined ? { device_secret: secret } : {}),
      protocol: PROTOCOL_VERSION,
      server_version: version,
      role,
      device: device(),
      notices: notices(),
    };
  }

  #subscribe(asked: Asked<'subscribe'>): Answered<'subscribe'> {
    const { desk, devices } = this.#options;
    const { phone, who } = asked;
    if (devices && !devices.claim(who.clientId, who.secret)) throw spokenFor(who.clientId);
    if (desk.find(who.clientId)) return this.#subscribeKnown(asked, 'store');
    const admitted = this.#admit(asked).finally(() => {
      phone.admission = undefined;
    });
    phone.admission = admitted.catch(() => undefined);
    return admitted;
  }

  /** Lets in somebody nobody knew, with what is left of them from before. */
  async #admit(asked: Asked<'subscribe'>): Promise<CommandAnswer<'subscribe'>> {
    const { desk } = this.#options;
    const { clientId, name } = asked.who;
    const older = await this.#older(clientId);
    // Another phone of the same musician may have been quicker.
    if (!desk.find(clientId)) desk.admit(clientId, name === clientId ? null : name, older);
    return this.#subscribeKnown(asked, older?.from ?? 'defaults');
  }

  /** A disk that hangs or fails keeps nobody from playing. */
  #older(clientId: string): Promise<OlderClient | undefined> {
    const { desk, store, clock, warn } = this.#options;
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
    store.older(clientId).then(
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
    const { desk, audience, onArrival } = this.#options;
    const client = desk.update(who.clientId, body, who);
    if (audience.has(phone)) audience.watch(phone, client.id);
    if (audience.has(phone) && !phone.isPresent) {
      phone.isPresent = true;
      desk.arrive(client.id);
      onArrival({ client, restoredFrom });
    }
    return { ...mixStateOf(desk.get(client.id), desk), restored_from: restoredFrom };
  }

  #ping({ body }: { body: CommandBody<'ping'> }): CommandAnswer<'ping'> {
    return { timestamp: body.timestamp, server_timestamp: this.#options.clock.now() };
  }

  #buildRows({ desk, audience, recordings, stats, useDevice }: RequestsOptions): Rows {
    const edit = <T extends Exclude<EditCommand, EverybodyCommand>>(
      type: T,
      { target, body, who }: Asked<T>,
    ): Client => desk.run(type, target, body, who);
    const savedMixes = new SavedMixes(desk);
    const stamp = ({ id, revision }: Client) => ({ client_id: id, revision });

    return {
      subscribe: (asked) => this.#subscribe(asked),
      watch_mix: ({ phone, target }) => {
        const client = desk.get(target);
        audience.watch(phone, client.id);
        return mixStateOf(client, desk);
      },
      unwatch_mix: ({ phone, who, target }) => {
        if (target !== who.clientId) audience.unwatch(phone, target);
        return { client_id: target };
      },
      update_gain: (asked) => {
        const client = edit('update_gain', asked);
        const { channel } = asked.body;
        return { ...stamp(client), channel, gain: gainOf(client.mix, channel) };
      },
      update_pan: (asked) => {
        const client = edit('update_pan', asked);
        const { channel } = asked.body;
        return { ...stamp(client), channel, pan: panOf(client.mix, channel) };
      },
      toggle_mute: (asked) => ({
        ...stamp(edit('toggle_mute', asked)),
        ...only(asked.body, 'channel', 'muted'),
      }),
      toggle_solo: (asked) => ({
        ...stamp(edit('toggle_solo', asked)),
        ...only(asked.body, 'channel', 'soloed'),
      }),
      toggle_channel: (asked) => ({
        ...stamp(edit('toggle_channel', asked)),
        ...only(asked.body, 'channel', 'on'),
      }),
      update_master_gain: (asked) => {
        const client = edit('update_master_gain', asked);
        return { ...stamp(client), master_gain: client.mix.master_gain };
      },
      update_client_mix: (asked) => mixStateOf(edit('update_client_mix', asked), desk),
      mute_all: (asked) => {
        const client = edit('mute_all', asked);
        return { ...stamp(client), muted: client.mute_all };
      },
      set_output: async ({ target, body, who }) => {
        const client = await desk.runKept('set_output', target, body, who);
        return { ...stamp(client), output: client.output };
      },
      set_client_name: async ({ target, body, who }) => {
        const client = await desk.runKept('set_client_name', target, body, who);
        return { ...stamp(client), custom_name: body.custom_name };
      },
      mark_channels: async ({ target, body, who }) => {
        const client = await desk.runKept('mark_channels', target, body, who);
        return { ...stamp(client), marks: wireMarks(client.marks) };
      },
      get_saved_channels_state: ({ target }) =>
        target === undefined ? savedMixes.everybodys() : savedMixes.of(target),
      clear_saved_channels_state: async ({ target }) => {
        if (target !== undefined) {
          desk.get(target);
          await desk.clear([target]);
          return { message: `Cleared the saved mix of ${target}` };
        }
        const count = await desk.clear([...desk.clients()].map(({ id }) => id));
        return { message: `Cleared ${count} saved mixes` };
      },
      get_clients: ({ phone }) => {
        phone.wantsList = true;
        return clientListOf(desk, this.#options.clock.now());
      },
      set_client_order: async ({ body }) => {
        await desk.setOrder(body.order);
        return { order: body.order };
      },
      use_device: async ({ body }) => {
        try {
          return await useDevice(body.device);
        } catch (error) {
          if (!(error instanceof EngineError)) throw error;
          throw new Refusal('device_unavailable', 'device', `device: ${error.message}`);
        }
      },
      watch_meters: ({ phone, body }) => {
        phone.wantsMeters = body.on;
        return { on: body.on };
      },
      set_recording: ({ body }) => recordings.set(body.on),
      get_recording: () => recordings.state(),
      ping: (asked) => this.#ping(asked),
      heartbeat: (asked) => this.#ping(asked),
      get_server_stats: () => stats(),
    };
  }
}

const spokenFor = (clientId: string): Refusal =>
  new Refusal(
    'not_permitted',
    'client_id',
    `client_id: another device speaks for ${JSON.stringify(clientId)}, and this one does not hold its secret`,
  );

/** The named fields of a body: an answer repeats what was stored, not who it was for. */
function only<Body extends object, Key extends keyof Body>(body: Body, ...keys: Key[]): Pick<Body, Key> {
  const picked = {} as Pick<Body, Key>;
  for (const key of keys) picked[key] = body[key];
  return picked;
}
