/** A real browser the size of a phone. */
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 3, isMobile: true, hasTouch: true };

export const openBrowser = (): Promise<Browser> => chromium.launch({ executablePath: CHROMIUM, args: QUIET });

/** One musician's phone: what the page keeps is its own. */
export class MusicianPhone {
  readonly context: BrowserContext;
  readonly page: Page;

  private constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
  }

  static async open(browser: Browser, url: string): Promise<MusicianPhone> {
    const context = await browser.newContext(PHONE);
    const page = await context.newPage();
    await page.goto(url);
    return new MusicianPhone(context, page);
  }

  /** First run: says who it is, and starts with everybody in the mix. */
  async begin(name: string): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Your name' }).fill(name);
    await this.page.keyboard.press('Enter');
    await this.page.getByRole('button', { name: 'Start with everybody' }).click();
    await this.fader('Input 1').waitFor();
  }

  fader(channel: string) {
    return this.page.getByRole('slider', { name: `Level, ${channel}`, exact: true });
  }

  /** Drags a fader along its travel with a finger. @param distance CSS px, to the right is up */
  async drag(channel: string, distance: number): Promise<void> {
    const box = await this.fader(channel).boundingBox();
    if (!box) throw new Error(`there is no fader of ${channel} to touch`);
    const session = await this.context.newCDPSession(this.page);
    const y = box.y + box.height / 2;
    const from = box.x + box.width / 2;
    const at = (x: number) => [{ x, y }];
    await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(from) });
    const steps = 12;
    for (let step = 1; step <= steps; step++) {
      await session.send('Input.dispatchTouchEvent', {
        type: 'touchMove',
        touchPoints: at(from + (distance * step) / steps),
      });
    }
    await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await session.detach();
  }

  async press(key: string): Promise<void> {
    await this.page.getByRole('button', { name: key, exact: true }).tap();
  }

  /** Everything the page says of the mix: every fader in dB, every key and whether it is lit. */
  async mix(): Promise<Record<string, string>> {
    const said: Record<string, string> = {};
    for (const slider of await this.page.getByRole('slider', { name: /^Level, / }).all()) {
      said[(await slider.getAttribute('aria-label')) ?? ''] =
        (await slider.getAttribute('aria-valuetext')) ?? '';
    }
    for (const key of await this.page.getByRole('button', { name: /^(Mute|Solo) Input/ }).all()) {
      said[(await key.getAttribute('aria-label')) ?? ''] = (await key.getAttribute('aria-pressed')) ?? '';
    }
    return said;
  }

  /** Until the page says that everything is on disk. */
  async saved(): Promise<void> {
    await this.page.getByText('Saved', { exact: true }).waitFor();
  }
}
