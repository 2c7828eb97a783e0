/** What holds a fader and prints its level: fader and step keys go with the level at once, what is printed follows. */
import { LitElement, type PropertyValues } from 'lit';
import { printing } from '../controllers/printing.ts';
import type { LevelFader } from './level-fader.ts';
import type { StepKey } from './step-key.ts';

export abstract class LevelFace extends LitElement {
  #printingDue = false;

  protected abstract get levelDb(): number;

  /** Nothing else is new. */
  protected abstract isLevelOnly(changed: PropertyValues<this>): boolean;

  protected override shouldUpdate(changed: PropertyValues<this>): boolean {
    if (!this.hasUpdated || !this.isLevelOnly(changed)) return true;
    this.#moveControls();
    if (!this.#printingDue) void this.#print();
    return false;
  }

  override updated(_changed: PropertyValues<this>): void {
    this.#moveControls();
  }

  /** Not by the template, which knows nothing of where they have been since. */
  #moveControls(): void {
    const controls = this.renderRoot.querySelectorAll<LevelFader | StepKey>('level-fader, step-key');
    for (const control of controls) control.levelDb = this.levelDb;
  }

  async #print(): Promise<void> {
    this.#printingDue = true;
    await printing();
    this.#printingDue = false;
    this.requestUpdate();
  }
}
