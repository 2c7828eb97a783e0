/** The first usable paint over a slow mobile network, from the real server, and what has to travel for it. */
import type { PhoneOptions } from '../test/support/browser.ts';
import { firstViewKb, SCRIPT_MAX_KB, scriptKb } from '../test/support/script-size.ts';
import { devtools, fullMix, onStage, pause, type Stage } from './stage.ts';

/** "Slow 4G" as Lighthouse means it; also for the socket. */
const SLOW_4G = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.75e6 / 8 };
const VISITS = 3;
const GOAL_MS = 1_000;
const ASK_EVERY_MS = 250;

/** When something could first be seen, ms since the page was asked for, by the page's own clock. */
interface Sights {
  readonly drawn?: number;
  readonly usable?: number;
  readonly asked?: number;
}

/** Runs in the page before anything of ours. What stands in the page in one frame has been painted by the next. */
function noteSights(): void {
  const sights: Record<string, number> = {};
  Object.assign(globalThis, { benchSights: sights });
  const within = (root: ParentNode | null | undefined, ...path: string[]): Element | null | undefined => {
    const [first = '', ...rest] = path;
    const found = root?.querySelector(first);
    return rest.length === 0 ? found : within(found?.shadowRoot, ...rest);
  };
  const look = () => {
    const seen = {
      drawn: within(document, 'mixer-app', 'rows-page', 'channel-row'),
      usable: within(document, 'mixer-app', 'rows-page', 'channel-row:not([frozen])'),
      asked: within(document, 'mixer-app', 'join-sheet', 'bottom-sheet', 'dialog[open]'),
    };
    requestAnimationFrame(() => {
      for (const [name, element] of Object.entries(seen)) if (element) sights[name] ??= performance.now();
      look();
    });
  };
  look();
}

/** A visit over slow 4G by a phone that has none of the page's files. @returns what was seen, up to `last` */
async function visit(stage: Stage, last: keyof Sights, stored?: PhoneOptions['stored']): Promise<Sights> {
  const page = await stage.open(stored === undefined ? {} : { stored });
  await page.addInitScript(noteSights);
  const session = await devtools(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', SLOW_4G);
  await page.goto(stage.server.url, { waitUntil: 'commit' });
  for (;;) {
    await pause(ASK_EVERY_MS);
    // Asked as bare as can be: what Playwright puts into a page to wait for something takes the page's own time.
    const { result } = await session.send('Runtime.evaluate', {
      expression: 'globalThis.benchSights',
      returnByValue: true,
    });
    const sights = result.value as Sights;
    if (sights[last] === undefined) continue;
    await page.context().close();
    return sights;
  }
}

const ms = (value: number | undefined): string => (value === undefined ? 'never' : `${value.toFixed(0)} ms`);

/** @returns whether the script is small enough */
export async function benchLoading(): Promise<boolean> {
  console.log(
    `Loading over slow 4G (150 ms, 1.6 Mbit/s), nothing kept by the browser; goal: usable within ${GOAL_MS} ms.`,
  );
  await onStage(64, async (stage) => {
    const first = await stage.open();
    await fullMix(stage, first);
    // What the page remembers is there; its files are not.
    await first.waitForFunction(() => localStorage.getItem('foldback.last_mix') !== null);
    const stored = await first.context().storageState();
    await first.context().close();
    for (let count = 0; count < VISITS; count++) {
      const { drawn, usable } = await visit(stage, 'usable', stored);
      console.log(`  the mix is drawn after ${ms(drawn)}, and can be moved after ${ms(usable)}`);
    }
    for (let count = 0; count < VISITS; count++) {
      const { asked } = await visit(stage, 'asked');
      console.log(`  a phone that is new here is asked for a name after ${ms(asked)}`);
    }
  });
  const kb = scriptKb();
  console.log(`  script: ${kb.toFixed(1)} kB gzip of at most ${SCRIPT_MAX_KB}`);
  console.log(
    `  of which the first view needs ${firstViewKb().toFixed(1)} kB as the server sends them (brotli)`,
  );
  return kb <= SCRIPT_MAX_KB;
}
