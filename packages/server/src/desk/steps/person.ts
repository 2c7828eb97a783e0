/** What commands, coming and going do to a person record. */
import type { ValueOf } from '@foldback/protocol';
import type { ReadableWorld } from '../world.ts';
import { replaced } from '../write.ts';
import { requireClient, requireMembers, stamp, withFields, withMembers, type Step } from './step.ts';

export type PersonCommand = 'set_client_name' | 'set_client_colour' | 'mark_channels';

export const personSteps: { readonly [T in PersonCommand]: Step<T> } = {
  set_client_name: {
    write(world, { custom_name }, id) {
      requireClient(world, id, 'client_id');
      return replaced(world, 'person', id, withFields(world.value('person', id), { name: custom_name }));
    },
    answer: (world, { custom_name }, id) => ({ ...stamp(world, 'person', id), custom_name }),
  },
  set_client_colour: {
    write(world, { colour }, id) {
      requireClient(world, id, 'target_client_id');
      return replaced(world, 'person', id, withFields(world.value('person', id), { colour }));
    },
    answer: (world, { colour }, id) => ({ ...stamp(world, 'person', id), colour }),
  },
  mark_channels: {
    write(world, { mine, hidden }, id) {
      requireClient(world, id, 'target_client_id');
      const person = world.value('person', id);
      const mix = world.value('mix', id);
      requireMembers(world.stage, mine, { marked: person.marks.mine, mix }, 'mine');
      requireMembers(world.stage, hidden, { marked: person.marks.hidden, mix }, 'hidden');
      const marks = withFields(person.marks, {
        mine: withMembers(person.marks.mine, mine),
        hidden: withMembers(person.marks.hidden, hidden),
      });
      return replaced(world, 'person', id, withFields(person, { marks }));
    },
    answer(world, _body, id) {
      const { mine, hidden } = world.value('person', id).marks;
      return { ...stamp(world, 'person', id), marks: { mine: [...mine], hidden: [...hidden] } };
    },
  },
};

/** Somebody is here, or has just been. @param now ms since 1970 */
export const seen = (world: ReadableWorld, id: string, now: number) =>
  replaced(world, 'person', id, withFields(world.value('person', id), { seen_at: now }));

/**
 * A person out of the past: one that knows of no marks or colour, as from before there were any, leaves those that are
 * here, and nobody was seen less lately for it.
 */
export function returning(then: ValueOf<'person'>, now: ValueOf<'person'>): ValueOf<'person'> {
  const knowsMarks = then.marks.mine.length + then.marks.hidden.length > 0;
  return {
    ...then,
    colour: then.colour ?? now.colour,
    marks: knowsMarks ? then.marks : now.marks,
    seen_at: Math.max(then.seen_at, now.seen_at),
  };
}
