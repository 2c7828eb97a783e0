/**
 * The server's side of the control socket, for tests of the page alone: mixes in memory, revisions, other phones told. It
 * answers and tells only what the protocol allows, and saves at once.
 */
import {
  commands,
  type CommandAnswer,
  type CommandType,
  decodeCommand,
  type InterfaceSummary,
  differenceOf,
  encodeInputMeters,
  encodeMixMeters,
  type ErrorBody,
  type EventBody,
  events,
  type EventType,
  type JsonObject,
  type Notice,
  pairId,
  PROTOCOL_VERSION,
  Refusal,
  type Role,
  type WireRecord,
} from '@foldback/protocol';
import type { Page, WebSocketRoute } from 'playwright-core';
import * as v from 'valibot';
import type { MyMix } from '../../src/mixes/my-mix.ts';
import { ownerOf } from '../../src/mixes/record-store.ts';
import { type Wish, withWish } from '../../src/mixes/wish.ts';
import { mixValue, personValue } from './records.ts';

export interface Received {
  readonly type: string;
  /** The touch that it is part of. */
  readonly gesture?: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A musician's mix, and how often it was changed and saved. */
interface DeskMix extends MyMix {
  readonly revision: number;
  readonly saved_revision: number;
}

/** Whose a change is. */
type Hand = Pick<EventBody<'change'>, 'author' | 'author_name'>;

interface Phone {
  readonly route: WebSocketRoute;
  clientId: string;
  metering: boolean;
}

export class FakeDesk {
  audioInterface: InterfaceSummary;
  readonly mixes = new Map<string, DeskMix>();
  readonly names = new Map<string, string>();
  /** Everything asked, in order. */
  readonly received: Received[] = [];
  /** Refuses every change with this, when set. */
  refuseWith: ErrorBody | undefined;
  /** What the phones that come may do. */
  role: Role = 'musician';
  /** Accepts changes and says nothing of the disk, when set. */
  diskIsSlow = false;
  /** Another one makes the page out of date. */
  protocol = PROTOCOL_VERSION;
  /** Lets new sockets in. */
  open = true;
  /** Musicians that another phone speaks for. */
  readonly claimed = new Set<string>();
  /** Whom the cookie of a phone is of that does not say whose it is. */
  cookieOf: string | undefined;
  /** Musicians who are not here, and for whom no phone speaks. */
  readonly freeNames: { readonly client_id: string; readonly name: string }[] = [];
  /** What everybody is told. */
  readonly notices: Notice[] = [];

  readonly #phones = new Set<Phone>();
  /** How often records were changed that are no mix. */
  readonly #revisions = new Map<string, number>();
  /** Revisions that are not on disk, by key. */
  readonly #unsaved = new Map<string, number>();
  #sequence = 0;

  constructor(inputs: readonly string[]) {
    this.audioInterface = {
      name: 'Test interface',
      host_api: 'virtual',
      sample_rate: 48_000,
      inputs: inputs.map((name) => ({ name })),
      output_pairs: 8,
    };
  }

  /** A musician with a mix; what is not given is as for a new one. */
  addMix(clientId: string, name: string, mix: Partial<MyMix['mix']>, state: Partial<DeskMix> = {}): void {
    this.names.set(clientId, name);
    this.mixes.set(clientId, {
      client_id: clientId,
      mix: { channels: [], gains: {}, pans: {}, mutes: {}, solos: [], master_gain: 1, ...mix },
      output: null,
      mute_all: false,
      marks: { mine: [], hidden: [] },
      mix_number: this.mixes.size,
      revision: 1,
      saved_revision: 1,
      ...state,
    });
  }

  mixOf(clientId: string): DeskMix {
    const state = this.mixes.get(clientId);
    if (state === undefined) throw new Error(`no mix of ${clientId}`);
    return state;
  }

  /** Answers every socket the page opens from now on. */
  async answer(page: Page): Promise<void> {
    await page.routeWebSocket(/\/ws$/, (route) => {
      if (!this.open) {
        void route.close();
        return;
      }
      const phone: Phone = { route, clientId: '', metering: false };
      this.#phones.add(phone);
      route.onClose(() => this.#phones.delete(phone));
      route.onMessage((text) => this.#hear(phone, String(text)));
    });
  }

  /** Ends every connection, as a restart does. */
  async hangUp(): Promise<void> {
    const phones = [...this.#phones];
    this.#phones.clear();
    await Promise.all(phones.map(({ route }) => route.close()));
  }

  /** Somebody else changes a mix. */
  changeFromElsewhere(clientId: string, wishes: readonly Wish[]): void {
    this.#change(clientId, wishes, undefined);
  }

  /** Sam decides where a mix plays. */
  giveOutput(clientId: string, output: number | null): void {
    this.#route(clientId, output, { author: 'engineer', author_name: 'Sam' });
  }

  /** Which touches brought a command, in order. */
  gestures(type: string): (string | undefined)[] {
    return this.received.flatMap((each) => (each.type === type ? [each.gesture] : []));
  }

  /** Another interface has so many inputs of the band. */
  useInputs(inputs: InterfaceSummary['inputs']): void {
    this.audioInterface = { ...this.audioInterface, inputs };
    for (const phone of this.#phones) this.#say(phone, 'interface', this.audioInterface);
  }

  /** Tells everybody, now and when they come. */
  tell(notice: Notice): void {
    this.notices.push(notice);
    for (const phone of this.#phones) this.#say(phone, 'notice', notice);
  }

  /** Linear peaks by channel; the mix gets the loudest of them on both sides. A limiter at work has a gain below 1. */
  sendMeters(peaks: readonly number[], limiterGain = 1): void {
    const readings = Float32Array.from(peaks.flatMap((peak) => [peak, peak * 0.7]));
    const loudest = Math.max(...peaks, 0);
    this.#sequence++;
    for (const { route, clientId, metering } of this.#phones) {
      if (!metering) continue;
      route.send(Buffer.from(encodeInputMeters(this.#sequence, readings)));
      const mix = Float32Array.of(loudest * 0.6, loudest * 0.5, loudest * 0.4, loudest * 0.4, limiterGain);
      const numbers = Uint32Array.of(this.mixOf(clientId).mix_number);
      for (const frame of encodeMixMeters(this.#sequence, numbers, mix)) route.send(Buffer.from(frame));
    }
  }

  #say<T extends EventType>(phone: Phone, type: T, body: EventBody<T>): void {
    phone.route.send(JSON.stringify({ type, body: v.parse(events[type].body, body) }));
  }

  #hear(phone: Phone, text: string): void {
    try {
      const { id, type, body, gesture } = decodeCommand(text);
      this.received.push({ type, body, gesture });
      const answer = v.parse(commands[type].answer, this.#answerTo(phone, type, body));
      phone.route.send(JSON.stringify({ re: id, ok: answer }));
      this.#tellSaved();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { id } = JSON.parse(text) as { id: number };
      phone.route.send(JSON.stringify({ re: id, error: error.toBody() }));
    }
  }

  #answerTo(phone: Phone, type: CommandType, body: Received['body']): unknown {
    if (type !== 'hello' && phone.clientId === '')
      throw new Refusal('not_ready', 'type', `${type}: say hello first`);
    const wish = wishOf(type, body);
    if (wish !== undefined) {
      if (this.refuseWith !== undefined) {
        const { code, field, message, ...facts } = this.refuseWith;
        throw new Refusal(code, field, message, null, facts);
      }
      this.#change(phone.clientId, [wish], phone);
      const { revision } = this.#record(wish.type === 'marks' ? 'person' : 'mix', phone.clientId);
      const stored = wish.type === 'marks' ? { marks: wish.value } : body;
      return { ...stored, client_id: phone.clientId, revision };
    }
    switch (type) {
      case 'hello':
        return this.#welcome(phone, body);
      case 'subscribe':
        return {
          client_id: phone.clientId,
          records: [this.#record('mix', phone.clientId), this.#record('person', phone.clientId)],
          mix_number: this.mixOf(phone.clientId).mix_number,
          restored_from: 'store',
        } satisfies CommandAnswer<'subscribe'>;
      case 'watch_meters':
        phone.metering = true;
        return { on: true };
      case 'update_client_mix': {
        const was = this.mixOf(phone.clientId).mix.channels;
        const { channels = was, gains = {} } = body as {
          channels?: number[];
          gains?: Record<string, number>;
        };
        const wishes = [...new Set([...was, ...channels])].map((channel): Wish => ({
          type: 'channel_toggle',
          channel,
          value: channels.includes(channel),
        }));
        this.#change(phone.clientId, [...wishes, { type: 'gains', value: gains }], phone);
        const { revision, value } = this.#record('mix', phone.clientId);
        return { client_id: phone.clientId, revision, mix: value };
      }
      case 'set_client_name': {
        const name = String(body['custom_name']);
        const key = `person/${phone.clientId}`;
        this.names.set(phone.clientId, name);
        const revision = this.#revisionOf(key) + 1;
        this.#revisions.set(key, revision);
        this.#unsaved.set(key, revision);
        return { client_id: phone.clientId, revision, custom_name: name };
      }
      case 'set_output': {
        const output = body['output'] as number | null;
        const { clientId } = phone;
        this.#route(clientId, output, { author: clientId, author_name: this.names.get(clientId) ?? '' });
        return { client_id: clientId, output };
      }
      case 'use_interface':
        return this.audioInterface;
      default:
        return { server_timestamp: 0 };
    }
  }

  #welcome(phone: Phone, body: { client_id?: string; name?: string }): unknown {
    const { name, client_id = name === undefined ? this.cookieOf : undefined } = body;
    const isNobodys = client_id === undefined && name === undefined;
    if (client_id !== undefined && this.claimed.has(client_id))
      throw new Refusal('not_permitted', 'client_id', 'another phone speaks for them');
    const isKnown = client_id !== undefined && this.mixes.has(client_id);
    phone.clientId = client_id ?? `musician-${this.mixes.size + 1}`;
    if (!isNobodys && !this.mixes.has(phone.clientId)) this.addMix(phone.clientId, name ?? '', {});
    return {
      client_id: phone.clientId,
      name: this.names.get(phone.clientId) ?? '',
      mixer: 'Foldback',
      join: 'band',
      protocol: this.protocol,
      server_version: 'test',
      interface: this.audioInterface,
      is_known: isKnown,
      ...(isNobodys && { free_names: this.freeNames }),
      role: this.role,
      records: [...this.mixes.values()].flatMap(({ client_id: id, output }) =>
        output === null
          ? []
          : [
              {
                key: `output/${pairId(output)}`,
                revision: this.#revisionOf(`output/${pairId(output)}`),
                saved: 1,
                value: { client_id: id },
              },
            ],
      ),
      notices: this.notices,
    } satisfies CommandAnswer<'hello'>;
  }

  /** What of a musician the record holds. */
  #record(kind: 'mix' | 'person', clientId: string): WireRecord {
    const state = this.mixOf(clientId);
    const key = `${kind}/${clientId}`;
    if (kind === 'mix')
      return { key, revision: state.revision, saved: state.saved_revision, value: mixValue(state) };
    const revision = this.#revisionOf(key);
    const saved = this.#unsaved.has(key) ? revision - 1 : revision;
    return { key, revision, saved, value: personValue(state, this.names.get(clientId) ?? '') };
  }

  #revisionOf(key: string): number {
    return this.#revisions.get(key) ?? 1;
  }

  #change(clientId: string, wishes: readonly Wish[], author: Phone | undefined): void {
    const kinds = ['mix', 'person'] as const;
    const before = kinds.map((kind) => this.#record(kind, clientId));
    const was = this.mixOf(clientId);
    this.mixes.set(clientId, { ...was, ...wishes.reduce<MyMix>(withWish, was) });
    kinds.forEach((kind, i) => this.#tellChange(kind, clientId, before[i]?.value ?? {}, author));
    if (author === undefined) this.#tellSaved();
  }

  /** A revision more, for everybody but the author, if anything of the record is another. */
  #tellChange(kind: 'mix' | 'person', clientId: string, before: JsonObject, author: Phone | undefined): void {
    const { key, revision: base, value } = this.#record(kind, clientId);
    const difference = differenceOf(before, value);
    if (difference === undefined) return;
    const revision = base + 1;
    if (kind === 'mix') this.mixes.set(clientId, { ...this.mixOf(clientId), revision });
    else this.#revisions.set(key, revision);
    this.#unsaved.set(key, revision);
    for (const phone of this.#phones) {
      if (phone === author || phone.clientId !== clientId) continue;
      this.#say(phone, 'change', {
        key,
        base,
        revision,
        patch: difference.to && { ...difference.to },
        author: author?.clientId ?? 'engineer',
        author_name: author === undefined ? 'Sam' : (this.names.get(author.clientId) ?? ''),
        gesture: 'test-1',
        reason: 'command',
        timestamp: 0,
      });
    }
  }

  #route(clientId: string, output: number | null, author: Hand): void {
    const was = this.mixOf(clientId);
    this.mixes.set(clientId, { ...was, output });
    if (was.output !== null) this.#tellOutput(was.output, null, author);
    if (output !== null) this.#tellOutput(output, clientId, author);
  }

  /** Outputs are told to everybody, their author too. */
  #tellOutput(pair: number, clientId: string | null, author: Hand): void {
    const key = `output/${pairId(pair)}`;
    const base = this.#revisionOf(key);
    this.#revisions.set(key, base + 1);
    const why = { ...author, gesture: 'test-2', reason: 'command', timestamp: 0 };
    const change = { key, base, revision: base + 1, patch: { client_id: clientId }, ...why };
    for (const phone of this.#phones) this.#say(phone, 'change', change);
  }

  #tellSaved(): void {
    if (this.diskIsSlow) return;
    for (const [key, revision] of this.#unsaved) {
      const owner = ownerOf(key) ?? '';
      if (key === `mix/${owner}`) this.mixes.set(owner, { ...this.mixOf(owner), saved_revision: revision });
      for (const phone of this.#phones)
        if (phone.clientId === owner) this.#say(phone, 'saved', { key, revision });
    }
    this.#unsaved.clear();
  }
}

/** The wish that a command carries, when it asks for one value. */
function wishOf(type: string, fields: Received['body']): Wish | undefined {
  const channel = fields['channel'] as number;
  switch (type) {
    case 'update_gain':
      return { type: 'gain', channel, value: fields['gain'] as number };
    case 'update_pan':
      return { type: 'pan', channel, value: fields['pan'] as number };
    case 'toggle_mute':
      return { type: 'mute', channel, value: fields['muted'] as boolean };
    case 'toggle_solo':
      return { type: 'solo', channel, value: fields['soloed'] as boolean };
    case 'toggle_channel':
      return { type: 'channel_toggle', channel, value: fields['on'] as boolean };
    case 'update_master_gain':
      return { type: 'master_gain', value: fields['master_gain'] as number };
    case 'mute_all':
      return { type: 'mute_all', value: fields['muted'] as boolean };
    case 'mark_channels':
      return { type: 'marks', value: fields as unknown as MyMix['marks'] };
    default:
      return undefined;
  }
}
