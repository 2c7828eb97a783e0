/** What holds a fader and prints its level: the fader goes with the level at once, what is printed follows. */
import { LitElement, type PropertyValues } from 'lit';
import { query } from 'lit/decorators.js';
import { printing } from '../controllers/printing.ts';
import type { LevelFader } from './level-fader.ts';

export abstract class LevelFace extends LitElement {
  @query('level-fader', true) private readonly levelFader!: LevelFader;

  #printingDue = false;

  protected abstract get levelDb(): number;

  /** Nothing else is new. */
  protected abstract isLevelOnly(changed: PropertyValues<this>): boolean;

  protected override shouldUpdate(changed: PropertyValues<this>): boolean {
    if (!this.hasUpdated || !this.isLevelOnly(changed)) return true;
    this.#moveFader();
    if (!this.#printingDue) void this.#print();
    return false;
  }

  override updated(_changed: PropertyValues<this>): void {
    this.#moveFader();
  }

  /** Not by the template, which knows nothing of where it has been since. */
  #moveFader(): void {
    this.levelFader.levelDb = this.levelDb;
  }

  async #print(): Promise<void> {
    this.#printingDue = true;
    await printing();
    this.#printingDue = false;
    this.requestUpdate();
  }
}
