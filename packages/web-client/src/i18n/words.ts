/** The words of the page in the language chosen at start; another choice reloads the page. */
import { en, type Words } from './en.ts';
import { es } from './es.ts';

export const languages = { en: 'English', es: 'Español' } as const;
export type Language = keyof typeof languages;

const all: Readonly<Record<Language, Words>> = { en, es };

const isLanguage = (code: string | undefined): code is Language => code !== undefined && code in languages;

/** The musician's choice, else the first of the phone's languages that there is, else English. */
export function chooseLanguage(stored: string | undefined, preferred: readonly string[]): Language {
  if (isLanguage(stored)) return stored;
  return preferred.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en';
}

export let words: Words = en;

export function speak(language: Language): void {
  words = all[language];
}
