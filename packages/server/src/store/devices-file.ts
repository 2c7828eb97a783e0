/** Mixes in the `devices.json` of an older program, for clients this store has never seen (SPEC S7). */
import type { Mix } from '@foldback/protocol';
import { isClientId } from './channels-state-file.ts';
import { isJsonObject } from './json-object.ts';
import { readLeniently, UnreadableFileError } from './lenient-json.ts';
import { inWords } from './repair-values.ts';
import { repairMix } from './repair-mix.ts';

export interface OlderMix {
  readonly mix: Mix;
  /** One phrase per value that had to be mended. */
  readonly repairs: readonly string[];
}

export interface OlderMixes {
  readonly mixes: ReadonlyMap<string, OlderMix>;
  /** What is to be said of the file itself, and of entries that cannot be used. */
  readonly repairs: readonly string[];
  /** The file breaks off: who is not in it may have been. */
  readonly isBroken: boolean;
}

/** The keys that lead to a device: its id. */
const DEVICE_LEVEL = 1;

/** @throws UnreadableFileError when nothing in it can be used; of a broken file the whole entries can */
export function olderMixesFrom(bytes: Uint8Array): OlderMixes {
  const { value: file, trouble, isBroken } = readLeniently(bytes, DEVICE_LEVEL);
  if (!isJsonObject(file)) throw new UnreadableFileError(trouble ?? 'expected an object at the top');
  const mixes = new Map<string, OlderMix>();
  const repairs: string[] = trouble === undefined ? [] : [trouble];
  for (const [id, device] of Object.entries(file)) {
    const configuration = isJsonObject(device) ? device['configuration'] : undefined;
    if (configuration === undefined && isJsonObject(device)) continue; // a device that never had a mix
    if (isClientId(id) && isJsonObject(configuration)) {
      const { mix, repairs: mended } = repairMix(configuration);
      mixes.set(id, { mix, repairs: mended });
    } else repairs.push(`${inWords(id)} has no mix we can use`);
  }
  if (isBroken && mixes.size === 0) throw new UnreadableFileError(trouble);
  return { mixes, repairs, isBroken };
}

/** @throws UnreadableFileError when the file breaks off and may have held this client */
export function olderMixFrom(bytes: Uint8Array, id: string): OlderMix | undefined {
  const { mixes, repairs, isBroken } = olderMixesFrom(bytes);
  const older = mixes.get(id);
  if (older === undefined && isBroken) throw new UnreadableFileError(repairs.join('; '));
  return older;
}
