/** How much script travels to a phone: at first what the page itself names, and behind that all that the build has made. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { languages } from '../../src/words/words.ts';
import { packageFolder } from './browser.ts';

/** What the page itself names: nothing is drawn before it is there, and the words of one language. */
export const EARLY_MAX_KB = 44;
export const SCRIPT_MAX_KB = 85;

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

/** All of it, compressed by gzip. */
export const scriptKb = (): number => sumKb(scripts(), gzipSync);

/** What the page names, compressed by gzip. */
export const earlyKb = (): number => sumKb(earlyScripts(), gzipSync);

function earlyScripts(): string[] {
  const html = readFileSync(join(dist, 'index.html'), 'utf8');
  return [...new Set([...html.matchAll(/assets\/[^"]+\.js/g)].map(([path]) => path))];
}

/** What has to travel before the mix is drawn, compressed as the server does (brotli): what the page names, and the words. */
export const firstViewKb = (): number =>
  sumKb(earlyScripts(), brotliCompressSync) + largestWordsKb(brotliCompressSync);
