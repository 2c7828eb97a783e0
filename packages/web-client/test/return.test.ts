/** How soon the page is right again after its server returns, however long that was away (SPEC W4). */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchBrowser, newPhone } from './support/browser.ts';
import { Server, steadyPort } from './support/server.ts';

test('a server that was away for a while is found within a second of its return', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'foldback-return-'));
  const browser = await launchBrowser();
  let server = await Server.start(folder, await steadyPort());
  try {
    const page = await newPhone(browser);
    await page.goto(server.url);
    await page.getByRole('textbox', { name: 'Your name' }).fill('Zoe');
    await page.keyboard.press('Enter');
    await page.getByText('Saved', { exact: true }).waitFor();
    await server.end('SIGKILL');
    await page.getByText(/^attempt 1\d$/).waitFor();
    server = await Server.start(folder, server.port);
    const openedMs = performance.now();
    await page.getByText('Saved', { exact: true }).waitFor();
    expect(performance.now() - openedMs).toBeLessThan(1_000);
  } finally {
    await browser.close();
    await server.end('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  }
});
