/** An hour of meters: the page must not grow. Played fast, or, as a soak, in its own time. */
import type { CDPSession } from 'playwright-core';
import { devtools, fullMix, onStage, pause } from './stage.ts';

const FRAMES_PER_HOUR = 25 * 3_600;
/** At once between two pictures, so that an hour passes in minutes. */
const AT_ONCE = 250;
const GROWTH_MAX = 1.1;

async function heapMb(session: CDPSession): Promise<number> {
  // Twice: what the first sweep lets go of may hold more.
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize / 1e6;
}

/** Runs in the page before anything of ours: keeps hold of the socket and of the newest meter messages. */
function keepSocket(): void {
  const kept: { socket?: WebSocket; meters: ArrayBuffer[] } = { meters: [] };
  const Original = WebSocket;
  Object.assign(globalThis, {
    benchSocket: kept,
    WebSocket: class extends Original {
      constructor(url: string | URL) {
        super(url);
        kept.socket = this;
        this.addEventListener('message', ({ data }) => {
          if (data instanceof ArrayBuffer) kept.meters = [...kept.meters.slice(-9), data];
        });
      }
    },
  });
}

/** Runs in the page. */
async function playMeters([frames, atOnce]: readonly [number, number]): Promise<void> {
  const { benchSocket } = globalThis as unknown as {
    benchSocket: { socket: WebSocket; meters: ArrayBuffer[] };
  };
  const { socket, meters } = benchSocket;
  for (let frame = 0; frame < frames; frame += atOnce) {
    for (let i = 0; i < atOnce; i++) {
      const data = meters[i % meters.length];
      if (data === undefined) throw new Error('no meters have come');
      socket.onmessage?.(new MessageEvent('message', { data }));
    }
    await new Promise(requestAnimationFrame);
  }
}

/** @returns whether it stays as it is */
export const benchMemory = (): Promise<boolean> =>
  onStage(64, async (stage) => {
    console.log('Memory over an hour of meters, played as fast as the page takes them.');
    const page = await stage.open();
    await page.addInitScript(keepSocket);
    await fullMix(stage, page);
    const session = await devtools(page);
    await page.evaluate(playMeters, [FRAMES_PER_HOUR / 20, AT_ONCE] as const);
    const before = await heapMb(session);
    await page.evaluate(playMeters, [FRAMES_PER_HOUR, AT_ONCE] as const);
    const after = await heapMb(session);
    console.log(`  ${before.toFixed(2)} MB before, ${after.toFixed(2)} MB after`);
    return after / before <= GROWTH_MAX;
  });

const MINUTE_MS = 60_000;
/** What a page lays by in its first minutes does not count. */
const WARM_PART = 0.1;

/** As it is on stage: real meters at their own pace. @returns whether it stays as it is */
export const soakMemory = (minutes: number): Promise<boolean> =>
  onStage(64, async (stage) => {
    console.log(`Memory over ${minutes} minutes of meters in real time.`);
    const page = await stage.open();
    await fullMix(stage, page);
    const session = await devtools(page);
    const heaps: number[] = [];
    for (let minute = 0; minute <= minutes; minute++) {
      if (minute > 0) await pause(MINUTE_MS);
      const heap = await heapMb(session);
      const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
      heaps.push(heap);
      console.log(`  ${minute} min: ${heap.toFixed(2)} MB, ${nodes} nodes, ${jsEventListeners} listeners`);
    }
    const before = heaps[Math.ceil(minutes * WARM_PART)] ?? Number.NaN;
    const after = heaps.at(-1) ?? Number.NaN;
    return after / before <= GROWTH_MAX;
  });
