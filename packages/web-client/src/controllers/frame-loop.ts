/** One loop of animation frames for everything that moves by itself: meters, and a level on its way to 0 dB. */

type Draw = (nowMs: number) => void;

const draws = new Set<Draw>();
/** Those whose trouble has been told: once is enough, sixty times a second is none. */
const troubled = new WeakSet<Draw>();
let running = false;

/** What goes wrong in one leaves the others, and the next frame, as they are. */
function guarded(draw: Draw, nowMs: number): void {
  try {
    draw(nowMs);
  } catch (error) {
    if (troubled.has(draw)) return;
    troubled.add(draw);
    reportError(error);
  }
}

function frame(nowMs: number): void {
  for (const draw of draws) guarded(draw, nowMs);
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
