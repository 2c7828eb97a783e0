/**
 * The real server on a device without a sound card: fed and stepped here in real time, its first output pair kept for a
 * while, so that what a phone does can be heard. Its parent asks for what was played since last: at least so many blocks.
 */
import pino from 'pino';
import { NativeEngine, type OpenRequest, type StreamInfo } from '../../../engine-native/lib/index.ts';
import { readSettings } from '../../../server/src/config.ts';
import { LocalEngine } from '../../../server/src/engine/local-engine.ts';
import { startServer } from '../../../server/src/server.ts';

/** One block of the first output pair: the wall clock when it was rendered, and its last samples. */
export interface HeardBlock {
  readonly atMs: number;
  readonly left: number;
  readonly right: number;
}

const RATE_HZ = 48_000;
const BLOCK_FRAMES = 96;
const BLOCK_MS = (BLOCK_FRAMES * 1000) / RATE_HZ;
const STEP_MS = 2;
/** After a stall, what was missed is not caught up with for longer than this. */
const BEHIND_MAX_MS = 100;
const KEEP_BLOCKS = 10_000;
const QUIET = 0.05;
const LOUD = 0.2;

const [inputsText = '8', ...serverArgs] = process.argv.slice(2);
const inputs = Number(inputsText);
const native = new NativeEngine();

class StageEngine extends LocalEngine {
  override open(request: OpenRequest): Promise<StreamInfo> {
    const { deadlineMs, lanes } = request;
    return super.open({
      ...(deadlineMs !== undefined && { deadlineMs }),
      ...(lanes !== undefined && { lanes }),
      device: { kind: 'manual', inputs, outputs: 2 },
      sampleRateHz: RATE_HZ,
      blockFrames: BLOCK_FRAMES,
    });
  }
}

const settings = readSettings(serverArgs, {});
if (settings === undefined) throw new Error('a stage gives no help');
const server = await startServer(settings, {
  engine: new StageEngine(native),
  log: pino({ level: 'warn' }),
  version: 'stage',
});

/** A steady level on the first channel, which can be measured; slow swells on the others, which move meters. */
function levelOf(channel: number, atMs: number): number {
  return channel === 0 ? QUIET : QUIET + LOUD * Math.abs(Math.sin(atMs / (300 + 37 * channel)));
}

const input = new Float32Array(inputs * BLOCK_FRAMES);
const heard: HeardBlock[] = [];
let renderedToMs = performance.now();

function render(): void {
  const now = performance.now();
  renderedToMs = Math.max(renderedToMs, now - BEHIND_MAX_MS);
  for (; renderedToMs + BLOCK_MS <= now; renderedToMs += BLOCK_MS) {
    for (let channel = 0; channel < inputs; channel++) {
      input.fill(levelOf(channel, renderedToMs), channel * BLOCK_FRAMES, (channel + 1) * BLOCK_FRAMES);
    }
    const output = native.render(input, BLOCK_FRAMES);
    const left = output[BLOCK_FRAMES - 1] ?? 0;
    const right = output[2 * BLOCK_FRAMES - 1] ?? 0;
    heard.push({ atMs: performance.timeOrigin + performance.now(), left, right });
  }
  if (heard.length > KEEP_BLOCKS) heard.splice(0, heard.length - KEEP_BLOCKS);
  answer();
}

/** How many blocks the parent waits for. */
let asked: number | undefined;

function answer(): void {
  if (asked === undefined || heard.length < asked) return;
  asked = undefined;
  process.send?.({ heard: heard.splice(0) });
}

const stepping = setInterval(render, STEP_MS);
process.on('message', (blocks: number) => {
  asked = blocks;
  answer();
});
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => {
  clearInterval(stepping);
  void server.stop().then(() => process.exit(0));
});
process.send?.({ type: 'ready', port: server.port });
