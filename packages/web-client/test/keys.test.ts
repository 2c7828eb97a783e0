/** A band comes in, with nothing but its screens: the engineer, who asks, who scans, who is sent away (SPEC A2 to A8). */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { violationsOf } from './support/accessibility.ts';
import {
  launchBrowser,
  newPhone,
  type PhoneOptions,
  screenshotFolder,
  troubleOf,
} from './support/browser.ts';
import { Server, steadyPort } from './support/server.ts';

let folder: string;
let server: Server;
let browser: Browser;
const pages: Page[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser?.close());

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'foldback-keys-'));
  server = await Server.start(folder, await steadyPort());
});

afterEach(async () => {
  await Promise.all(pages.splice(0).map((page) => page.context().close()));
  await server?.end('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

async function open(options: PhoneOptions = {}, fragment = ''): Promise<Page> {
  const page = await newPhone(browser, options);
  pages.push(page);
  await page.goto(`${server.url}${fragment}`);
  return page;
}

const key = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
const look = (page: Page, name: string) =>
  page.screenshot({ path: join(screenshotFolder, `keys-${name}.png`), animations: 'disabled' });

async function sayName(page: Page, name: string, face: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Your name' }).fill(name);
  await key(page, face).click();
}

/** Whoever sits at the mixer's own computer, with the sheet of phones and people open. */
async function engineer(): Promise<Page> {
  const page = await open({ size: 'desktop' });
  await sayName(page, 'Sam', 'Start');
  await key(page, /Name and settings/).click();
  await key(page, 'I am the engineer').click();
  await page.locator('engineer-sheet').getByRole('button', { name: 'I am the engineer' }).click();
  await page.locator('engineer-sheet').waitFor({ state: 'detached' });
  await openPeople(page);
  return page;
}

async function openPeople(page: Page): Promise<void> {
  await key(page, /Name and settings/).click();
  await key(page, 'Phones and people').click();
  await page.getByText('Nobody is asking').waitFor();
}

/** The address in the code that is shown, on this test's own address. */
async function shownInvite(page: Page): Promise<string> {
  const sheet = page.locator('invite-sheet');
  await sheet.getByRole('img', { name: 'QR code of the invite' }).waitFor();
  return sheet.evaluate((element) => {
    const { invite } = element as unknown as { invite: { url: string } };
    return new URL(invite.url).hash;
  });
}

test('a band is let in by an engineer, one after the other, and sent away', async () => {
  const sam = await engineer();
  const trouble = troubleOf(sam);
  await sam.getByText('Ask me each time').click();
  await look(sam, 'people');
  expect(await violationsOf(sam)).toEqual([]);

  // Leo asks, and shows the digits.
  const leo = await open({ size: 'small' });
  await sayName(leo, 'Leo', 'Ask to come in');
  const digits = await leo.locator('.digits').textContent();
  expect(digits).toMatch(/^\d{3} \d{3}$/);
  await look(leo, 'asking');
  expect(await violationsOf(leo)).toEqual([]);
  await sam.getByText('1 asks to come in').waitFor();
  expect(await sam.locator('people-sheet .digits').textContent()).toBe(digits);
  await key(sam, 'As somebody new').click();
  await key(leo, 'Start with everybody at −10 dB').waitFor();

  // His tablet comes in by his phone's code.
  await key(leo, /Name and settings/).click();
  await key(leo, 'My mix on another phone').click();
  const hash = await shownInvite(leo);
  await look(leo, 'other-phone');
  const tablet = await open({ size: 'tablet' }, hash);
  await key(tablet, 'Start with everybody at −10 dB').waitFor();
  expect(new URL(tablet.url()).hash).toBe('');
  await leo.getByText(/ is in\.$/).waitFor();
  await tablet.getByText('Leo').first().waitFor();

  // The same code lets in nobody else.
  const thief = await open({ size: 'phone' }, hash);
  await thief.getByText('This code was used already, or is over. Ask for another one.').waitFor();
  await look(thief, 'used-code');

  // A phone is removed, and is out at once.
  await sam.getByText('3 phones are in').waitFor();
  await key(sam, 'Remove').first().click();
  await Promise.race(
    [leo, tablet].map((page) => page.getByText('Say who you are. The engineer lets you in.').waitFor()),
  );
  expect(trouble).toEqual([]);
});

test('an open house is told on every page, and a house that is closed again lets only those stay who were let in', async () => {
  const sam = await engineer();
  await sam.getByText('Open house: everybody may change everything').click();
  const kim = await open({ size: 'small' });
  await sayName(kim, 'Kim', 'Start');
  await kim.getByText('Open house', { exact: true }).waitFor();
  await sam.getByText('Open house', { exact: true }).waitFor();
  expect(await violationsOf(kim)).toEqual([]);
  await sam.getByText('Ask me each time').click();
  await kim.getByText('Say who you are. The engineer lets you in.').waitFor();
  await sam.getByText('Connected', { exact: true }).waitFor();
});

test('declined, a phone says so and may ask again; in Spanish too', async () => {
  const first = await engineer();
  await first.getByText('Ask me each time').click();
  // In a house that asks each time, the engineer's next browser is a guest at first.
  const sam = await open({ size: 'desktop' });
  await sam.locator('summary').click();
  await key(sam, 'I am the engineer').click();
  await sam.locator('guest-sheet').waitFor({ state: 'detached' });
  await sayName(sam, 'Sam', 'Start');
  await openPeople(sam);
  const eva = await open({ locale: 'es-ES' });
  await eva.getByRole('textbox', { name: 'Tu nombre' }).fill('Eva');
  await key(eva, 'Pedir entrar').click();
  await eva.locator('.digits').waitFor();
  await key(sam, 'Decline').click();
  await eva.getByText('Esta vez no. Habla con quien lleva el sonido, o pide otra vez.').waitFor();
  await look(eva, 'declined-es');
  expect(await violationsOf(eva)).toEqual([]);
  await key(eva, 'Pedir otra vez').waitFor();
});
