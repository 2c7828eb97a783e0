/** Names for gestures, by which the server's history tells them apart: a touch has one from its first move to its release. */
import type { ControlKey } from '../mixes/wish.ts';

export class GestureNames {
  /** Apart from those of other phones and visits. */
  readonly #visit = Math.random().toString(36).slice(2, 10);
  #count = 0;
  readonly #open = new Map<ControlKey, string>();

  /** One that stands for itself. */
  next(): string {
    return `${this.#visit}-${++this.#count}`;
  }

  /** That of the touch which moves a control. */
  of(control: ControlKey): string {
    const name = this.#open.get(control) ?? this.next();
    this.#open.set(control, name);
    return name;
  }

  end(control: ControlKey): void {
    this.#open.delete(control);
  }
}
