/**
 * Recordings of all inputs: begins and ends them, watches the one that runs, and tells everybody when it stops by itself. The
 * engine host records; a recording goes on while no server is there, and the next one takes it up.
 */
import { EngineError } from '@foldback/engine-native/engine-error';
import { Refusal, type Notice, type RecordingState } from '@foldback/protocol';
import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from './store/clock.ts';
import type { OpenEngine, RecordingReading, StreamInfo } from './engine/engine.ts';
import { isEnd } from './engine/remote-engine.ts';

const LOOK_EVERY_MS = 500;
const NAME_CHARACTERS_MAX = 80;
/** What Windows, macOS or Linux do not take in a file's name, besides control characters. */
const FORBIDDEN = '<>:"/\\|?*';

export interface RecordingsOptions {
  readonly engine: Pick<OpenEngine, 'startRecording' | 'stopRecording' | 'recording'>;
  readonly stream: () => Pick<StreamInfo, 'inputs' | 'inputNames' | 'sampleRateHz'>;
  /** Each recording is a folder in this one. */
  readonly folder: string;
  readonly log: Logger;
  readonly tell: (notice: Omit<Notice, 'at'>) => void;
  readonly clock: Clock;
}

export class Recordings {
  readonly #options: RecordingsOptions;
  /** One wish or look after the other. */
  #last: Promise<unknown> = Promise.resolve();
  #callOff: (() => void) | undefined;
  #hasToldOfGaps = false;

  constructor(options: RecordingsOptions) {
    this.#options = options;
  }

  /** Takes up what an engine host has gone on recording; one that has just gone took its recording with it. */
  async resume(): Promise<void> {
    const { engine, log } = this.#options;
    const reading = await engine.recording().catch((error: unknown) => {
      if (!isEnd(error)) throw error;
    });
    if (!reading?.running) return;
    log.info(`The recording to ${reading.folder} goes on`);
    this.#watch();
  }

  /** Begins a recording, or ends the one that runs; what is so already stays so. @throws Refusal not_recorded */
  set(on: boolean): Promise<RecordingState> {
    return this.#inTurn(() => (on ? this.#start() : this.#stop())).catch(refuse);
  }

  /** @throws Refusal not_recorded while one engine host follows another */
  async state(): Promise<RecordingState> {
    return this.#stateOf(await this.#options.engine.recording().catch(refuse));
  }

  /** The server ends. */
  close(): void {
    this.#callOff?.();
    this.#callOff = undefined;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #start(): Promise<RecordingState> {
    const { engine, stream, folder, log, tell, clock } = this.#options;
    const running = await engine.recording();
    if (running.running) return this.#stateOf(running);
    const files = recordingNames(stream());
    const fresh = await freshFolder(resolve(folder), new Date(clock.now()));
    const reading = await engine.startRecording({ folder: fresh, files });
    log.info(`Recording ${files.length} channels to ${reading.folder}`);
    tell({ code: 'recording', message: reading.folder });
    this.#hasToldOfGaps = false;
    this.#watch();
    return this.#stateOf(reading);
  }

  async #stop(): Promise<RecordingState> {
    const { engine, log } = this.#options;
    const { running } = await engine.recording();
    const reading = await engine.stopRecording();
    this.close();
    const state = this.#stateOf(reading);
    if (running) log.info(`Recorded ${state.seconds.toFixed(0)} s to ${reading.folder}${gapsIn(state)}`);
    return state;
  }

  #watch(): void {
    this.#callOff?.();
    this.#callOff = this.#options.clock.after(LOOK_EVERY_MS, () => void this.#lookAgain());
  }

  async #lookAgain(): Promise<void> {
    await this.#inTurn(() => this.#look()).catch(() => undefined); // a host that is being replaced; the next look tells
    if (this.#callOff) this.#watch();
  }

  async #look(): Promise<void> {
    if (!this.#callOff) return;
    const { engine, log, tell } = this.#options;
    const reading = await engine.recording();
    const state = this.#stateOf(reading);
    if (state.missing_seconds > 0 && !this.#hasToldOfGaps) {
      this.#hasToldOfGaps = true;
      log.warn(`The disk is too slow for the recording${gapsIn(state)}`);
      tell({ code: 'recording_gaps', message: reading.folder });
    }
    if (reading.running) return;
    this.close();
    const why = reading.folder === '' ? 'the engine was started anew' : reading.trouble;
    log.error(`The recording has stopped: ${why}${gapsIn(state)}`);
    tell({ code: 'recording_stopped', message: why });
    await engine.stopRecording();
  }

  #stateOf({ running, folder, frames, droppedFrames, trouble }: RecordingReading): RecordingState {
    const { sampleRateHz } = this.#options.stream();
    return {
      on: running,
      folder: folder === '' ? null : folder,
      seconds: frames / sampleRateHz,
      missing_seconds: droppedFrames / sampleRateHz,
      trouble: trouble === '' ? null : trouble,
    };
  }
}

/** @throws Refusal with what the engine or the disk says */
function refuse(error: unknown): never {
  if (!(error instanceof EngineError)) throw error;
  const why = error.code === 'DEVICE_TIMEOUT' ? 'the disk does not answer' : error.message;
  throw new Refusal('not_recorded', 'on', `nothing is recorded: ${why}`);
}

/** What `foldback record` asks for. */
export const recordActWith =
  (recordings: Pick<Recordings, 'set' | 'state'>) =>
  (wish: 'start' | 'stop' | 'status'): Promise<RecordingState> =>
    wish === 'status' ? recordings.state() : recordings.set(wish === 'start');

const gapsIn = ({ missing_seconds }: RecordingState): string =>
  missing_seconds === 0 ? '' : `; ${missing_seconds.toFixed(3)} s are silence, because the disk was too slow`;

/** "01 Kick.wav": one file per input, in order, by names that every system takes. */
export function recordingNames({ inputs, inputNames }: Pick<StreamInfo, 'inputs' | 'inputNames'>): string[] {
  const digits = Math.max(2, String(inputs).length);
  return Array.from({ length: inputs }, (_, channel) => {
    const number = String(channel + 1).padStart(digits, '0');
    return `${`${number} ${fileName(inputNames[channel] ?? '')}`.trim()}.wav`;
  });
}

const fileName = (name: string): string =>
  Array.from(name.trim(), (character) => (isAllowed(character) ? character : '_'))
    .slice(0, NAME_CHARACTERS_MAX)
    .join('');

const isAllowed = (character: string): boolean => character >= ' ' && !FORBIDDEN.includes(character);

/** "2026-11-22 20-31-05", by the clock on the wall. */
async function freshFolder(parent: string, now: Date): Promise<string> {
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('-');
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join('-');
  const first = join(parent, `${day} ${time}`);
  for (let again = 1; ; again++) {
    const folder = again === 1 ? first : `${first} (${again})`;
    if (!(await exists(folder))) return folder;
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
