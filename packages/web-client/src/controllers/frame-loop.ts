/** One loop of animation frames for everything that moves by itself: meters, and a level on its way to 0 dB. */

type Draw = (nowMs: number) => void;

const draws = new Set<Draw>();
let running = false;

function frame(nowMs: number): void {
  for (const draw of draws) draw(nowMs);
  running = draws.size > 0;
  if (running) requestAnimationFrame(frame);
}

/** Calls on every frame, with the time of performance.now(), until the function returned is called. */
export function onEveryFrame(draw: Draw): () => void {
  draws.add(draw);
  if (!running) {
    running = true;
    requestAnimationFrame(frame);
  }
  return () => draws.delete(draw);
}
