/** Mixes in the `devices.json` of an older program, for clients this store has never seen (SPEC S7). */
import type { Mix } from '@foldback/protocol';
import { isJsonObject } from './json-object.ts';
import { repairMix } from './repair-mix.ts';

export interface OlderMix {
  readonly mix: Mix;
  readonly repairs: readonly string[];
}

/** @throws SyntaxError when the text is not JSON */
export function olderMixFrom(text: string, id: string): OlderMix | undefined {
  const file: unknown = JSON.parse(text);
  if (!isJsonObject(file) || !Object.hasOwn(file, id)) return undefined;
  const device = file[id];
  const configuration = isJsonObject(device) ? device['configuration'] : undefined;
  return isJsonObject(configuration) ? repairMix(configuration) : undefined;
}
