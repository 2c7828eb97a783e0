/** Frames while meters move and fingers drag: what the page's main thread pays for each, and how many come. */
import type { CDPSession, Page } from 'playwright-core';
import { SIZES } from '../test/support/browser.ts';
import { devtools, fullMix, onStage, overTwoFaders, pause, percentile } from './stage.ts';

const MEASURE_MS = 4_000;
const SETTLE_MS = 600;
const SLOW_PHONE = 4;

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Of the thread itself, µs: waiting for a core is not in it. */
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

interface Frames {
  readonly perSecond: number;
  readonly p95Ms: number;
  readonly longTasks: number;
  readonly longestMs: number;
}

interface Work {
  readonly mainMs: number;
  readonly rasterMs: number;
}

/** Counts frames and long tasks in the page while something happens. */
async function countFrames(page: Page, act: () => Promise<void>): Promise<Frames> {
  const counter = await page.evaluateHandle(() => {
    const at: number[] = [];
    const tasks: number[] = [];
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) tasks.push(duration);
    });
    observer.observe({ entryTypes: ['longtask'] });
    let running = true;
    const frame = (nowMs: number) => {
      at.push(nowMs);
      if (running) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    return {
      end: () => {
        running = false;
        observer.disconnect();
        return { at, tasks };
      },
    };
  });
  await act();
  const { at, tasks } = await counter.evaluate((each) => each.end());
  const gaps = at.slice(1).map((time, i) => time - (at[i] ?? time));
  return {
    perSecond: (gaps.length * 1000) / gaps.reduce((sum, gap) => sum + gap, 0),
    p95Ms: percentile(gaps, 0.95),
    longTasks: tasks.length,
    longestMs: Math.max(0, ...tasks),
  };
}

/** All that Chromium tells of while something happens. */
async function trace(
  session: CDPSession,
  includedCategories: readonly string[],
  act: () => Promise<unknown>,
): Promise<readonly TraceEvent[]> {
  const events: TraceEvent[] = [];
  const collect = ({ value }: { value: unknown[] }) => events.push(...(value as TraceEvent[]));
  session.on('Tracing.dataCollected', collect);
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: [...includedCategories] },
  });
  await act();
  const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.end');
  await complete;
  session.off('Tracing.dataCollected', collect);
  return events;
}

/** Processor time per frame of the page's main thread, and of the threads that draw in a graphics card's place. */
async function measureWork(session: CDPSession, act: () => Promise<Frames>): Promise<Work> {
  let frames = 0;
  const events = await trace(session, ['toplevel'], async () => {
    const startMs = performance.now();
    const { perSecond } = await act();
    frames = (perSecond * (performance.now() - startMs)) / 1000;
  });
  const threads = new Map(
    events
      .filter(({ name }) => name === 'thread_name')
      .map((event) => [`${event.pid}/${event.tid}`, event.args.name]),
  );
  const spent = (thread: string, task: string) =>
    events
      .filter((event) => event.name === task && threads.get(`${event.pid}/${event.tid}`) === thread)
      .reduce((sum, { tdur = 0 }) => sum + tdur, 0) /
    1000 /
    frames;
  return {
    mainMs: spent('CrRendererMain', 'ThreadControllerImpl::RunTask'),
    rasterMs:
      spent('ThreadPoolForegroundWorker', 'ThreadPool_RunTask') +
      spent('Compositor', 'ThreadControllerImpl::RunTask'),
  };
}

/**
 * In what part of the frames Chromium lays out all layers of the page anew, which is dear: in none in which only caps,
 * fills and canvases have changed.
 */
async function layersLaidOut(session: CDPSession, act: () => Promise<unknown>): Promise<number> {
  const events = await trace(session, ['benchmark', 'blink', 'cc'], act);
  const count = (wanted: string) => events.filter(({ name }) => name === wanted).length;
  return count('PaintArtifactCompositor::Update') / count('ProxyMain::BeginMainFrame');
}

interface FrameReport {
  readonly meters: Work;
  readonly drag: Work;
  /** While fingers drag. */
  readonly layersPart: number;
  readonly free: Frames;
  readonly slowed: Frames;
}

const measure = (channels: number, size: keyof typeof SIZES): Promise<FrameReport> =>
  onStage(channels, async (stage) => {
    const page = await stage.open({ size });
    await fullMix(stage, page);
    const session = await devtools(page);
    await pause(SETTLE_MS);
    const watch = () => countFrames(page, () => pause(MEASURE_MS));
    const dragBoth = await overTwoFaders(page);
    const drag = () => countFrames(page, () => dragBoth(MEASURE_MS));
    const meters = await measureWork(session, watch);
    const dragWork = await measureWork(session, drag);
    const layersPart = await layersLaidOut(session, drag);
    const free = await drag();
    await session.send('Emulation.setCPUThrottlingRate', { rate: SLOW_PHONE });
    await pause(SETTLE_MS);
    return { meters, drag: dragWork, layersPart, free, slowed: await drag() };
  });

const work = ({ mainMs, rasterMs }: Work): string =>
  `${mainMs.toFixed(2)} ms main thread (x${SLOW_PHONE}: ${(SLOW_PHONE * mainMs).toFixed(1)}), ${rasterMs.toFixed(2)} ms drawing without a graphics card`;
const frames = ({ perSecond, p95Ms, longTasks, longestMs }: Frames): string =>
  `${perSecond.toFixed(1)} frames/s, p95 ${p95Ms.toFixed(1)} ms, ${longTasks} tasks > 50 ms (longest ${longestMs.toFixed(0)})`;

/** @returns whether 64 strips cost about what a screenful does, and a finger moves nothing but what it holds */
export async function benchFrames(): Promise<boolean> {
  console.log('Frames. Per frame, processor time of the thread itself; goal: main thread x4 within 16.7 ms.');
  let holds = true;
  for (const size of ['phone', 'desktop'] as const) {
    const few = await measure(16, size);
    const many = await measure(64, size);
    const ratio = many.drag.mainMs / few.drag.mainMs;
    console.log(`  ${size}, 64 strips`);
    console.log(`    meters:                  ${work(many.meters)}`);
    console.log(`    meters and two fingers:  ${work(many.drag)}`);
    console.log(`    … all layers laid out:   in ${(100 * many.layersPart).toFixed(0)} % of the frames`);
    console.log(`    … as it came here:       ${frames(many.free)}`);
    console.log(`    … throttled x${SLOW_PHONE}:         ${frames(many.slowed)}`);
    console.log(`    64 strips cost ${ratio.toFixed(2)} times what 16 do`);
    holds &&= ratio < MANY_TO_FEW_MAX && many.layersPart < LAYERS_PART_MAX;
  }
  return holds;
}

/** Four times the strips, of which no more are on the screen: the list must not be paid for. */
const MANY_TO_FEW_MAX = 2.5;
/** When fingers come and go. */
const LAYERS_PART_MAX = 0.06;
