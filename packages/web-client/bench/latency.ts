/** From the finger to the wire, and from the finger to the sound in the engine's output. */
import { Fingers, centreOf } from '../test/support/browser.ts';
import { fullMix, onStage, pause, percentile } from './stage.ts';

const STEPS = 60;
/** Long enough for the ramp of the step before to be over. */
const STEP_EVERY_MS = 120;
const STEP_PX = 6;
const SENT_MAX_MS = 8;

interface Sent {
  /** When the finger moved, on the wall clock; when the page was told, and when the level had gone out. */
  readonly movedAtMs: number;
  readonly toldAtMs: number;
  readonly sentAtMs: number;
}

/** Runs in the page before anything of ours: notes when a finger moved, and when a level went out because of it. */
function noteSends(): void {
  const sent: Sent[] = [];
  let move: { movedAtMs: number; toldAtMs: number } | undefined;
  const told = ({ timeStamp }: PointerEvent) => {
    move ??= { movedAtMs: performance.timeOrigin + timeStamp, toldAtMs: performance.now() };
  };
  addEventListener('pointermove', told, true);
  Object.assign(globalThis, {
    benchSent: sent,
    WebSocket: class extends WebSocket {
      override send(data: string): void {
        super.send(data);
        if (move === undefined || !data.includes('update_gain')) return;
        sent.push({ ...move, sentAtMs: performance.now() });
        move = undefined;
      }
    },
  });
}

/** When the sound first differed after each input, in ms from it. */
function heardAfter(inputs: readonly number[], heard: readonly { atMs: number; left: number }[]): number[] {
  return inputs.flatMap((inputMs) => {
    const from = heard.findIndex(({ atMs }) => atMs >= inputMs);
    const before = heard[from - 1]?.left;
    if (before === undefined) return [];
    const changed = heard.slice(from).find(({ left }) => Math.abs(left - before) > 1e-6);
    return changed === undefined ? [] : [changed.atMs - inputMs];
  });
}

const spread = (values: readonly number[]): string =>
  `p50 ${percentile(values, 0.5).toFixed(1)} ms, p95 ${percentile(values, 0.95).toFixed(1)} ms, n ${values.length}`;

/** @returns always true: how long it takes is the machine's affair, and only told */
export const benchLatency = (): Promise<boolean> =>
  onStage(1, async (stage) => {
    console.log(`From finger to wire and sound, one channel; goal: sent within ${SENT_MAX_MS} ms.`);
    const page = await stage.open();
    await page.addInitScript(noteSends);
    await fullMix(stage, page);
    const fingers = await Fingers.on(page);
    const { x, y } = await centreOf(page.getByRole('slider', { name: /^Level, Input/ }));
    await fingers.down({ x, y });
    await fingers.slide({ x, y }, { x: x - 30, y });
    await pause(STEP_EVERY_MS);
    await stage.server.heard();
    for (let step = 1; step <= STEPS; step++) {
      await fingers.move({ x: x - 30 + (step % 2) * STEP_PX, y });
      await pause(STEP_EVERY_MS);
    }
    await fingers.up();
    const all = await page.evaluate(() => (globalThis as unknown as { benchSent: Sent[] }).benchSent);
    const sent = all.slice(-STEPS);
    const heard = await stage.server.heard();
    const toWire = sent.map(({ toldAtMs, sentAtMs }) => sentAtMs - toldAtMs);
    const toSound = heardAfter(
      sent.map(({ movedAtMs }) => movedAtMs),
      heard,
    );
    console.log(`  the page knows of the move, to the message is sent:  ${spread(toWire)}`);
    console.log(`  the finger moved, to the sound begins to change:     ${spread(toSound)}`);
    return true;
  });
