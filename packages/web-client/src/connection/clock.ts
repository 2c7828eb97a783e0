/** Time as the page needs it; tests bring their own. */
export interface Clock {
  /** Milliseconds since any fixed moment, sleep included; never goes back. */
  now(): number;
  /** Calls once, later; the answer cancels it. */
  after(delayMs: number, call: () => void): () => void;
  /** Calls once, before the next frame is drawn. */
  nextFrame(call: () => void): void;
}

/** The wall clock is believed when it is this far ahead: less is its own unsteadiness. */
const SLEPT_MS = 1_000;

/** Time that includes sleep, through which performance.now() stands still on some phones. */
export function wakefulTime(running: () => number, wall: () => number): () => number {
  let sleptMs = 0;
  let [lastRunning, lastWall] = [running(), wall()];
  return () => {
    const [nowRunning, nowWall] = [running(), wall()];
    const missedMs = nowWall - lastWall - (nowRunning - lastRunning);
    if (missedMs > SLEPT_MS) sleptMs += missedMs;
    [lastRunning, lastWall] = [nowRunning, nowWall];
    return nowRunning + sleptMs;
  };
}

export const browserClock: Clock = {
  now: wakefulTime(
    () => performance.now(),
    () => Date.now(),
  ),
  after(delayMs, call) {
    const timer = setTimeout(call, delayMs);
    return () => clearTimeout(timer);
  },
  nextFrame: (call) => requestAnimationFrame(call),
};
