/** Other words are spoken: whatever is on the page says itself again. Nothing else of it changes. */
import { ReactiveElement } from 'lit';

export function drawAnew(root: ParentNode): void {
  for (const element of root.querySelectorAll('*')) {
    if (element instanceof ReactiveElement) element.requestUpdate();
    if (element.shadowRoot !== null) drawAnew(element.shadowRoot);
  }
}
