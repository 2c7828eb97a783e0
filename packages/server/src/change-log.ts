/** Tells the log what people changed and what of it is saved, one line each for a few seconds of fader moves (SPEC O3). */
import { changedEntries, mixChanges, type MixValue } from '@foldback/protocol';
import type { Logger } from 'pino';
import type { Author } from './desk/author.ts';
import type { LoggedChange } from './logged-changes.ts';
import { systemClock, type Clock } from './store/clock.ts';

/** A line tells what one hand did to one musician's mix in this time. */
const QUIET_MS = 3000;
const NAMED_CHANNELS_MAX = 4;
/** Whoever changes more mixes than this at once gets one line for all of them. */
const MIXES_MAX = 8;
const NAMED_MIXES_MAX = 8;

/** A musician, by the id that is theirs and the name they gave themselves. */
export interface Person {
  readonly id: string;
  readonly name: string;
}

const MIXER_NAME = 'The mixer';

/** Fields of a person whose own names say too little. */
const PERSON_FIELDS: Readonly<Record<string, string>> = { marks: 'which channels are theirs or hidden' };

type Gains = MixValue['gains'];

/** What one hand did to one mix. */
interface Entry {
  readonly mix: Person;
  readonly what: Set<string>;
  /** Faders on the move, with nothing else between: named when they rest, since of all that people do this comes most. */
  faders: { readonly was: Gains; is: Gains } | undefined;
}

interface Hand {
  readonly author: Author;
  readonly mixes: Map<string, Entry>;
}

export class ChangeLog {
  readonly #log: Logger;
  readonly #channelName: (channel: number) => string;
  /** By the client's id; null for the mixer. */
  readonly #hands = new Map<string | null, Hand>();
  /** By id; who is on disk as they are. */
  readonly #saved = new Map<string, Person>();
  readonly #clock: Clock;
  #cancelFlush: (() => void) | undefined;

  constructor(log: Logger, channelName: (channel: number) => string, clock: Clock = systemClock) {
    this.#clock = clock;
    this.#log = log;
    this.#channelName = channelName;
  }

  /** @param mix whose mix it is, and under which name they are known now */
  note(mix: Person, author: Author, changes: readonly LoggedChange[]): void {
    if (changes.length > 0) this.#name(this.#entryOf(mix, author), changes);
  }

  /** The same for a mix that has moved. */
  noteMix(mix: Person, author: Author, before: MixValue, after: MixValue): void {
    const entry = this.#entryOf(mix, author);
    if (!isOnlyFaders(before, after)) this.#name(entry, mixChanges(before, after));
    else if (entry.faders?.is === before.gains) entry.faders.is = after.gains;
    else {
      this.#nameFaders(entry);
      entry.faders = { was: before.gains, is: after.gains };
    }
  }

  /** What was newest of this mix is on disk. */
  noteSaved(mix: Person): void {
    this.#saved.set(mix.id, mix);
    this.#flushSoon();
  }

  /** The last phone of this musician has gone. @param output the pair their mix goes on playing on */
  noteLeft(person: Person, output: number | null): void {
    this.flush(); // what they did comes before
    const mix = output === null ? 'their mix stays' : `their mix plays on outputs ${outputName(output)}`;
    this.#log.info({ mix: person.id }, `${shown(person)} has left; ${mix}`);
  }

  flush(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    for (const { author, mixes } of this.#hands.values()) {
      for (const entry of mixes.values()) this.#nameFaders(entry);
      const entries = [...mixes.values()].filter(({ what }) => what.size > 0);
      if (entries.length > MIXES_MAX) this.#tellMany(author, entries);
      else for (const entry of entries) this.#tell(author, entry);
    }
    this.#hands.clear();
    if (this.#saved.size > 0) this.#log.info(`Saved: ${namesOf([...this.#saved.values()])}`);
    this.#saved.clear();
  }

  #entryOf(mix: Person, author: Author): Entry {
    this.#saved.delete(mix.id); // what was said to be saved is older than this
    this.#flushSoon();
    const key = idOf(author);
    let hand = this.#hands.get(key);
    if (hand === undefined) this.#hands.set(key, (hand = { author, mixes: new Map() }));
    let entry = hand.mixes.get(mix.id);
    if (entry === undefined) hand.mixes.set(mix.id, (entry = { mix, what: new Set(), faders: undefined }));
    return entry;
  }

  #name(entry: Entry, changes: readonly LoggedChange[]): void {
    this.#nameFaders(entry);
    for (const change of changes) entry.what.add(this.#describe(change));
  }

  #nameFaders(entry: Entry): void {
    const { faders, what } = entry;
    if (faders === undefined) return;
    entry.faders = undefined;
    for (const channel of changedEntries(faders.was, faders.is)) {
      what.add(`${this.#channelName(channel)} gain`);
    }
  }

  #flushSoon(): void {
    this.#cancelFlush ??= this.#clock.after(QUIET_MS, () => this.flush());
  }

  #tell(author: Author, { mix, what }: Entry): void {
    const isOwn = idOf(author) === mix.id;
    const title = isOwn ? `${shown(mix)} changed` : `${handOf(author, mix)} changed ${shown(mix)}'s`;
    const named = [...what].slice(0, NAMED_CHANNELS_MAX).join(', ');
    const more = what.size > NAMED_CHANNELS_MAX ? ` and ${what.size - NAMED_CHANNELS_MAX} more` : '';
    this.#log.info({ author: idOf(author), mix: mix.id }, `${title} ${named}${more}`);
  }

  #tellMany(author: Author, entries: readonly Entry[]): void {
    const whose = namesOf(entries.map(({ mix }) => mix));
    this.#log.info({ author: idOf(author) }, `${handOf(author)} changed ${entries.length} mixes: ${whose}`);
  }

  #describe(change: LoggedChange): string {
    switch (change.type) {
      case 'master_gain':
        return 'master';
      case 'mute_all':
        return change.value ? 'mute all (on)' : 'mute all (off)';
      case 'output':
        return change.value === null ? 'output (none)' : `output ${outputName(change.value)}`;
      case 'person':
        return PERSON_FIELDS[change.field] ?? change.field;
      case 'channel_toggle':
        return `${this.#channelName(change.channel)} ${change.value ? 'on' : 'off'}`;
      default:
        return `${this.#channelName(change.channel)} ${change.type}`;
    }
  }
}

/** The field that differs is the faders', and no other. */
function isOnlyFaders(before: MixValue, after: MixValue): boolean {
  let field: keyof MixValue;
  for (field in after) if (field !== 'gains' && before[field] !== after[field]) return false;
  return before.gains !== after.gains;
}

/** For programs that read the log: null is the mixer, whom no client can be. */
const idOf = (author: Author): string | null => (author.kind === 'mixer' ? null : author.clientId);

/** What a name looks like at a glance: its letters and digits. */
const letters = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');

/** Nobody signs as the mixer by calling themselves so. */
const shown = ({ id, name }: Person): string =>
  letters(name) === letters(MIXER_NAME) ? `${name} (${id})` : name;

/** @param mix whose name is not to be taken for another one who is called the same */
function handOf(author: Author, mix?: Person): string {
  if (author.kind === 'mixer') return MIXER_NAME;
  const { clientId: id, name } = author;
  return name === mix?.name ? `${name} (${id})` : shown({ id, name });
}

function namesOf(people: readonly Person[]): string {
  const more = people.length > NAMED_MIXES_MAX ? ` and ${people.length - NAMED_MIXES_MAX} more` : '';
  return `${people.slice(0, NAMED_MIXES_MAX).map(shown).join(', ')}${more}`;
}

/** An output pair as people know it: pair 1 is "3-4". */
export const outputName = (pair: number): string => `${2 * pair + 1}-${2 * pair + 2}`;
