/** What a host is asked to remember, for a server or a doctor that finds it later. */
import type { AudioWish } from './audio-wish.ts';
import type { StreamInfo } from './engine.ts';

/** What a host plays: the interface, the demo band for want of one, or silence in the place of one that is gone. */
export type Role = 'device' | 'demo' | 'stand-in';

export interface Label {
  readonly wish: AudioWish;
  readonly role: Role;
  /** What musicians see: of a stand-in, the interface it stands for. */
  readonly shown: StreamInfo | null;
}

export const labelText = (label: Label): string => JSON.stringify(label);

/** @returns undefined when it was written by somebody else */
export function parseLabel(text: string | null | undefined): Label | undefined {
  try {
    return JSON.parse(text ?? '') as Label;
  } catch {
    return undefined;
  }
}
