/** Requests about what is saved of mixes. */
import type { Desk } from '../../desk/desk.ts';
import type { SavedActs } from '../../desk/saved-acts.ts';
import { LongAnswer } from '../long-answers.ts';
import { SavedMixes } from '../saved-mixes.ts';
import type { RowsFor } from './row.ts';

export function savedRows(
  desk: Desk,
  acts: SavedActs,
): RowsFor<'get_saved_channels_state' | 'clear_saved_channels_state'> {
  const savedMixes = new SavedMixes(desk);
  return {
    get_saved_channels_state: ({ target }) =>
      target === undefined ? new LongAnswer(() => savedMixes.everybodys()) : savedMixes.of(target),
    clear_saved_channels_state: async ({ target, who }) => {
      if (target !== undefined) {
        desk.get(target);
        await acts.clear([target], who);
        return { message: `Cleared the saved mix of ${target}` };
      }
      const everybody = [...desk.clients()].map(({ id }) => id);
      const { changed } = await acts.clear(everybody, who);
      return { message: `Cleared ${changed} saved mixes` };
    },
  };
}
