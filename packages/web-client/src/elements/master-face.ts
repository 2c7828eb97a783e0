/** What the master's row and its strip have in common: what they are given, and what is told of its level. */
import { gainToDb, MASTER_GAIN_DEFAULT } from '@foldback/protocol';
import { css, html, type PropertyValues } from 'lit';
import { property } from 'lit/decorators.js';
import { words } from '../words/words.ts';
import type { Axis } from '../touch/fader-drag.ts';
import type { OtherTouch } from '../mixes/other-hands.ts';
import { LevelIntents } from './intents.ts';
import { LevelFace } from './level-face.ts';
import './level-fader.ts';
import './level-meter.ts';

export const masterStyles = css`
  :host {
    --channel: var(--fb-text);
    --fb-fill-to: 26%;
    gap: var(--fb-target-gap);
  }
`;

/** @fires intent */
export abstract class MasterFace extends LevelFace {
  @property({ type: Number }) gain = MASTER_GAIN_DEFAULT;
  /** What somebody else has just done to it. */
  @property({ attribute: false }) other: OtherTouch | undefined;
  @property({ type: Boolean, reflect: true, attribute: 'all-muted' }) allMuted = false;
  /** The limiter works hard, and has for a while. */
  @property({ type: Boolean }) tooLoud = false;
  @property({ type: Boolean, reflect: true }) frozen = false;

  protected readonly level = new LevelIntents(
    this,
    (value) => ({ type: 'master_gain', value }),
    () => words.master,
  );

  protected override get levelDb(): number {
    return gainToDb(this.gain);
  }

  protected override isLevelOnly(changed: PropertyValues<this>): boolean {
    return changed.size === 1 && changed.has('gain');
  }

  /** @param inside its meters, and what is printed on it */
  protected fader(axis: Axis, inside: unknown) {
    return html`<level-fader
      axis=${axis}
      .label=${words.level(words.master)}
      .caption=${words.master}
      .fromDb=${this.other?.fromDb}
      .other=${this.other !== undefined}
      .silenced=${this.allMuted}
      .frozen=${this.frozen}
      @level-hold=${this.level.hold}
      @level-input=${this.level.input}
      @level-drop=${this.level.drop}
      @level-reset=${this.level.reset}
      >${inside}</level-fader
    >`;
  }
}
