/**
 * The page without the server: what it needs is kept, named by its content, and a new build takes the place of the old
 * one as a whole. The browser runs this only in a secure context; over plain http the page lives without it.
 */
/// <reference lib="webworker" />

declare const self: ServiceWorkerGlobalScope;
/** Every file of the build, and a name for all of them together; see vite.config. */
declare const BUILD_FILES: readonly string[];
declare const BUILD_NAME: string;

const PREFIX = 'foldback-';
const CACHE = PREFIX + BUILD_NAME;
const PAGE = '/';
/** A server that is there answers faster; one that is not must not keep a musician waiting. */
const PAGE_WAIT_MS = 1_500;

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  // Past the browser's own cache, which may still hold an older page.
  await cache.addAll([PAGE, ...BUILD_FILES].map((url) => new Request(url, { cache: 'reload' })));
  await self.skipWaiting();
}

async function activate(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

const kept = async (key: string | Request): Promise<Response | undefined> =>
  (await caches.open(CACHE)).match(key);

/** The server's own page if it comes in time: it may be newer, and it brings this device its secret. */
async function page(request: Request): Promise<Response> {
  const fromServer = fetch(request);
  const tooLate = new Promise<undefined>((resolve) => setTimeout(resolve, PAGE_WAIT_MS));
  const inTime = await Promise.race([fromServer.catch(() => undefined), tooLate]);
  return inTime ?? (await kept(PAGE)) ?? fromServer;
}

const file = async (request: Request): Promise<Response> => (await kept(request)) ?? fetch(request);

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  if (request.mode === 'navigate' && pathname === PAGE) event.respondWith(page(request));
  else if (BUILD_FILES.includes(pathname)) event.respondWith(file(request));
});

export {};
