/** How this phone likes its page: switches that are remembered on it and are nobody else's business. */
import type { Memory } from '../boot/memory.ts';

export const OPTIONS = ['locked', 'left_handed', 'step_keys', 'large_text'] as const;
export type Option = (typeof OPTIONS)[number];
export type Options = Readonly<Record<Option, boolean>>;

export const readOptions = (memory: Memory): Options => {
  const isOn = (option: Option): boolean => memory.get(option) === 'yes';
  return {
    locked: isOn('locked'),
    left_handed: isOn('left_handed'),
    step_keys: isOn('step_keys'),
    large_text: isOn('large_text'),
  };
};

/** @returns the options with this one as wanted */
export function chooseOption(memory: Memory, options: Options, option: Option, on: boolean): Options {
  memory.set(option, on ? 'yes' : 'no');
  return { ...options, [option]: on };
}
