/** What is so for everybody. */
import { HOUSE_ID } from '@foldback/protocol';
import { replaced } from '../write.ts';
import { withFields, type Step } from './step.ts';

export const setClientOrder: Step<'set_client_order'> = {
  write: (world, { order }) =>
    replaced(world, 'house', HOUSE_ID, withFields(world.value('house', HOUSE_ID), { order })),
  answer: (world) => ({ order: [...world.value('house', HOUSE_ID).order] }),
};
