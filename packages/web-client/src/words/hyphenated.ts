/** Where a name that is too long for its line may be broken. */
const VOWEL = '[aeiouyáéíóúü]';
const CONSONANT = '[^aeiouyáéíóúü\\s\\d-]';
/** Two letters or more, before the last consonant between two vowels, which "br", "ch" and the like are together. */
const SYLLABLE = new RegExp(
  `(\\B${VOWEL}${CONSONANT}*?|${VOWEL}${CONSONANT}+?)(?=(?:[bcdfgpt][lr]|[cpst]h|${CONSONANT})${VOWEL}\\p{L})`,
  'giu',
);

/** With soft hyphens: names have no language, and browsers leave alone what begins with a capital letter. */
export const hyphenated = (name: string): string => name.replace(SYLLABLE, '$1\u00AD');
