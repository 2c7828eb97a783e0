/** What has no room on a page. */
import type { Page } from 'playwright-core';

/** Texts and keys that do not fit where they are, but for names, which may end in "…". */
export const cutOff = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = [];
    const look = (root: ParentNode) => {
      for (const element of root.querySelectorAll<HTMLElement>('*')) {
        if (element.shadowRoot) look(element.shadowRoot);
        const { overflowX, textOverflow, clipPath } = getComputedStyle(element);
        const { width } = element.getBoundingClientRect();
        if (element.matches('button') && element.scrollHeight > element.clientHeight + 1)
          found.push(`key ${element.textContent?.trim()}`);
        const isText = [...element.childNodes].some(
          (node) => node.nodeType === 3 && node.textContent?.trim(),
        );
        if (!isText || width === 0 || clipPath !== 'none' || textOverflow === 'ellipsis') continue;
        const tooWide = overflowX === 'visible' && element.scrollWidth > element.clientWidth + 1;
        if (tooWide && element.clientWidth > 0)
          found.push(`${element.className} ${element.textContent?.trim()}`);
      }
    };
    look(document);
    return found;
  });
