/**
 * Loaded into the engine host before its program: in the device's place comes a manual one, fed and stepped here in real
 * time, whose first output pair can be listened to over a socket. Everything else is what musicians run.
 */
import { createServer, type Socket } from 'node:net';
import { NativeEngine, type OpenRequest, type StreamInfo } from '../../../engine-native/lib/index.ts';

/** One block of the first output pair: the wall clock when it was rendered, and its last samples. */
export interface HeardBlock {
  readonly atMs: number;
  readonly left: number;
  readonly right: number;
}

/** How the host is told, through the server that starts it. */
export const STAGE_INPUTS = 'FOLDBACK_TEST_STAGE_INPUTS';
export const STAGE_SOCKET = 'FOLDBACK_TEST_STAGE_SOCKET';

const RATE_HZ = 48_000;
const BLOCK_FRAMES = 96;
const BLOCK_MS = (BLOCK_FRAMES * 1000) / RATE_HZ;
const STEP_MS = 2;
/** After a stall, no more than this is caught up with. */
const BEHIND_MAX_MS = 100;
const KEEP_BLOCKS = 10_000;
const QUIET = 0.05;
const LOUD = 0.2;

const inputs = Number(process.env[STAGE_INPUTS]);
const heard: HeardBlock[] = [];
/** Who listens, and for how many blocks they wait. */
let listener: { readonly socket: Socket; readonly blocks: number } | undefined;

/** A steady level on the first channel, which can be measured; slow swells on the others, which move meters. */
function levelOf(channel: number, atMs: number): number {
  return channel === 0 ? QUIET : QUIET + LOUD * Math.abs(Math.sin(atMs / (300 + 37 * channel)));
}

function answer(): void {
  if (listener === undefined || heard.length < listener.blocks) return;
  listener.socket.end(JSON.stringify(heard.splice(0)));
  listener = undefined;
}

function playOn(engine: NativeEngine): void {
  const input = new Float32Array(inputs * BLOCK_FRAMES);
  let renderedToMs = performance.now();
  const render = () => {
    const now = performance.now();
    renderedToMs = Math.max(renderedToMs, now - BEHIND_MAX_MS);
    for (; renderedToMs + BLOCK_MS <= now; renderedToMs += BLOCK_MS) {
      for (let channel = 0; channel < inputs; channel++) {
        input.fill(levelOf(channel, renderedToMs), channel * BLOCK_FRAMES, (channel + 1) * BLOCK_FRAMES);
      }
      const output = engine.render(input, BLOCK_FRAMES);
      const left = output[BLOCK_FRAMES - 1] ?? 0;
      const right = output[2 * BLOCK_FRAMES - 1] ?? 0;
      heard.push({ atMs: performance.timeOrigin + performance.now(), left, right });
    }
    if (heard.length > KEEP_BLOCKS) heard.splice(0, heard.length - KEEP_BLOCKS);
    answer();
  };
  const stepping = setInterval(render, STEP_MS);
  const close = engine.close.bind(engine);
  engine.close = (options) => {
    clearInterval(stepping);
    return close(options);
  };
}

function takeTheDevicesPlace(socketPath: string): void {
  const open = Reflect.get(NativeEngine.prototype, 'open');
  NativeEngine.prototype.open = async function (request: OpenRequest): Promise<StreamInfo> {
    const manual = { kind: 'manual', inputs, outputs: 2 } as const;
    const stream = await open.call(this, {
      ...request,
      device: manual,
      sampleRateHz: RATE_HZ,
      blockFrames: BLOCK_FRAMES,
    });
    playOn(this);
    return stream;
  };
  createServer((socket) => {
    socket.once('data', (blocks) => {
      listener = { socket, blocks: Number(blocks.toString()) };
      answer();
    });
  }).listen(socketPath);
}

const socketPath = process.env[STAGE_SOCKET];
const isHost = process.argv[1]?.includes('host-main') === true && !process.argv.includes('--probe');
if (isHost && socketPath !== undefined) takeTheDevicesPlace(socketPath);
