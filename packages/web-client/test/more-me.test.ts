/** "More me" on the real engine: the demo band plays, and what leaves the mix is measured. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  decodeMeters,
  gainOf,
  gainToDb,
  METER_RATE_HZ,
  type MixValue,
  PROTOCOL_VERSION,
  type Watched,
} from '@foldback/protocol';
import type { Browser, Page } from 'playwright-core';
import { drawn, launchBrowser, newPhone } from './support/browser.ts';
import { Server, steadyPort } from './support/server.ts';

/** The band plays eight bars of four at 100 a minute, and begins again. */
const LOOP_MS = (8 * 4 * 60_000) / 100;
const FRAMES_PER_LOOP = Math.round((LOOP_MS / 1000) * METER_RATE_HZ);
const VOCAL = 9;

/** Somebody who watches a mix and measures it, beside the page. */
class Ears {
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, (ok: unknown) => void>();
  #nextId = 1;
  #hear: (powers: readonly number[]) => void = () => undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }: MessageEvent<unknown>) => this.#onMessage(data);
  }

  static async at(port: number, clientId: string): Promise<Ears> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`);
    const ears = new Ears(socket);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = reject;
    });
    await ears.#ask('hello', { protocol: PROTOCOL_VERSION, client_id: clientId });
    await ears.#ask('claim_engineer', {}); // at the mixer's own computer: hears everybody
    await ears.#ask('watch_meters', { on: true });
    return ears;
  }

  async watch(clientId: string): Promise<MixValue> {
    const { records } = (await this.#ask('watch_mix', { client_id: clientId })) as Watched;
    const record = records.find(({ key }) => key === `mix/${clientId}`);
    if (record === undefined) throw new Error(`no mix of ${clientId}`);
    return record.value as MixValue;
  }

  /** The mean power of both sides over one turn of the song, dB. */
  async loudnessDb(): Promise<number> {
    let frames = 0;
    let power = 0;
    await new Promise<void>((resolve) => {
      this.#hear = ([left = 0, right = 0]) => {
        power += left + right;
        if (++frames === FRAMES_PER_LOOP) resolve();
      };
    });
    return 10 * Math.log10(power / frames);
  }

  close(): void {
    this.#socket.close();
  }

  #ask(type: string, body: object): Promise<unknown> {
    const id = this.#nextId++;
    this.#socket.send(JSON.stringify({ id, type, body }));
    return new Promise((resolve) => this.#answers.set(id, resolve));
  }

  #onMessage(data: unknown): void {
    if (data instanceof ArrayBuffer) {
      const meters = decodeMeters(data);
      if (meters?.kind === 'mix') this.#hear(meters.rmsDb.map((db) => 10 ** (db / 10)));
      return;
    }
    const { re, ok } = JSON.parse(String(data)) as { re?: number; ok?: unknown };
    if (re !== undefined) this.#answers.get(re)?.(ok);
  }
}

let folder: string;
let server: Server;
let browser: Browser;
let page: Page;
/** At Ana's mix; and at Leo's, which begins as hers does and to which nothing is done. */
let ears: Ears;
let earsAtLeo: Ears;
let ana: string;
let leo: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'foldback-more-me-'));
  browser = await launchBrowser();
  server = await Server.start(folder, await steadyPort());
  page = await newPhone(browser);
  ana = await come(page, 'Ana');
  leo = await come(await newPhone(browser), 'Leo');
  ears = await Ears.at(server.port, 'ears');
  earsAtLeo = await Ears.at(server.port, 'ears-at-leo');
});

afterAll(async () => {
  ears?.close();
  earsAtLeo?.close();
  await browser?.close();
  await server?.end('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

/** A new musician with everybody in the mix. @returns who they are for the server */
async function come(phone: Page, name: string): Promise<string> {
  await phone.goto(server.url);
  await phone.getByRole('textbox', { name: 'Your name' }).fill(name);
  await phone.keyboard.press('Enter');
  await phone.getByRole('button', { name: 'Start with everybody at −10 dB' }).tap();
  await phone.getByRole('slider', { name: 'Level, Vocal' }).waitFor();
  await saved(phone);
  return (await phone.evaluate(() => localStorage.getItem('foldback.client_id'))) ?? '';
}

/** When all that the page has drawn is with the server, and on its disk. */
async function saved(phone: Page): Promise<void> {
  await drawn(phone);
  await phone.getByText('Saved', { exact: true }).waitFor();
}

async function gainsAt(watcher: Ears, clientId: string): Promise<number[]> {
  const mix = await watcher.watch(clientId);
  return mix.channels.map((channel) => gainOf(mix, channel));
}

test('the first tap asks who I am; the star is kept for the next phone', async () => {
  await page.getByRole('button', { name: 'More me', exact: true }).tap();
  await page.getByRole('button', { name: '10 Vocal' }).tap();
  await page.getByRole('button', { name: 'Done' }).tap();
  await page.getByRole('group', { name: 'Vocal, mine' }).waitFor();
  await saved(page);
  const other = await newPhone(browser, { stored: await page.context().storageState() });
  await other.goto(server.url);
  await other.getByRole('group', { name: 'Vocal, mine' }).waitFor();
  expect(await other.locator('channel-row').first().getAttribute('aria-label')).toBe('Vocal, mine');
  await other.context().close();
});

test('what is heard is as loud as before within 0.5 dB, with more of me, and Undo is exact to the bit', async () => {
  const before = await gainsAt(ears, ana);
  expect(await gainsAt(earsAtLeo, leo)).toEqual(before);
  await page.getByRole('button', { name: 'More me', exact: true }).tap();
  await page.getByText('More me +1.5 dB').waitFor();
  await saved(page);
  const after = await gainsAt(ears, ana);
  expect(gainToDb((after[VOCAL] ?? 0) / (before[VOCAL] ?? 1))).toBeCloseTo(1.5, 9);
  await page.getByRole('status').getByRole('button', { name: 'Undo' }).tap();
  await page.getByText('More me +1.5 dB').waitFor({ state: 'detached' });
  await saved(page);
  expect(await gainsAt(ears, ana)).toEqual(before);

  // Without the rest coming down, this would be 0.7 dB louder.
  for (const level of ['−8.5', '−7.0']) {
    await page.getByRole('button', { name: 'More me', exact: true }).tap();
    await page.locator(`input[aria-label="Level, Vocal"][aria-valuetext="${level} dB"]`).waitFor();
    await saved(page);
  }
  const moved = await gainsAt(ears, ana);
  expect(gainToDb((moved[VOCAL] ?? 0) / (before[VOCAL] ?? 1))).toBeCloseTo(3, 9);
  // The same turn of the song as it is now, and as it would be without those taps.
  const [now, untouched] = await Promise.all([ears.loudnessDb(), earsAtLeo.loudnessDb()]);
  const changeDb = now - untouched;
  console.info(`two taps: the voice +3 dB, the loudness of the mix ${changeDb.toFixed(2)} dB`);
  expect(Math.abs(changeDb)).toBeLessThanOrEqual(0.5);
}, 120_000);
