/** How strips and docks tell what is wanted: one bubbling `intent` event, whatever control it comes from. */
import { dbToGain } from '@foldback/protocol';
import { openSheet } from '../app/open-sheet.ts';
import type { Intent } from '../mixes/mix-controller.ts';
import type { Wish } from '../mixes/wish.ts';
import type { LevelReset } from './level-fader.ts';

/** A level went to 0 dB by a double tap: the gesture that has just been released. */
export interface ChannelReset extends LevelReset {
  readonly name: string;
}

/** The sheet of one channel is wanted. */
export interface ChannelDetails {
  readonly channel: number;
  /** … to type its level at once. */
  readonly typing: boolean;
}

declare global {
  interface HTMLElementEventMap {
    intent: CustomEvent<Intent>;
    'channel-reset': CustomEvent<ChannelReset>;
    /** A row was tapped; detail: its channel. */
    'channel-select': CustomEvent<number>;
    'channel-mark': CustomEvent<ChannelMark>;
    /** What somebody else did to a channel is to be taken back; detail: the channel. */
    'channel-put-back': CustomEvent<number>;
    /** An empty mix is to begin with every channel. */
    'start-with-everybody': CustomEvent<null>;
  }
}

function tell(from: EventTarget, type: string, detail: unknown): void {
  from.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
}

export const tellIntent = (from: EventTarget, act: Intent['act'], wish: Wish): void =>
  tell(from, 'intent', { act, wish });

/** A channel is starred, hidden, or not any more. */
export interface ChannelMark {
  readonly channel: number;
  readonly mark: 'mine' | 'hidden';
  readonly wanted: boolean;
}

export const tellMark = (from: EventTarget, detail: ChannelMark): void => tell(from, 'channel-mark', detail);

/** Asks for the list of all channels, to choose some of them. */
export const tellChoose = (from: EventTarget, mark: ChannelMark['mark']): void =>
  openSheet(from, 'choose', { mark });

export const tellSelect = (from: EventTarget, channel: number): void => tell(from, 'channel-select', channel);

export const tellDetails = (from: EventTarget, channel: number, typing = false): void =>
  openSheet(from, 'channel', { channel, typing });

export const tellPutBack = (from: EventTarget, channel: number): void =>
  tell(from, 'channel-put-back', channel);

/** Listeners for the events of a level-fader or step-key, told on as intents about one level. */
export class LevelIntents {
  readonly #host: EventTarget;
  readonly #wish: (gain: number) => Wish;
  readonly #name: () => string;

  constructor(host: EventTarget, wish: (gain: number) => Wish, name: () => string) {
    this.#host = host;
    this.#wish = wish;
    this.#name = name;
  }

  readonly hold = (): void => tellIntent(this.#host, 'hold', this.#wish(0));

  readonly input = ({ detail }: CustomEvent<number>): void =>
    tellIntent(this.#host, 'move', this.#wish(dbToGain(detail)));

  readonly drop = (): void => tellIntent(this.#host, 'release', this.#wish(0));

  readonly reset = ({ detail }: CustomEvent<LevelReset>): void =>
    tell(this.#host, 'channel-reset', { ...detail, name: this.#name() } satisfies ChannelReset);
}
