/** Whose hand it was: a person's, or the mixer's own. The mixer is nobody's name or id, so nobody can sign as it. */

/** One object per connection, so that the author can be told from the audience. */
export interface Person {
  readonly kind: 'person';
  readonly clientId: string;
  readonly name: string;
}

export interface Mixer {
  readonly kind: 'mixer';
}

export type Author = Person | Mixer;

export const MIXER: Mixer = { kind: 'mixer' };
