/** Time as the page needs it; tests bring their own. */
export interface Clock {
  /** Milliseconds since any fixed moment; never goes back. */
  now(): number;
  /** Calls once, later; the answer cancels it. */
  after(delayMs: number, call: () => void): () => void;
  /** Calls once, before the next frame is drawn. */
  nextFrame(call: () => void): void;
}

export const browserClock: Clock = {
  now: () => performance.now(),
  after(delayMs, call) {
    const timer = setTimeout(call, delayMs);
    return () => clearTimeout(timer);
  },
  nextFrame: (call) => requestAnimationFrame(call),
};
