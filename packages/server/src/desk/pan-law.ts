/** Where a mono channel sits between the ears. */

export interface StereoGain {
  readonly left: number;
  readonly right: number;
}

/**
 * Equal power, -3 dB at centre (SPEC M3): L = cos((pan+1)·pi/4), R = sin((pan+1)·pi/4).
 * The ends are exact zeros, which cos and sin of floating-point quarters of pi are not.
 *
 * @param pan -1 hard left … +1 hard right
 */
export function panLaw(pan: number): StereoGain {
  const angle = ((pan + 1) * Math.PI) / 4;
  return {
    left: pan === 1 ? 0 : Math.cos(angle),
    right: pan === -1 ? 0 : Math.sin(angle),
  };
}
