/**
 * A desk on a real store in a process of its own, so that it can be killed: does what never-overwritten.test.ts tells it, and
 * says what it knew when somebody moved. Usage: disk-player.ts <config directory>
 */
import type { Person } from '../../src/desk/author.ts';
import { quietKeptDesk } from '../support/kept-desk.ts';

export type Order =
  | { readonly do: 'come'; readonly id: string }
  | { readonly do: 'move'; readonly id: string; readonly gain: number }
  /** Resolves when the disk has been tried, whatever came of it. */
  | { readonly do: 'save' };

export interface Done {
  /** Of a move: the gain that its musician had, and moved on from; undefined when they had moved nothing yet. */
  readonly movedOnFrom?: number | undefined;
}

const [directory = ''] = process.argv.slice(2);
const { kept } = quietKeptDesk(directory);
const { desk, acts, store } = kept;
const personOf = (id: string): Person => ({ kind: 'person', clientId: id, name: id });

async function carryOut(order: Order): Promise<Done> {
  switch (order.do) {
    case 'come': {
      const { id } = order;
      if (desk.find(id) === undefined) {
        const older = await acts.older(id).catch(() => undefined); // a disk that fails keeps nobody from playing
        if (desk.find(id) === undefined) desk.admit(id, id, older);
      }
      desk.arrive(id);
      return {};
    }
    case 'move': {
      const { id, gain } = order;
      const movedOnFrom = desk.find(id)?.mix.gains['0'];
      if (desk.find(id) !== undefined) desk.run('update_gain', id, { channel: 0, gain }, personOf(id));
      return { movedOnFrom };
    }
    case 'save':
      await store.commit({ writes: [] }, 'kept').catch(() => undefined);
      return {};
  }
}

desk.setStage({ inputs: 8, outputPairs: 4 });
await kept.load();
process.on('message', (order: Order) => {
  void carryOut(order).then((done) => process.send?.(done));
});
process.on('disconnect', () => process.exit());
process.send?.({});
