/** Which language the page speaks: another one is spoken from one frame to the next, and nothing else of the page changes. */
import type { LitElement } from 'lit';
import type { Memory } from '../boot/memory.ts';
import { drawAnew } from '../words/draw-anew.ts';
import { type Language, speak } from '../words/words.ts';

export class SpokenLanguage {
  readonly #host: LitElement;
  readonly #memory: Memory;
  #now: Language;

  constructor(host: LitElement, memory: Memory, now: Language) {
    this.#host = host;
    this.#memory = memory;
    this.#now = now;
  }

  get now(): Language {
    return this.#now;
  }

  /** One whose words cannot be had at the moment is not spoken. */
  async change(language: Language): Promise<void> {
    try {
      await speak(language);
    } catch {
      return;
    }
    this.#now = language;
    this.#memory.set('language', language);
    document.documentElement.lang = language;
    this.#host.requestUpdate();
    drawAnew(this.#host.renderRoot);
  }
}
