/** axe-core over a whole page, shadow roots included. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Every rule; but nothing is told of what is well, nor the way to an element, for which axe takes half of its time. */
const OPTIONS: RunOptions = { resultTypes: ['violations'], selectors: false };

/** Every violation as "rule: the elements at fault". */
export async function violationsOf(page: Page): Promise<string[]> {
  // Evaluated, not added as a script tag: the page's policy rightly forbids that.
  await page.evaluate(source);
  const results = await page.evaluate(
    (options) =>
      (globalThis as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } }).axe.run(options),
    OPTIONS,
  );
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}
