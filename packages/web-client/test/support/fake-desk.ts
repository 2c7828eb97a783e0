/**
 * The server's side of the control socket, for tests of the page alone: mixes in memory, revisions, other phones told.
 * It says exactly what the protocol says and saves at once.
 */
import {
  type Change,
  type CommandMessage,
  type DeviceSummary,
  encodeInputMeters,
  encodeMixMeters,
  type ErrorBody,
  type MixState,
  type Notice,
  PROTOCOL_VERSION,
  type Role,
} from '@foldback/protocol';
import type { Page, WebSocketRoute } from 'playwright-core';
import { withChange } from '../../src/model/wish.ts';

export interface Received {
  readonly type: string;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Phone {
  readonly route: WebSocketRoute;
  clientId: string;
  metering: boolean;
}

export class FakeDesk {
  device: DeviceSummary;
  readonly mixes = new Map<string, MixState>();
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
  /** Musicians that another device speaks for. */
  readonly claimed = new Set<string>();
  /** What everybody is told. */
  readonly notices: Notice[] = [];

  readonly #phones = new Set<Phone>();
  #sequence = 0;

  constructor(inputs: readonly string[]) {
    this.device = {
      name: 'Test device',
      host_api: 'virtual',
      sample_rate: 48_000,
      inputs: inputs.map((name) => ({ name })),
      output_pairs: 8,
    };
  }

  /** A musician with a mix; what is not given is as for a new one. */
  addMix(clientId: string, name: string, mix: Partial<MixState['mix']>, state: Partial<MixState> = {}): void {
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

  mixOf(clientId: string): MixState {
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
      route.onMessage((text) => this.#hear(phone, JSON.parse(String(text)) as CommandMessage));
    });
  }

  /** Ends every connection, as a restart does. */
  async hangUp(): Promise<void> {
    const phones = [...this.#phones];
    this.#phones.clear();
    await Promise.all(phones.map(({ route }) => route.close()));
  }

  /** Somebody else changes a mix. */
  changeFromElsewhere(clientId: string, changes: Change[]): void {
    this.#change(clientId, changes, undefined);
  }

  /** Another interface has so many inputs of the band. */
  useInputs(inputs: DeviceSummary['inputs']): void {
    this.device = { ...this.device, inputs };
    for (const { route } of this.#phones) route.send(JSON.stringify({ type: 'device', body: this.device }));
  }

  /** Tells everybody, now and when they come. */
  tell(notice: Notice): void {
    this.notices.push(notice);
    for (const { route } of this.#phones) route.send(JSON.stringify({ type: 'notice', body: notice }));
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
      route.send(Buffer.from(encodeMixMeters(this.#sequence, this.mixOf(clientId).mix_number, mix)));
    }
  }

  #hear(phone: Phone, { id, type, body }: CommandMessage): void {
    const fields = body as Readonly<Record<string, unknown>>;
    this.received.push({ type, body: fields });
    const ok = (answer: unknown) => phone.route.send(JSON.stringify({ re: id, ok: answer }));
    const refuse = (error: ErrorBody) => phone.route.send(JSON.stringify({ re: id, error }));
    if (type !== 'hello' && phone.clientId === '') {
      refuse({ code: 'not_ready', field: 'type', message: `${type}: say hello first` });
      return;
    }
    const change = changeOf(type, fields);
    if (change !== undefined) {
      if (this.refuseWith !== undefined) {
        refuse(this.refuseWith);
        return;
      }
      const revision = this.#change(phone.clientId, [change], phone);
      ok({ client_id: phone.clientId, ...fields, marks: this.mixOf(phone.clientId).marks, revision });
      this.#tellSaved(phone.clientId);
      return;
    }
    switch (type) {
      case 'hello': {
        const who = fields as { client_id?: string; name?: string };
        if (who.client_id !== undefined && this.claimed.has(who.client_id)) {
          refuse({ code: 'not_permitted', field: 'client_id', message: 'another device speaks for them' });
          break;
        }
        const known = who.client_id !== undefined && this.mixes.has(who.client_id);
        phone.clientId = who.client_id ?? `musician-${this.mixes.size + 1}`;
        if (!this.mixes.has(phone.clientId)) this.addMix(phone.clientId, who.name ?? '', {});
        ok({
          client_id: phone.clientId,
          name: this.names.get(phone.clientId) ?? '',
          protocol: this.protocol,
          server_version: 'test',
          device: this.device,
          is_known: known,
          role: this.role,
          notices: this.notices,
        });
        break;
      }
      case 'subscribe':
        ok({ ...this.mixOf(phone.clientId), restored_from: 'store' });
        break;
      case 'watch_meters':
        phone.metering = true;
        ok({ on: true });
        break;
      case 'update_client_mix': {
        const state = this.mixOf(phone.clientId);
        const mix = {
          ...state.mix,
          channels: (fields['channels'] as number[] | undefined) ?? state.mix.channels,
          gains: { ...state.mix.gains, ...(fields['gains'] as Record<string, number> | undefined) },
        };
        this.#change(phone.clientId, [{ type: 'mix', value: mix }], phone);
        ok(this.mixOf(phone.clientId));
        this.#tellSaved(phone.clientId);
        break;
      }
      case 'set_client_name':
        this.names.set(phone.clientId, String(fields['custom_name']));
        ok({ client_id: phone.clientId, custom_name: fields['custom_name'] });
        break;
      default:
        ok({ server_timestamp: 0 });
    }
  }

  #change(clientId: string, changes: Change[], author: Phone | undefined): number {
    const before = this.mixOf(clientId);
    const revision = before.revision + 1;
    this.mixes.set(clientId, { ...changes.reduce(withChange, before), revision });
    const body = {
      client_id: clientId,
      changes,
      revision,
      source: author?.clientId ?? 'engineer',
      source_name: author === undefined ? 'Sam' : (this.names.get(author.clientId) ?? ''),
      timestamp: 0,
    };
    for (const phone of this.#phones) {
      if (phone === author || phone.clientId !== clientId) continue;
      phone.route.send(JSON.stringify({ type: 'change', body }));
    }
    if (author === undefined) this.#tellSaved(clientId);
    return revision;
  }

  #tellSaved(clientId: string): void {
    if (this.diskIsSlow) return;
    const { revision } = this.mixOf(clientId);
    this.mixes.set(clientId, { ...this.mixOf(clientId), saved_revision: revision });
    for (const phone of this.#phones) {
      if (phone.clientId !== clientId) continue;
      phone.route.send(JSON.stringify({ type: 'saved', body: { client_id: clientId, revision } }));
    }
  }
}

/** The change a command asks for, when it asks for one value. */
function changeOf(type: string, fields: Readonly<Record<string, unknown>>): Change | undefined {
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
      return { type: 'marks', value: fields as MixState['marks'] };
    default:
      return undefined;
  }
}
