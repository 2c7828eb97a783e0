/** Tells the log what people changed, one line for a few seconds of fader moves. */
import type { ClientSummary } from '@foldback/protocol';
import type { Logger } from 'pino';
import type { LoggedChange } from './logged-changes.ts';

/** A line tells what one musician's mix went through in this time. */
const QUIET_MS = 3000;
const NAMED_CHANNELS_MAX = 4;

export class ChangeLog {
  readonly #log: Logger;
  readonly #channelName: (channel: number) => string;
  readonly #pending = new Map<ClientSummary['client_id'], { title: string; what: Set<string> }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(log: Logger, channelName: (channel: number) => string) {
    this.#log = log;
    this.#channelName = channelName;
  }

  /** @param mixName whose mix; @param authorName whose hand */
  note(clientId: string, mixName: string, authorName: string, changes: readonly LoggedChange[]): void {
    if (changes.length === 0) return;
    const title = authorName === mixName ? `${mixName} changed` : `${authorName} changed ${mixName}'s`;
    const entry = this.#pending.get(clientId) ?? { title, what: new Set<string>() };
    this.#pending.set(clientId, entry);
    for (const change of changes) entry.what.add(this.#describe(change));
    this.#timer ??= setTimeout(() => this.flush(), QUIET_MS);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const { title, what } of this.#pending.values()) {
      const named = [...what].slice(0, NAMED_CHANNELS_MAX).join(', ');
      const more = what.size > NAMED_CHANNELS_MAX ? ` and ${what.size - NAMED_CHANNELS_MAX} more` : '';
      this.#log.info(`${title} ${named}${more}`);
    }
    this.#pending.clear();
  }

  #describe(change: LoggedChange): string {
    switch (change.type) {
      case 'master_gain':
        return 'master';
      case 'mute_all':
        return change.value ? 'mute all (on)' : 'mute all (off)';
      case 'output':
        return change.value === null ? 'output (none)' : `output ${outputName(change.value)}`;
      case 'name':
        return 'name';
      case 'marks':
        return 'which channels are theirs or hidden';
      case 'channel_toggle':
        return `${this.#channelName(change.channel)} ${change.value ? 'on' : 'off'}`;
      default:
        return `${this.#channelName(change.channel)} ${change.type}`;
    }
  }
}

/** An output pair as people know it: pair 1 is "3-4". */
export const outputName = (pair: number): string => `${2 * pair + 1}-${2 * pair + 2}`;
