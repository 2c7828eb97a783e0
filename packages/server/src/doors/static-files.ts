/** The built page in memory, compressed once: a phone's first paint waits for no disk. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};
const COMPRESSED = new Set(['.css', '.html', '.js', '.json', '.map', '.svg', '.webmanifest']);
/** Vite puts a hash of the content into the names of everything in here. */
const HASHED_FOLDER = '/assets/';
const FOREVER = 'public, max-age=31536000, immutable';
const ASK_EACH_TIME = 'no-cache';

/** Of 11. The best takes a quarter of a second of every start, ten times as long as this, and saves 4 kB of 53. */
const BROTLI_QUALITY = 9;

export type Encoding = 'br' | 'gzip' | 'identity';

export interface StaticFile {
  /** The page itself, with which a phone gets its secret. */
  readonly isPage: boolean;
  readonly contentType: string;
  readonly cacheControl: string;
  readonly etag: string;
  readonly bodies: Readonly<Partial<Record<Encoding, Buffer>>> & { readonly identity: Buffer };
}

const brotli = (body: Buffer): Buffer =>
  brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } });

function loadFile(path: string, url: string): StaticFile {
  const identity = readFileSync(path);
  const extension = extname(path);
  const compressed = COMPRESSED.has(extension) ? { br: brotli(identity), gzip: gzipSync(identity) } : {};
  return {
    isPage: extension === '.html',
    contentType: CONTENT_TYPES[extension] ?? 'application/octet-stream',
    cacheControl: url.startsWith(HASHED_FOLDER) ? FOREVER : ASK_EACH_TIME,
    etag: `"${createHash('sha256').update(identity).digest('base64url').slice(0, 22)}"`,
    bodies: { identity, ...compressed },
  };
}

/** Every file below a folder by its URL path; `/` is index.html. An absent folder gives an empty site. */
export function loadStaticFiles(folder: string): ReadonlyMap<string, StaticFile> {
  const files = new Map<string, StaticFile>();
  let entries;
  try {
    entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  } catch {
    return files;
  }
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const url = `/${relative(folder, path).split(sep).join('/')}`;
    files.set(url, loadFile(path, url));
  }
  const index = files.get('/index.html');
  if (index) files.set('/', index);
  return files;
}

/** The best encoding a browser accepts. */
export function chooseEncoding(file: StaticFile, acceptEncoding: string): Encoding {
  const accepted = new Set(acceptEncoding.split(',').map((part) => part.split(';')[0]?.trim()));
  return (['br', 'gzip'] as const).find((each) => file.bodies[each] && accepted.has(each)) ?? 'identity';
}
