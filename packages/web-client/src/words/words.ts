/** The words of the page in the language chosen at start, or chosen since. */
import type { Words } from './en.ts';

export const languages = { en: 'English', es: 'Español' } as const;
export type Language = keyof typeof languages;

const load: Readonly<Record<Language, () => Promise<{ readonly words: Words }>>> = {
  en: () => import('./en.ts'),
  es: () => import('./es.ts'),
};

const isLanguage = (code: string | undefined): code is Language => code !== undefined && code in languages;

/** The musician's choice, else the first of the phone's languages that there is, else English. */
export function chooseLanguage(stored: string | undefined, preferred: readonly string[]): Language {
  if (isLanguage(stored)) return stored;
  return preferred.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en';
}

/** There once `speak` is done, and nothing is drawn before. */
export let words: Words;

/** @throws when its words cannot be had now: nothing changes then */
export async function speak(language: Language): Promise<void> {
  ({ words } = await load[language]());
}

/** All words, so that another language can be chosen when the server is away. @returns whether they are there */
export const everyLanguage = (): Promise<boolean> =>
  Promise.all(Object.values(load).map((each) => each())).then(
    () => true,
    () => false,
  );
