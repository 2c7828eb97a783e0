/** Audio interfaces that go, come back or are new: what is awaited, what may be offered, and what everybody is told of it. */
import type { Notice } from '@foldback/protocol';
import type { Logger } from 'pino';
import { interfacesOf, isThere, isVirtual, type AudioWish } from './audio-wish.ts';
import { DeviceScout } from './device-scout.ts';
import type { AudioDeviceInfo, StreamInfo } from './engine.ts';
import type { Role } from './host-label.ts';
import { departure } from './nearest-opening.ts';

/** While an interface is awaited; a look for new ones that nobody waits for is less urgent. */
const SEEK_EVERY_MS = 1000;
const OFFER_EVERY_MS = 5000;

/** What everybody should know of the audio interface. */
export interface InterfaceNews {
  readonly code: Extract<Notice['code'], `interface_${string}` | 'offer_over'>;
  readonly message: string;
  readonly interface: string;
}

/** What plays, and what musicians see of it. */
export interface Stage {
  readonly role: Role;
  readonly shown: StreamInfo;
}

export interface Sighting {
  /** The interface that is awaited, when it is there. */
  readonly awaited: string | undefined;
  /** Another one. */
  readonly other: AudioDeviceInfo | undefined;
}

export class InterfaceWatch {
  readonly #wish: AudioWish;
  readonly #scout: DeviceScout;
  readonly #tell: (news: InterfaceNews) => void;
  /** What was told of which interface, and is not over yet. */
  readonly #told = new Map<InterfaceNews['code'], string>();

  constructor(wish: AudioWish, log: Logger, tell: (news: InterfaceNews) => void) {
    this.#wish = wish;
    this.#scout = new DeviceScout(log);
    this.#tell = tell;
  }

  /** The interface for want of which something else plays. */
  awaited({ role, shown }: Stage): string | undefined {
    if (role === 'stand-in') return shown.deviceName;
    return role === 'demo' && !isVirtual(this.#wish) ? this.#wish.device : undefined;
  }

  /** What there is to be seen now. While an interface plays nobody looks: looking may disturb it. */
  look(stage: Stage): Sighting | undefined {
    if (stage.role === 'device' || isVirtual(this.#wish)) return undefined;
    const awaited = this.awaited(stage);
    const found = this.#scout.report(awaited === undefined ? OFFER_EVERY_MS : SEEK_EVERY_MS);
    if (!found) return undefined;
    const isOther = (found: AudioDeviceInfo) => awaited === undefined || !isThere([found], awaited);
    return {
      awaited: awaited !== undefined && isThere(found, awaited) ? awaited : undefined,
      other: interfacesOf(found).find(isOther),
    };
  }

  lost(name: string, message: string): void {
    this.#begin('interface_lost', name, message);
  }

  /** An interface plays that did not. */
  plays(name: string): void {
    this.#end('interface_lost', 'interface_back', `${name} plays`);
    this.offer(undefined);
  }

  compareToWish(stream: StreamInfo): void {
    const { deviceName } = stream;
    const message = departure(this.#wish, stream);
    if (message !== undefined) this.#begin('interface_adjusted', deviceName, message);
    else this.#end('interface_adjusted', 'interface_as_set', `${deviceName} plays as set`);
  }

  isOffered(name: string): boolean {
    return this.#told.get('interface_offered') === name;
  }

  /** @param found undefined: none any more */
  offer(found: AudioDeviceInfo | undefined): void {
    if (found?.name === this.#told.get('interface_offered')) return;
    this.#end('interface_offered', 'offer_over', 'no audio interface is offered any more');
    if (!found) return;
    const { name, inputs, outputs } = found;
    const size = `${inputs} inputs, ${outputs} outputs`;
    this.#begin(
      'interface_offered',
      name,
      `${name} is here (${size}): an engineer can change to it, or --device "${name}" does`,
    );
  }

  /** Something that stands until `#end` says that it no longer does. */
  #begin(code: InterfaceNews['code'], name: string, message: string): void {
    this.#told.set(code, name);
    this.#tell({ code, interface: name, message });
  }

  #end(code: InterfaceNews['code'], ending: InterfaceNews['code'], message: string): void {
    const name = this.#told.get(code);
    if (name === undefined) return;
    this.#told.delete(code);
    this.#tell({ code: ending, interface: name, message });
  }
}
