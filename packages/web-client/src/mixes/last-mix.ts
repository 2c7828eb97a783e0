/** The mix this phone last saw, for the time until the server speaks: drawn, and not to be moved. */
import { type InterfaceSummary, PROTOCOL_VERSION, type Watched } from '@foldback/protocol';
import type { Memory } from '../boot/memory.ts';

interface LastMix {
  readonly audioInterface: InterfaceSummary;
  /** With what everybody sees, among which is the output that plays it. */
  readonly mix: Watched;
}

export function rememberMix(memory: Memory, { audioInterface, mix }: LastMix): void {
  memory.set('last_mix', JSON.stringify({ protocol: PROTOCOL_VERSION, audioInterface, mix }));
}

/** Undefined when there is none, when it is somebody else's, or when another version of this page wrote it. */
export function recallMix(memory: Memory, clientId: string | undefined): LastMix | undefined {
  const text = memory.get('last_mix');
  if (text === undefined) return undefined;
  try {
    const last = JSON.parse(text) as Partial<LastMix> & { readonly protocol?: number };
    if (last.protocol !== PROTOCOL_VERSION || last.audioInterface === undefined) return undefined;
    if (!Array.isArray(last.mix?.records) || last.mix.client_id !== clientId) return undefined;
    return { audioInterface: last.audioInterface, mix: last.mix };
  } catch {
    return undefined;
  }
}
