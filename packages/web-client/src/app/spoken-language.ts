/** Which language the page speaks: another one is spoken from one frame to the next, and nothing else of the page changes. */
import type { LitElement } from 'lit';
import type { Memory } from '../boot/memory.ts';
import { drawAnew } from '../words/draw-anew.ts';
import { type Language, speak } from '../words/words.ts';

/** As the page itself says. */
export const spokenLanguage = (): Language => document.documentElement.lang as Language;

/** One whose words cannot be had at the moment is not spoken. */
export async function changeLanguage(host: LitElement, memory: Memory, language: Language): Promise<void> {
  try {
    await speak(language);
  } catch {
    return;
  }
  memory.set('language', language);
  document.documentElement.lang = language;
  host.requestUpdate();
  drawAnew(host.renderRoot);
}
