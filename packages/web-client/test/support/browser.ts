/** A real Chromium, phones of given sizes in it, and fingers. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Browser,
  type BrowserContextOptions,
  type CDPSession,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core';

export const packageFolder = fileURLToPath(new URL('../..', import.meta.url));
export const screenshotFolder = join(packageFolder, '../../artifacts/screenshots');

/** Sizes of the interface brief, in CSS px. */
export const SIZES = {
  laptopAt400: { width: 320, height: 180 },
  small: { width: 320, height: 640 },
  phone: { width: 390, height: 844 },
  landscape: { width: 844, height: 390 },
  tabletPortrait: { width: 820, height: 1180 },
  tablet: { width: 1180, height: 820 },
  desktop: { width: 1440, height: 900 },
} as const;

/** Chromium listens to the last list only, so what Playwright (1.65) switches off is said again. */
const WITHOUT = [
  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
  // The address bar, which nobody sees, would bring a process with pages of its own to every phone (Chromium 156).
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxFullPopup',
  'WebUIOmniboxPopup',
];

const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
  `--disable-features=${WITHOUT.join(',')}`,
];

export const launchBrowser = (...more: string[]): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [...ARGS, ...more],
  });

export interface PhoneOptions {
  readonly size?: keyof typeof SIZES;
  readonly locale?: string;
  /** What the phone remembers from last time. */
  readonly remembers?: Readonly<Record<string, string>>;
  /** Everything another phone has stored, cookies included. */
  readonly stored?: BrowserContextOptions['storageState'];
  readonly reducedMotion?: boolean;
  readonly scale?: number;
  /** Lets the page keep itself for offline. */
  readonly installs?: boolean;
}

/** A phone of its own: nothing is shared with the others. Errors on the page fail the test that looks for them. */
export async function newPhone(browser: Browser, options: PhoneOptions = {}): Promise<Page> {
  const size = options.size ?? 'phone';
  const context = await browser.newContext({
    viewport: SIZES[size],
    deviceScaleFactor: options.scale ?? 1,
    isMobile: size !== 'desktop',
    hasTouch: size !== 'desktop',
    locale: options.locale ?? 'en-GB',
    ...(options.stored !== undefined && { storageState: options.stored }),
    reducedMotion: options.reducedMotion === false ? 'no-preference' : 'reduce',
  });
  // Shorter than a test may take, so that what was waited for is named.
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  // As over plain http: every page comes from the server.
  if (options.installs !== true) {
    await page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'serviceWorker'));
  }
  const remembers = options.remembers ?? {};
  await page.addInitScript((items) => {
    for (const [key, value] of Object.entries(items)) {
      // Only what is not there yet: a reload finds what the page itself has stored.
      if (localStorage.getItem(key) === null) localStorage.setItem(key, value);
    }
  }, remembers);
  return page;
}

/** Everything that went wrong on a page: exceptions, refused resources, policy violations. */
export function troubleOf(page: Page): string[] {
  const trouble: string[] = [];
  page.on('pageerror', (error) => trouble.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') trouble.push(message.text());
  });
  return trouble;
}

export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** Until what a finger has just done is on the screen. */
export const drawn = (page: Page): Promise<void> =>
  page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))),
  );

/** Where its middle is, as soon as the page has drawn it there and is free to hear a finger. */
export async function centreOf(locator: Locator): Promise<Spot> {
  await locator.scrollIntoViewIfNeeded();
  await drawn(locator.page());
  const box = await locator.boundingBox();
  if (box === null) throw new Error(`not on the page: ${String(locator)}`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Until the list has not moved for a while: a touch on a moving list only stops it. */
export const listAtRest = (page: Page): Promise<void> =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        const list = document.querySelector('mixer-app')?.shadowRoot?.querySelector('main');
        let timer = setTimeout(resolve, 200);
        list?.addEventListener('scroll', () => {
          clearTimeout(timer);
          timer = setTimeout(resolve, 200);
        });
      }),
  );

/** How long a finger that taps is on the glass. */
const TAP_MS = 50;

/** Fingers on the glass: real touch events, which the browser may take for scrolling. */
export class Fingers {
  readonly #session: CDPSession;
  readonly #down = new Map<number, Spot>();

  private constructor(session: CDPSession) {
    this.#session = session;
  }

  static async on(page: Page): Promise<Fingers> {
    return new Fingers(await page.context().newCDPSession(page));
  }

  /** @param atMs when it came, if the browser is not to say so itself */
  async down(spot: Spot, id = 0, atMs?: number): Promise<void> {
    this.#down.set(id, spot);
    await this.#send('touchStart', this.#down, atMs);
  }

  async move(spot: Spot, id = 0): Promise<void> {
    this.#down.set(id, spot);
    await this.#send('touchMove', this.#down);
  }

  async up(id = 0, atMs?: number): Promise<void> {
    const spot = this.#down.get(id);
    this.#down.delete(id);
    // An end names the fingers that left; the others name those that are there (seen in Chromium 156).
    await this.#send('touchEnd', spot === undefined ? [] : [[id, spot]], atMs);
  }

  /** All of them. */
  async leave(): Promise<void> {
    for (const id of this.#down.keys()) await this.up(id);
  }

  /** Down, along a straight line in steps, and up. */
  async drag(from: Spot, to: Spot, steps = 10): Promise<void> {
    await this.down(from);
    await this.slide(from, to, steps);
    await this.up();
  }

  /** A finger that is down moves along a straight line. */
  async slide(from: Spot, to: Spot, steps = 10, id = 0): Promise<void> {
    for (let step = 1; step <= steps; step++) {
      const part = step / steps;
      await this.move({ x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part }, id);
    }
  }

  /** As quick as a finger even on a busy machine: nothing waits for an answer on the way, and the times are a finger's own. */
  async tap(spot: Spot, atMs = Date.now()): Promise<void> {
    await Promise.all([this.down(spot, 0, atMs), this.up(0, atMs + TAP_MS)]);
  }

  async doubleTap(spot: Spot): Promise<void> {
    const atMs = Date.now();
    await Promise.all([this.tap(spot, atMs), this.tap(spot, atMs + 2 * TAP_MS)]);
  }

  async #send(
    type: 'touchStart' | 'touchMove' | 'touchEnd',
    fingers: Iterable<readonly [number, Spot]>,
    atMs?: number,
  ): Promise<void> {
    const touchPoints = [...fingers].map(([id, { x, y }]) => ({ id, x, y, radiusX: 8, radiusY: 8 }));
    await this.#session.send('Input.dispatchTouchEvent', {
      type,
      touchPoints,
      ...(atMs !== undefined && { timestamp: atMs / 1000 }),
    });
  }
}

/** @param animations a fader under a finger rides on some: without them it is seen where the finger found it */
export async function screenshot(
  page: Page,
  name: string,
  animations: 'allow' | 'disabled' = 'disabled',
): Promise<void> {
  mkdirSync(screenshotFolder, { recursive: true });
  await page.screenshot({ path: join(screenshotFolder, `${name}.png`), animations });
}
