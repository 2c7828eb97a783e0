/** Whether the sound suffered, told from counts: against a control run, since a machine that is shared is late by itself. */

export interface Lateness {
  readonly callbacks: number;
  /** How many took longer than their block lasts, or came too late to be played. */
  readonly late: number;
}

/** Standard deviations: by chance alone it is more once in a thousand runs. */
const SIGMAS = 3;

/**
 * How many of so many callbacks may be late and still be what the control run shows: its share, counted like rare and
 * independent events (Poisson: the deviation is the root of the mean). One more than it saw is assumed, because none in
 * a short run does not mean never.
 */
export function lateByChance(control: Lateness, callbacks: number): number {
  const expected = ((control.late + 1) / control.callbacks) * callbacks;
  return expected + SIGMAS * Math.sqrt(expected);
}
