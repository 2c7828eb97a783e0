/** How this phone likes its page: switches that are remembered on it and are nobody else's business. */
import type { Memory } from '../boot/memory.ts';
import type { ScreenAwake } from '../boot/screen-awake.ts';

export const OPTIONS = ['locked', 'left_handed', 'step_keys', 'large_text'] as const;
export type Option = (typeof OPTIONS)[number];
export type Options = Readonly<Record<Option, boolean>>;

export class PhoneOptions {
  readonly #memory: Memory;
  readonly #screenAwake: ScreenAwake;
  readonly #onChange: () => void;
  #options: Options;
  #screenOn: boolean;

  constructor(memory: Memory, screenAwake: ScreenAwake, onChange: () => void) {
    this.#memory = memory;
    this.#screenAwake = screenAwake;
    this.#onChange = onChange;
    const isOn = (option: Option): boolean => memory.get(option) === 'yes';
    this.#options = {
      locked: isOn('locked'),
      left_handed: isOn('left_handed'),
      step_keys: isOn('step_keys'),
      large_text: isOn('large_text'),
    };
    this.#screenOn = memory.get('screen_on') !== 'no';
    void screenAwake.keep(this.#screenOn);
  }

  get all(): Options {
    return this.#options;
  }

  set(option: Option, on: boolean): void {
    this.#memory.set(option, on ? 'yes' : 'no');
    this.#options = { ...this.#options, [option]: on };
    this.#onChange();
  }

  /** Whether the screen stays on while the page is looked at; undefined where the browser cannot do that. */
  get screenOn(): boolean | undefined {
    return this.#screenAwake.isPossible ? this.#screenOn : undefined;
  }

  keepScreenOn(on: boolean): void {
    this.#screenOn = on;
    this.#memory.set('screen_on', on ? 'yes' : 'no');
    void this.#screenAwake.keep(on);
    this.#onChange();
  }
}
