/**
 * The list as this phone last arranged it. What other hands add, take out, hide or star changes no place: a channel that is
 * out keeps its own, one that has come stands after all others. Pure.
 */
import type { ChannelList } from './channel-list.ts';
import type { ChannelView } from './mix-view.ts';

export interface PlacedList extends ChannelList {
  /** In the mix since, by another hand. */
  readonly late: readonly ChannelView[];
}

type Section = keyof ChannelList;
const SECTIONS: readonly Section[] = ['shown', 'off', 'hidden'];

export class HeldList {
  #held: Readonly<Record<Section, readonly number[]>> | undefined;
  /** Inputs of the interface then. */
  #inputs = 0;

  /**
   * @param list as it would be arranged now
   * @param channels every channel there is
   * @param anew this phone has asked for another arrangement
   */
  place(list: ChannelList, channels: readonly ChannelView[], anew: boolean): PlacedList {
    const held = this.#held;
    // In an empty list there is nothing to hit.
    if (anew || held === undefined || held.shown.length === 0 || channels.length !== this.#inputs) {
      const ids = (section: Section) => list[section].map(({ channel }) => channel);
      this.#held = { shown: ids('shown'), off: ids('off'), hidden: ids('hidden') };
      this.#inputs = channels.length;
      return { ...list, late: [] };
    }
    const [shown, off, hidden] = SECTIONS.map((section) =>
      held[section].flatMap((channel) => channels[channel] ?? []),
    );
    const late = list.shown.filter(({ channel }) => !held.shown.includes(channel));
    return { shown: shown ?? [], off: off ?? [], hidden: hidden ?? [], late };
  }
}
