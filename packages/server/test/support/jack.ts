/** A real multichannel audio device without hardware: JACK's dummy driver, and a rig that plays and records on it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const RIG = fileURLToPath(new URL('../../../../tools/jack-rig/build/jack-rig', import.meta.url));
const SHARED_MEMORY = '/dev/shm';
const NOISE_PEAK = 0.01;
/** In Jest's sandbox every look at a global costs a call; in the loops over millions of samples that is all there is. */
const { imul, fround } = Math;
const PLACES = 4;
/** What all JACK servers and clients of this user share. One that is killed in the midst of using it leaves its lock to all. */
const METADATA = join(SHARED_MEMORY, `jack_db-${process.getuid?.() ?? 0}`);
const GOODBYE_MS = 5000;
const NICE = '5';
const RATE_HZ = 48_000;
const JACK_NAME_TAKEN = /' server already active/;
const JACK_READY = /driver is running|Starting.*thread|JACK server starting/;

/** What the rig recorded: interleaved samples of `outputs` channels. */
export interface Recording {
  /** JACK frame time of the first frame. */
  readonly firstFrame: number;
  readonly outputs: number;
  readonly frames: number;
  readonly samples: Float32Array;
}

/** The rig's noise: the same arithmetic as noise() in tools/jack-rig/jack_rig.cpp. */
export function rigNoise(channel: number, frame: number): number {
  let h = imul(frame, 0x9e3779b1) ^ imul(channel + 1, 0x85ebca6b);
  h ^= h >>> 16;
  h = imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = imul(h, 0xc2b2ae35);
  h ^= h >>> 16;
  return fround(fround((h >>> 8) / 8_388_608 - 1) * fround(NOISE_PEAK));
}

function readRecording(path: string, outputs: number): Recording {
  const file = readFileSync(path);
  rmSync(path);
  const samples = new Float32Array(file.buffer, file.byteOffset + 8, (file.length - 8) / 4);
  const firstFrame = Number(file.readBigUInt64LE(0));
  return { firstFrame, outputs, frames: samples.length / outputs, samples };
}

const environmentOf = (name: string): NodeJS.ProcessEnv => ({
  ...process.env,
  JACK_DEFAULT_SERVER: name,
  JACK_NO_AUDIO_RESERVATION: '1',
});

/** @returns undefined when the name is taken */
async function startJackd(name: string, channels: number, rateHz: number): Promise<ChildProcess | undefined> {
  const ports = ['-C', String(channels), '-P', String(channels)];
  const driver = ['-d', 'dummy', '-r', String(rateHz), '-p', '64', ...ports];
  // Freewheeling takes all the time it gets: less than what is tested.
  const server = spawn('nice', ['-n', NICE, 'jackd', '-n', name, '-r', '-t', '5000', ...driver], {
    env: environmentOf(name),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  const ready = await new Promise<boolean>((resolve, reject) => {
    for (const stream of [server.stdout, server.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said.push(text);
        if (JACK_READY.test(said.join(''))) resolve(true);
      });
    }
    server.once('close', () => {
      if (JACK_NAME_TAKEN.test(said.join(''))) resolve(false);
      else reject(new Error(`jackd ended:\n${said.join('')}`));
    });
    server.once('error', reject);
  });
  return ready ? server : undefined;
}

/**
 * One at a time on a machine: each begins by clearing what they all share. Of the files that start one, a single one is
 * therefore not run alone (jest.config.mjs): hot-plug, which mostly waits.
 */
export class JackServer {
  readonly #name: string;
  readonly #channels: number;
  #server: ChildProcess;
  readonly #rig: ChildProcess;
  readonly #answers: Interface;

  private constructor(name: string, channels: number, server: ChildProcess, rig: ChildProcess) {
    this.#name = name;
    this.#channels = channels;
    this.#server = server;
    this.#rig = rig;
    if (!rig.stdout) throw new Error('the rig has no output');
    this.#answers = createInterface(rig.stdout);
  }

  /**
   * Under the first of a few names that nobody uses. JACK's registry has eight places, and one that was killed keeps
   * its own until a server of the same name comes again: new names each time would fill it for good.
   * @param channels inputs and outputs of the device
   */
  static async start(channels: number): Promise<JackServer> {
    rmSync(METADATA, { recursive: true, force: true });
    for (let place = 1; place <= PLACES; place++) {
      const server = await JackServer.#start(`foldback-test-${place}`, channels);
      if (server) return server;
    }
    throw new Error(`${PLACES} JACK servers of these tests are running already`);
  }

  /** @returns undefined when the name is taken */
  static async #start(name: string, channels: number): Promise<JackServer | undefined> {
    const server = await startJackd(name, channels, RATE_HZ);
    if (!server) return undefined;
    const rig = spawn('nice', ['-n', NICE, RIG], {
      env: environmentOf(name),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    return new JackServer(name, channels, server, rig);
  }

  /** The device is pulled out. Rig and clients lose it without a word. */
  kill(): void {
    this.signal('SIGKILL');
  }

  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    this.#server.kill(signal);
  }

  /** The device is plugged in again, after kill(). */
  async startAgain(rateHz: number): Promise<void> {
    const server = await startJackd(this.#name, this.#channels, rateHz);
    if (!server) throw new Error(`the JACK server ${this.#name} is still there`);
    this.#server = server;
  }

  /** What a program needs in its environment to find this device. */
  get environment(): Record<string, string> {
    return { JACK_DEFAULT_SERVER: this.#name, JACK_NO_START_SERVER: '1' };
  }

  /** Joins the rig's band and tape machine to a JACK client's ports, waiting until they are there. */
  async connect(client: string, inputs: number, outputs: number): Promise<void> {
    await this.#command(`connect ${client} ${inputs} ${outputs}`);
  }

  async disconnect(): Promise<void> {
    await this.#command('disconnect');
  }

  /** Records with time stepped as fast as the machine goes, so that nothing is ever dropped. */
  async record(frames: number, outputs: number, path: string): Promise<Recording> {
    await this.#command(`record ${frames} ${path}`);
    return readRecording(path, outputs);
  }

  /** Records in the same way until cut(). Time is stepped until disconnect(). */
  async roll(framesMax: number): Promise<void> {
    await this.#command(`roll ${framesMax}`);
  }

  /** Ends what roll() began, when at least so many frames are on the tape. */
  async cut(framesMin: number, outputs: number, path: string): Promise<Recording> {
    await this.#command(`cut ${framesMin} ${path}`);
    return readRecording(path, outputs);
  }

  async stop(): Promise<void> {
    this.#rig.stdin?.end('quit\n');
    await this.#endOfRig();
    if (this.#server.exitCode === null && this.#server.signalCode === null) {
      this.#server.kill('SIGKILL');
      await once(this.#server, 'exit');
    }
    for (const file of readdirSync(SHARED_MEMORY).filter((each) => each.includes(this.#name))) {
      rmSync(join(SHARED_MEMORY, file), { recursive: true, force: true });
    }
  }

  /** Its band and tape are of no more use; one that hangs in JACK does not keep the tests. */
  async #endOfRig(): Promise<void> {
    if (this.#rig.exitCode !== null || this.#rig.signalCode !== null) return;
    const ended = once(this.#rig, 'exit');
    const patience = setTimeout(() => this.#rig.kill('SIGKILL'), GOODBYE_MS);
    await ended;
    clearTimeout(patience);
  }

  async #command(line: string): Promise<void> {
    const answered = once(this.#answers, 'line') as Promise<[string]>;
    this.#rig.stdin?.write(`${line}\n`);
    const [answer] = await answered;
    if (answer.startsWith('error')) throw new Error(`${line}: ${answer}`);
  }
}
