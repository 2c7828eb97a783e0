/** Time as the store uses it, passed in so that tests turn it by hand. */

export interface Clock {
  /** ms since 1970. May jump: people set clocks. */
  now(): number;
  /** Runs the task once after so many ms of steady time; the function returned calls it off. */
  after(delayMs: number, task: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, task) => {
    const timer = setTimeout(task, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
};
