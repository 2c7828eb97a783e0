/** The first usable paint over a slow mobile network, from the real server, and what has to travel for it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { packageFolder } from '../test/support/browser.ts';
import { devtools, fullMix, onStage } from './stage.ts';

/** "Slow 4G" as Lighthouse means it; also for the socket. */
const SLOW_4G = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.75e6 / 8 };
const SCRIPT_MAX_KB = 60;
const VISITS = 3;

function scriptKb(): number {
  const assets = join(packageFolder, 'dist/assets');
  const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'));
  return scripts.reduce((sum, name) => sum + gzipSync(readFileSync(join(assets, name))).length, 0) / 1000;
}

/** @returns whether the script is small enough */
export async function benchLoading(): Promise<boolean> {
  console.log(
    'Loading over slow 4G (150 ms, 1.6 Mbit/s), nothing kept by the browser; goal: usable within 1000 ms.',
  );
  await onStage(64, async (stage) => {
    const first = await stage.open();
    await fullMix(stage, first);
    // What the page remembers is there; its files are not.
    const stored = await first.context().storageState();
    for (let visit = 0; visit < VISITS; visit++) {
      const page = await stage.open({ stored });
      const session = await devtools(page);
      await session.send('Network.enable');
      await session.send('Network.emulateNetworkConditions', SLOW_4G);
      await page.goto(stage.server.url, { waitUntil: 'commit' });
      await page.locator('channel-row').first().waitFor();
      const drawnMs = await page.evaluate(() => performance.now());
      await page.locator('channel-row:not([frozen])').first().waitFor();
      const usableMs = await page.evaluate(() => performance.now());
      console.log(
        `  the mix is drawn after ${drawnMs.toFixed(0)} ms, and can be moved after ${usableMs.toFixed(0)} ms`,
      );
      await page.context().close();
    }
  });
  const kb = scriptKb();
  console.log(`  script: ${kb.toFixed(1)} kB gzip of at most ${SCRIPT_MAX_KB}`);
  return kb <= SCRIPT_MAX_KB;
}
