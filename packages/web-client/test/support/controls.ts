/** Where a page's keys and fields are, and whether a finger reaches them there. */
import type { Page } from 'playwright-core';
import type { Spot } from './browser.ts';

export interface Control {
  readonly name: string;
  readonly at: readonly number[];
  /** A finger on its middle reaches it, or the element it is part of. */
  readonly reached: boolean;
}

/** Every control that can be seen, but for those of a notice, in the order of the page. */
export const controlsOf = (page: Page): Promise<Control[]> =>
  page.evaluate(() => {
    const found: Element[] = [];
    const seek = (root: Document | ShadowRoot | Element): void => {
      for (const element of root.querySelectorAll('*')) {
        if (element.localName === 'notice-slot') continue;
        if (element.matches('button, input, select') && !element.closest('notice-slot')) found.push(element);
        if (element.shadowRoot) seek(element.shadowRoot);
      }
    };
    seek(document);
    const pathAt = (x: number, y: number): Element[] => {
      const path: Element[] = [];
      let element = document.elementFromPoint(x, y);
      while (element !== null) {
        path.push(element);
        const inner: Element | null = element.shadowRoot?.elementFromPoint(x, y) ?? null;
        element = inner === element ? null : inner;
      }
      return path;
    };
    return found.flatMap((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      const [middleX, middleY] = [x + width / 2, y + height / 2];
      const isSeen = element.checkVisibility() && middleX > 0 && middleX < innerWidth && middleY > 0;
      if (!isSeen || middleY >= innerHeight) return [];
      const host =
        element.getRootNode() instanceof ShadowRoot ? (element.getRootNode() as ShadowRoot).host : element;
      const reached = pathAt(middleX, middleY).some(
        (part) => part === element || part === host || element.contains(part),
      );
      const name = element.getAttribute('aria-label') ?? element.textContent?.trim() ?? '';
      return [{ name, at: [x, y, width, height].map(Math.round), reached }];
    });
  });

/** The channel whose row or strip a finger there would reach; null where there is none. */
export const channelAt = (page: Page, { x, y }: Spot): Promise<number | null> =>
  page.evaluate(
    ([px, py]) => {
      let element = document.elementFromPoint(px, py);
      while (element !== null) {
        if (element.matches('channel-row, channel-strip')) return Number(element.id.replace('channel-', ''));
        const inner: Element | null = element.shadowRoot?.elementFromPoint(px, py) ?? null;
        if (inner === element) break;
        element = inner;
      }
      return null;
    },
    [x, y] as const,
  );
