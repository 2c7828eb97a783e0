/**
 * One canvas for many meters, lying under them: a browser pays for every layer of a page whenever anything on it moves, and
 * a canvas each would be a layer each.
 */

/** A meter that has a place on a board. */
export interface BoardMeter extends HTMLElement {
  /** @param pen null where the board does not reach   @param box on the canvas, in its own pixels */
  place(pen: CanvasRenderingContext2D | null, box: DOMRectReadOnly): void;
}

export class MeterBoard {
  readonly #meters = new Set<BoardMeter>();
  #canvas: HTMLCanvasElement | undefined;
  readonly #size = new ResizeObserver(() => this.changed());
  #queued = false;

  set canvas(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#size.observe(canvas);
  }

  /** @returns the function that takes it away again */
  add(meter: BoardMeter): () => void {
    this.#meters.add(meter);
    this.changed();
    return () => {
      this.#meters.delete(meter);
      this.changed();
    };
  }

  /** Something on it, or the canvas itself, has moved or has another size. */
  changed(): void {
    if (this.#queued) return;
    this.#queued = true;
    requestAnimationFrame(() => {
      this.#queued = false;
      this.#layOut();
    });
  }

  #layOut(): void {
    const canvas = this.#canvas;
    if (canvas === undefined) return;
    const scale = devicePixelRatio;
    const board = canvas.getBoundingClientRect();
    const reaches = ({ left, right }: DOMRectReadOnly) => right > board.left && left < board.right;
    canvas.width = Math.round(board.width * scale);
    canvas.height = Math.round(board.height * scale);
    const pen = canvas.getContext('2d');
    for (const meter of this.#meters) {
      const { host } = meter.getRootNode() as ShadowRoot;
      // What holds it is asked first: the inside of a strip that is out of view has not been laid out.
      const isHere = reaches(host.getBoundingClientRect());
      const { left, top, width, height } = isHere ? meter.getBoundingClientRect() : new DOMRect();
      const [x, y] = [Math.round((left - board.left) * scale), Math.round((top - board.top) * scale)];
      const box = new DOMRect(x, y, Math.round(width * scale), Math.round(height * scale));
      meter.place(isHere ? pen : null, box);
    }
  }
}
