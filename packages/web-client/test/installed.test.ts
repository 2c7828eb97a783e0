/** The page as an installed one: its manifest, its life without the server, and what it does where none of that exists. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { drawn, launchBrowser, newPhone, packageFolder, troubleOf } from './support/browser.ts';
import type { FakeDesk } from './support/fake-desk.ts';
import { ANA, sampleDesk } from './support/sample-band.ts';
import { serveFolder, type StaticServer } from './support/static-server.ts';

const DIST = join(packageFolder, 'dist');
/** A name that is not this computer: plain http to it is what a stage has. */
const STAGE_HOST = 'stage.test';

let server: StaticServer;
let browser: Browser;
let desk: FakeDesk;
const phones: Page[] = [];

beforeAll(async () => {
  browser = await launchBrowser(`--host-resolver-rules=MAP ${STAGE_HOST} 127.0.0.1`);
});

afterAll(() => browser.close());

beforeEach(async () => {
  desk = sampleDesk(16);
  server = await serveFolder(DIST);
});

afterEach(async () => {
  await Promise.all(phones.splice(0).map((page) => page.context().close()));
  await server.close();
});

async function openMix(): Promise<Page> {
  const page = await newPhone(browser, { remembers: ANA, installs: true });
  phones.push(page);
  await desk.answer(page);
  await page.goto(server.url);
  await page.getByText('Saved', { exact: true }).waitFor();
  return page;
}

const workerIsReady = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller !== null) return;
    await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve));
  });

interface Icon {
  readonly src: string;
  readonly sizes: string;
  readonly purpose: string;
}

/** Width and height as a PNG's header tells them. */
function sizeOf(path: string): string {
  const png = readFileSync(join(DIST, path));
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  return `${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`;
}

test('the manifest names pictures that are there and as large as it says, one of them for any mask', () => {
  const manifest = JSON.parse(readFileSync(join(DIST, 'manifest.webmanifest'), 'utf8')) as {
    readonly icons: readonly Icon[];
  };
  expect(manifest).toMatchObject({ name: 'Foldback', start_url: '/', display: 'standalone' });
  for (const { src, sizes } of manifest.icons) expect(sizeOf(src)).toBe(sizes);
  expect(manifest.icons.map(({ purpose }) => purpose)).toEqual(['any', 'any', 'maskable']);
  expect(sizeOf('icons/apple-touch-180.png')).toBe('180x180');
});

test('the browser finds nothing that speaks against installing it', async () => {
  const page = await openMix();
  const session = await page.context().newCDPSession(page);
  const { errors } = await session.send('Page.getAppManifest');
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  // A browser without a profile, as every test has, installs nothing; that is all it may have against it.
  expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual(
    [],
  );
  expect(errors).toEqual([]);
});

test('without the server an installed page comes up with the mix as it was', async () => {
  const page = await openMix();
  await workerIsReady(page);
  await page.waitForFunction(() => localStorage.getItem('foldback.last_mix') !== null);
  await server.close();
  desk.open = false;
  await page.reload();
  await page.getByText('No connection yet').waitFor();
  const bass = page.getByRole('slider', { name: 'Level, Bass' });
  expect(await bass.getAttribute('aria-valuetext')).toBe('−4.0 dB');
});

test('everything the build is made of is kept, and nothing of a build before it', async () => {
  const page = await openMix();
  await page.evaluate(async () => {
    await (await caches.open('foldback-older')).put('/old', new Response(''));
  });
  await workerIsReady(page);
  const kept = await page.evaluate(async () => {
    const [name = ''] = (await caches.keys()).filter((each) => each !== 'foldback-older');
    const requests = await (await caches.open(name)).keys();
    return requests.map(({ url }) => new URL(url).pathname);
  });
  const loaded = await page.evaluate(() =>
    performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname),
  );
  const files = loaded.filter((path) => path.startsWith('/assets/'));
  expect(files.length).toBeGreaterThan(1);
  expect(kept).toEqual(expect.arrayContaining(['/', '/manifest.webmanifest', ...files]));
  // Of the languages all are kept: another may be chosen when the server is away.
  const words = /^\/assets\/(en|es)-/;
  expect(kept.filter((path) => words.test(path))).toHaveLength(2);
});

test('over plain http there is no worker, everything works, and the page says what it cannot do', async () => {
  const page = await newPhone(browser, { remembers: ANA, installs: true });
  phones.push(page);
  const trouble = troubleOf(page);
  await desk.answer(page);
  await page.goto(server.url.replace('127.0.0.1', STAGE_HOST));
  await page.getByText('Saved', { exact: true }).waitFor();
  expect(await page.evaluate(() => [isSecureContext, 'serviceWorker' in navigator])).toEqual([false, false]);
  await page.getByRole('button', { name: 'Mute Kick' }).tap();
  await page.getByRole('button', { name: 'Mute Kick', pressed: true }).waitFor();
  await page.getByRole('button', { name: /Name and settings/ }).tap();
  await page.getByText('Not possible over plain http').waitFor();
  expect(trouble).toEqual([]);
});

test('nothing is drawn before its words are there, and then all of it in the language of the phone', async () => {
  const page = await newPhone(browser, { remembers: ANA, locale: 'es-ES' });
  phones.push(page);
  await desk.answer(page);
  let bring = (): void => {};
  const words = page.waitForRequest(/\/assets\/es-/);
  await page.route(/\/assets\/es-/, async (route) => {
    await new Promise<void>((resolve) => (bring = resolve));
    await route.continue();
  });
  await page.goto(server.url);
  await words;
  await page.waitForFunction(() => customElements.get('mixer-app') !== undefined);
  await drawn(page);
  expect(await page.locator('mixer-app').count()).toBe(0);
  bring();
  await page.getByText('Guardado', { exact: true }).waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('es');
});

describe('what comes behind the first view', () => {
  async function openOverHttp(): Promise<Page> {
    const page = await newPhone(browser, { remembers: ANA });
    phones.push(page);
    await desk.answer(page);
    return page;
  }

  test('is there before it is asked for: sheets open, and a turned phone has its desk, without the server', async () => {
    const page = await openOverHttp();
    await page.goto(server.url);
    await page.waitForFunction(() =>
      ['me-sheet', 'channel-sheet', 'desk-page'].every((name) => customElements.get(name) !== undefined),
    );
    await server.close();
    await page.getByRole('button', { name: /Name and settings/ }).tap();
    await page.getByRole('dialog', { name: 'Ana' }).waitFor();
    await page.keyboard.press('Escape');
    await page.setViewportSize({ width: 1180, height: 820 });
    await page.locator('channel-strip').first().waitFor();
    expect(await page.getByRole('slider', { name: 'Level, Bass' }).getAttribute('aria-orientation')).toBe(
      'vertical',
    );
  });

  test('and did not come because the server was away, comes when it is asked for again', async () => {
    const page = await openOverHttp();
    let away = true;
    await page.route(/\/later-/, (route) => (away ? route.abort() : route.continue()));
    const missed = page.waitForEvent('requestfailed', (request) => request.url().includes('/later-'));
    await page.goto(server.url);
    await page.getByText('Saved', { exact: true }).waitFor();
    await missed;
    expect(await page.evaluate(() => customElements.get('me-sheet') === undefined)).toBe(true);
    away = false;
    await page.getByRole('button', { name: /Name and settings/ }).tap();
    await page.getByRole('dialog', { name: 'Ana' }).waitFor();
  });
});
