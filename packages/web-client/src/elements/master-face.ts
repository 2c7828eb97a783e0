/** What the master's row and its strip have in common: what they are given, and what is told of its level. */
import { MASTER_GAIN_DEFAULT } from '@foldback/protocol';
import { LitElement } from 'lit';
import { property } from 'lit/decorators.js';
import { words } from '../i18n/words.ts';
import type { OtherTouch } from '../model/other-hands.ts';
import { LevelIntents } from './intents.ts';
import './level-fader.ts';
import './level-meter.ts';

/** @fires intent */
export abstract class MasterFace extends LitElement {
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
}
