/** Finds the compiled addon: the one named in FOLDBACK_ADDON, then the local build, then the one packed for this platform. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const beside = ['build/Release/engine.node', `prebuilds/${process.platform}-${process.arch}/engine.node`];

/** @throws Error naming where it was looked for */
export function findAddon(): string {
  const given = process.env['FOLDBACK_ADDON'];
  const candidates =
    given === undefined
      ? beside.map((path) => fileURLToPath(new URL(`../${path}`, import.meta.url)))
      : [given];
  const file = candidates.find((candidate) => existsSync(candidate));
  if (file === undefined) throw new Error(`the engine is not built; looked for ${candidates.join(' and ')}`);
  return file;
}
