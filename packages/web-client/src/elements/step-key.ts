/** The - or + of one level: a step when pressed, eight a second when held, and a stop at 0 dB. */
import { css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeatStep, stepLevel } from '../parameters/fader-taper.ts';
import { Key } from './key.ts';

/** @fires level-input, level-drop - as level-fader does */
@customElement('step-key')
export class StepKey extends Key {
  /** What it steps from. Not drawn. */
  levelDb = -Infinity;
  @property({ type: Number }) direction: 1 | -1 = 1;

  static override styles = [
    Key.styles,
    css`
      :host {
        display: block;
      }
      button {
        inline-size: 100%;
        block-size: 100%;
        padding: 0;
      }
      /* Not pictures: there are two for every channel, and each picture is a coordinate system of its own. */
      i {
        --long: calc(var(--icon-size, 20px) * 2 / 3);
        --thin: calc(var(--icon-size, 20px) / 12);
        position: relative;
        inline-size: var(--long);
        block-size: var(--thin);
      }
      i,
      .plus::after {
        border-radius: var(--thin);
        background: currentcolor;
      }
      .plus::after {
        --beside: calc((var(--long) - var(--thin)) / 2);
        content: '';
        position: absolute;
        inset: calc(-1 * var(--beside)) var(--beside);
      }
    `,
  ];

  keyPressed(): void {
    this.#set(stepLevel(this.levelDb, this.direction));
  }

  keyHeld(): boolean {
    const { levelDb, stop } = repeatStep(this.levelDb, this.direction);
    this.#set(levelDb);
    return !stop;
  }

  protected override face() {
    return html`<i class=${this.direction > 0 ? 'plus' : ''}></i>`;
  }

  #set(levelDb: number): void {
    this.dispatchEvent(new CustomEvent('level-input', { detail: levelDb }));
    this.dispatchEvent(new CustomEvent('level-drop'));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'step-key': StepKey;
  }
}
