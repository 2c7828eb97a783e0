/** Phones and the real server: what is moved on one is kept, and seen on the other. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { violationsOf } from './support/accessibility.ts';
import { centreOf, drawn, Fingers, launchBrowser, newPhone, troubleOf } from './support/browser.ts';
import { Server, steadyPort } from './support/server.ts';

let folder: string;
let server: Server;
let browser: Browser;
const phones: Page[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'foldback-page-'));
  browser = await launchBrowser();
  server = await Server.start(folder, await steadyPort());
});

afterAll(async () => {
  await browser?.close();
  await server?.end('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

afterEach(async () => {
  await Promise.all(phones.splice(0).map((page) => page.context().close()));
});

type Stored = BrowserContextOptions['storageState'];

async function openPage(stored?: Stored): Promise<Page> {
  const page = await newPhone(browser, stored === undefined ? {} : { stored });
  phones.push(page);
  await page.goto(server.url);
  return page;
}

/** A musician nobody has seen before, with everybody in the mix. */
async function newMusician(name: string): Promise<Page> {
  const page = await openPage();
  await page.getByRole('textbox', { name: 'Your name' }).fill(name);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Start with everybody at −10 dB' }).tap();
  await fader(page).waitFor();
  await saved(page);
  return page;
}

/** Another phone that holds the same identity. */
const secondPhone = async (first: Page): Promise<Page> => {
  const page = await openPage(await first.context().storageState());
  await saved(page);
  return page;
};

/** When all that the page has drawn is with the server, and on its disk. */
async function saved(page: Page): Promise<void> {
  await drawn(page);
  await page.getByText('Saved', { exact: true }).waitFor();
}

/** The first channel of the demo band. */
const fader = (page: Page): Locator => page.getByRole('slider', { name: /^Level, / }).first();
const mute = (page: Page, pressed?: boolean): Locator =>
  page.getByRole('button', { name: /^Mute (?!all)/, ...(pressed !== undefined && { pressed }) }).first();

const levels = async (page: Page): Promise<(string | null)[]> =>
  Promise.all(
    (await page.getByRole('slider', { name: /^Level, / }).all()).map((slider) =>
      slider.getAttribute('aria-valuetext'),
    ),
  );

/** True as soon as a page speaks these levels; an error when it does not come to that. */
async function speaks(page: Page, expected: readonly (string | null)[]): Promise<true> {
  const sliders = await page.getByRole('slider', { name: /^Level, / }).all();
  expect(sliders).toHaveLength(expected.length);
  await Promise.all(
    sliders.map((slider, i) => slider.and(page.locator(`[aria-valuetext="${expected[i]}"]`)).waitFor()),
  );
  return true;
}

/** The palette's name for the colour of whoever holds this phone. */
const colourOf = (page: Page): Promise<string | undefined> =>
  page
    .locator('mixer-app')
    .evaluate((app: HTMLElement) => /--fb-ch-(\w+)/.exec(app.style.getPropertyValue('--me'))?.[1]);

const has = (page: Page, colour: string): Promise<void> =>
  page.locator(`mixer-app[style*="--fb-ch-${colour}"]`).waitFor();

async function drag(page: Page, px: number): Promise<void> {
  const fingers = await Fingers.on(page);
  const from = await centreOf(fader(page));
  await fingers.drag(from, { x: from.x + px, y: from.y });
  await drawn(page);
}

test('two phones on two mixes: each has its own, and a reload finds it', async () => {
  const ana = await newMusician('Ana');
  const leo = await newMusician('Leo');
  const trouble = [troubleOf(ana), troubleOf(leo)];
  await drag(ana, 60);
  await mute(leo).tap();
  await mute(leo, true).waitFor();
  await Promise.all([saved(ana), saved(leo)]);
  const [anaLevels, leoLevels] = [await levels(ana), await levels(leo)];
  expect(anaLevels[0]).not.toBe(leoLevels[0]);
  expect(leoLevels[0]).toBe('−10.0 dB, muted');
  expect(anaLevels[1]).toBe('−10.0 dB');

  await Promise.all([ana.reload(), leo.reload()]);
  await Promise.all([saved(ana), saved(leo)]);
  expect(await levels(ana)).toEqual(anaLevels);
  expect(await levels(leo)).toEqual(leoLevels);
  expect(trouble.flat()).toEqual([]);
});

test('two phones on one mix follow one another', async () => {
  const one = await newMusician('Mia');
  const other = await secondPhone(one);
  await drag(one, 70);
  expect(await speaks(other, await levels(one))).toBe(true);
  await drag(other, -50);
  await mute(other).tap();
  await mute(one, true).waitFor();
  await saved(other);
  expect(await speaks(one, await levels(other))).toBe(true);
});

test('two phones that pull one fader at once end with one value', async () => {
  const one = await newMusician('Kai');
  const other = await secondPhone(one);
  const [first, second] = [await Fingers.on(one), await Fingers.on(other)];
  const { x, y } = await centreOf(fader(one));
  await Promise.all([first.down({ x, y }), second.down({ x, y })]);
  await Promise.all([
    first.slide({ x, y }, { x: x + 80, y }, 30),
    second.slide({ x, y }, { x: x - 80, y }, 30),
  ]);
  await Promise.all([first.up(), second.up()]);
  await Promise.all([saved(one), saved(other)]);
  expect(await speaks(one, await levels(other))).toBe(true);
});

test('a colour that is chosen is there after a reload, and on another phone', async () => {
  const one = await newMusician('Noa');
  const other = await secondPhone(one);
  const found = await colourOf(one);
  const wanted = found === 'blue' ? 'teal' : 'blue';
  await one.getByRole('button', { name: /Name and settings/ }).tap();
  expect(await one.getByRole('radio', { checked: true }).getAttribute('value')).toBe(found);
  await one.locator(`input[value="${wanted}"]`).tap();
  await has(other, wanted);
  expect(await violationsOf(one)).toEqual([]);
  await one.reload();
  await saved(one);
  await has(one, wanted);
  expect(await colourOf(await secondPhone(one))).toBe(wanted);
});

test('the band plays, and its meters move', async () => {
  const page = await newMusician('Tom');
  const moving = await page.waitForFunction(() => {
    const page = document.querySelector('mixer-app')?.shadowRoot?.querySelector('rows-page');
    const rows = page?.shadowRoot?.querySelectorAll('channel-row') ?? [];
    return [...rows].some((row) => {
      const meter = row.shadowRoot?.querySelector('level-meter')?.shadowRoot?.querySelector('canvas');
      const third = Math.round((meter?.width ?? 0) * 0.3);
      // Green at 30 % of the lane: something plays louder than −42 dBFS.
      return (meter?.getContext('2d')?.getImageData(third, 1, 1, 1).data[1] ?? 0) > 100;
    });
  });
  expect(await moving.jsonValue()).toBe(true);
  expect(await violationsOf(page)).toEqual([]);
});

test('the server is killed and comes back: the page freezes, returns by itself, and nothing has moved', async () => {
  const page = await newMusician('Zoe');
  await drag(page, 60);
  await saved(page);
  const before = await levels(page);
  await server.end('SIGKILL');
  await page.getByText('Your mix keeps playing as it is.').waitFor();
  await drag(page, -60);
  expect(await levels(page)).toEqual(before);

  server = await Server.start(folder, server.port);
  await page.getByText('Back. Everything as you left it.').waitFor();
  await saved(page);
  expect(await levels(page)).toEqual(before);
});

test('the server is ended: the page says so at once and claims no sound; when it is back everything is there', async () => {
  const page = await newMusician('Ida');
  const before = await levels(page);
  await server.end('SIGTERM');
  await page.getByRole('status').getByText('The mixer was switched off').waitFor();
  expect(await page.getByText(/keeps playing/).count()).toBe(0);
  server = await Server.start(folder, server.port);
  await page.getByText('Back. Everything as you left it.').waitFor();
  await saved(page);
  expect(await page.getByText('The mixer was switched off').count()).toBe(0);
  expect(await levels(page)).toEqual(before);
});

test('a phone that has lost its storage and kept its cookie is its musician’s: nobody is asked, and nobody doubled', async () => {
  const before = await newMusician('Uma');
  await drag(before, 60);
  await saved(before);
  const own = await levels(before);
  const { cookies } = await before.context().storageState();
  const page = await openPage({ cookies, origins: [] });
  await page.getByRole('heading', { name: 'Uma’s mix' }).waitFor();
  await saved(page);
  expect(await levels(page)).toEqual(own);
  expect(await page.getByRole('dialog').count()).toBe(0);
  // One musician on two phones.
  await mute(page).tap();
  expect(await mute(before, true).waitFor()).toBeUndefined();
});

test('a phone that knows a name but not the secret does not get that mix', async () => {
  const owner = await newMusician('Eva');
  const { cookies, origins } = await owner.context().storageState();
  const thief = await openPage({
    cookies: cookies.filter(({ name }) => name !== 'foldback_device'),
    origins,
  });
  await thief.getByText('Say who you are. The engineer lets you in.').waitFor();
  // Nothing of hers is left to be seen, drawn frozen or not.
  expect(await thief.getByRole('slider').count()).toBe(0);
});
