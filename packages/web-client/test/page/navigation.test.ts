/** What lies over the page, the way back from it, and what the page speaks. */
import type { Page } from 'playwright-core';
import { violationsOf } from '../support/accessibility.ts';
import { centreOf, Fingers } from '../support/browser.ts';
import { ANA } from '../support/sample-band.ts';
import { desk, drag, level, openMix, openPage, saved, shown, useVenue } from '../support/mixer-page.ts';

useVenue();

const dock = (page: Page) => page.locator('channel-dock');
const openDock = async (page: Page) => {
  await (await Fingers.on(page)).tap(await centreOf(level(page, 'Bass')));
  await dock(page).waitFor();
};

describe('the phone goes back', () => {
  test('from a sheet over the dock to the dock, from the dock to the mix, and only then from the page', async () => {
    const page = await openPage();
    const before = page.url();
    await page.getByText('Saved').waitFor();
    await openDock(page);
    await dock(page).getByRole('button', { name: 'Bass: more' }).tap();
    await page.getByRole('dialog', { name: 'Bass' }).waitFor();
    await page.goBack();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await dock(page).isVisible()).toBe(true);
    await page.goBack();
    await dock(page).waitFor({ state: 'detached' });
    expect(page.url()).toBe(before);
    expect(await level(page, 'Bass').isVisible()).toBe(true);
    await page.goBack();
    expect(page.url()).not.toBe(before);
  });

  test('a dock that was closed by hand is nothing to go back from', async () => {
    const page = await openPage();
    const before = page.url();
    await page.getByText('Saved').waitFor();
    const placesBefore = await page.evaluate(() => history.length);
    await openDock(page);
    await dock(page).getByRole('button', { name: 'Close' }).tap();
    await page.waitForFunction(() => history.state === null);
    await openDock(page);
    expect(await page.evaluate(() => history.length)).toBe(placesBefore + 1);
    await page.goBack();
    await dock(page).waitFor({ state: 'detached' });
    expect(page.url()).toBe(before);
  });
});

test('what the keys do can be read, from Name and settings, and back leads to the mix', async () => {
  const page = await openMix();
  await page.getByRole('button', { name: /Name and settings/ }).tap();
  await page.getByRole('button', { name: 'What the keys do' }).tap();
  const sheet = page.getByRole('dialog', { name: 'What the keys do' });
  await sheet.waitFor();
  expect(await page.getByText('Brings a level to 0 dB.').isVisible()).toBe(true);
  expect(await page.getByRole('dialog').count()).toBe(1);
  expect(await violationsOf(page)).toEqual([]);
  await page.goBack();
  await sheet.waitFor({ state: 'detached' });
  expect(await level(page, 'Bass').isVisible()).toBe(true);
});

/** All that can be read and heard of a page. */
const wordsOf = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = [];
    const look = (root: ParentNode): void => {
      for (const element of root.querySelectorAll('*')) {
        if (element.matches('style')) continue;
        for (const name of ['aria-label', 'aria-valuetext', 'placeholder']) {
          const said = element.getAttribute(name);
          if (said !== null) found.push(said);
        }
        for (const node of element.childNodes) {
          if (node.nodeType === Node.TEXT_NODE && node.textContent?.trim())
            found.push(node.textContent.trim());
        }
        if (element.shadowRoot) look(element.shadowRoot);
      }
    };
    look(document.body);
    return [document.documentElement.lang, document.title, ...found];
  });

describe('another language', () => {
  const speakSpanish = async (page: Page) => {
    await page.getByRole('button', { name: /Name and settings/ }).tap();
    await page.getByLabel('Language').selectOption('es');
    await page.getByRole('dialog').getByRole('button', { name: 'Cerrar' }).tap();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  };

  test('is spoken at once and by everything, and keeps what can be undone', async () => {
    const page = await openMix();
    await drag(page, 'Bass', -80);
    const moved = await level(page, 'Bass').getAttribute('aria-valuetext');
    await saved(page);
    await page.evaluate(() => Object.assign(window, { stayed: true }));
    await speakSpanish(page);
    expect(await page.evaluate(() => 'stayed' in window)).toBe(true);
    expect(moved).not.toBe('−4.0 dB');
    await page.getByRole('button', { name: 'Deshacer' }).tap();
    await page.locator('input[aria-label="Nivel, Bass"][aria-valuetext="−4,0 dB"]').first().waitFor();
  });

  test.each(['phone', 'tablet'] as const)('on a %s it leaves no word of the other', async (size) => {
    desk.addMix('leo', 'Leo', {}, { output: 0 });
    const page = await openMix({ size });
    await speakSpanish(page);
    const now = await wordsOf(page);
    const fresh = await openMix({ size, remembers: { ...ANA, 'foldback.language': 'es' } });
    expect(now).toEqual(await wordsOf(fresh));
  });

  test('is spoken when the server is away', async () => {
    const page = await openMix();
    // Everything that may be asked for without the server is there.
    await page.waitForFunction(() =>
      performance.getEntriesByType('resource').some(({ name }) => name.includes('/es-')),
    );
    desk.open = false;
    await desk.hangUp();
    await page.getByText('Your mix keeps playing as it is.').waitFor();
    await page.context().setOffline(true);
    await speakSpanish(page);
    expect(await shown(page.getByText(/Reconectando/))).toBe(true);
    await levelIsIn(page, 'Nivel, Bass', '−4,0 dB');
  });
});

const levelIsIn = (page: Page, name: string, text: string) =>
  page.locator(`input[aria-label="${name}"][aria-valuetext="${text}"]`).first().waitFor();
