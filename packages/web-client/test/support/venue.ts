/** A build of ours served, a browser, and the phones that come to look at it. */
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, newPhone, packageFolder, type PhoneOptions, troubleOf } from './browser.ts';
import type { FakeDesk } from './fake-desk.ts';
import { ANA } from './sample-band.ts';
import { serveFolder, type StaticServer } from './static-server.ts';

export class Venue {
  readonly #server: StaticServer;
  readonly #browser: Browser;
  readonly #phones = new Map<Page, string[]>();

  private constructor(server: StaticServer, browser: Browser) {
    this.#server = server;
    this.#browser = browser;
  }

  static async open(build: 'dist' | 'build-gallery'): Promise<Venue> {
    return new Venue(await serveFolder(join(packageFolder, build)), await launchBrowser());
  }

  get url(): string {
    return this.#server.url;
  }

  /** Everything that went wrong on the phones that are here. */
  get trouble(): string[] {
    return [...this.#phones.values()].flat();
  }

  /** A phone that has not opened anything yet. */
  async phone(options: PhoneOptions = {}): Promise<Page> {
    const page = await newPhone(this.#browser, options);
    this.#phones.set(page, troubleOf(page));
    return page;
  }

  /** Ana's phone unless told otherwise, on the page, with a desk in memory in the server's place. */
  async visit(desk: FakeDesk, options: PhoneOptions = {}): Promise<Page> {
    const page = await this.phone({ remembers: ANA, ...options });
    await desk.answer(page);
    await page.goto(this.url);
    return page;
  }

  /** … and her mix is on it. */
  async visitMix(desk: FakeDesk, options: PhoneOptions = {}): Promise<Page> {
    const page = await this.visit(desk, options);
    await page.getByText(/^(Saved|Guardado)$/).waitFor();
    return page;
  }

  /** All phones go. @returns what went wrong on them */
  async clear(): Promise<string[]> {
    const { trouble } = this;
    await Promise.all([...this.#phones.keys()].map((page) => page.context().close()));
    this.#phones.clear();
    return trouble;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#server.close();
  }
}
