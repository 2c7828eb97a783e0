/** How much script travels to a phone: all that the build has made, but for the words of the languages it does not speak. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { languages } from '../../src/words/words.ts';
import { packageFolder } from './browser.ts';

export const SCRIPT_MAX_KB = 75;

const dist = join(packageFolder, 'dist');
type Compress = (script: Buffer) => Buffer;

/** @param paths in the build */
const sumKb = (paths: readonly string[], compress: Compress): number =>
  paths.reduce((sum, path) => sum + compress(readFileSync(join(dist, path))).length / 1000, 0);

const scripts = (): string[] =>
  readdirSync(join(dist, 'assets'))
    .filter((name) => name.endsWith('.js'))
    .map((name) => `assets/${name}`);

/** One file of words a language. */
function wordFiles(): string[] {
  const all = scripts();
  return Object.keys(languages).map((language) => {
    const [file, ...more] = all.filter((path) => path.startsWith(`assets/${language}-`));
    if (file !== undefined && more.length === 0) return file;
    throw new Error(`the build has to have one file of words for "${language}", and has ${all.join(', ')}`);
  });
}

/** The largest of the languages, since every musician is to have the page soon. */
const largestWordsKb = (compress: Compress): number =>
  Math.max(...wordFiles().map((file) => sumKb([file], compress)));

/** Compressed by gzip. */
export function scriptKb(): number {
  const words = wordFiles();
  const common = scripts().filter((path) => !words.includes(path));
  return sumKb(common, gzipSync) + largestWordsKb(gzipSync);
}

/** What has to travel before the mix is drawn, compressed as the server does (brotli): what the page names, and the words. */
export function firstViewKb(): number {
  const html = readFileSync(join(dist, 'index.html'), 'utf8');
  const named = new Set([...html.matchAll(/assets\/[^"]+\.js/g)].map(([path]) => path));
  return sumKb([...named], brotliCompressSync) + largestWordsKb(brotliCompressSync);
}
