/** Draws the icons of the installed page from our own drawings: `npx nx icons web-client`. What it writes is committed. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const ICON = '../src/styles/icon.svg';
const MASKABLE = './maskable.svg';
const PICTURES = [
  { name: 'icon-192.png', drawing: ICON, sizePx: 192 },
  { name: 'icon-512.png', drawing: ICON, sizePx: 512 },
  { name: 'maskable-512.png', drawing: MASKABLE, sizePx: 512 },
  // iOS rounds the corners itself, and paints what is transparent black.
  { name: 'apple-touch-180.png', drawing: MASKABLE, sizePx: 180 },
] as const;

const pathOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

const folder = pathOf('../public/icons/');
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
for (const { name, drawing, sizePx } of PICTURES) {
  const page = await browser.newPage({ viewport: { width: sizePx, height: sizePx } });
  const svg = readFileSync(pathOf(drawing), 'utf8');
  await page.setContent(`<style>*{margin:0}svg{display:block;width:100vw}</style>${svg}`);
  writeFileSync(folder + name, await page.screenshot({ omitBackground: true }));
  await page.close();
}
await browser.close();
