/**
 * Recordings of all inputs: begins and ends them, watches the one that runs, and tells everybody when it stops by itself. The
 * engine host records; a recording goes on while no server is there, and the next one takes it up.
 */
import { EngineError } from '@foldback/engine-native/engine-error';
import { Refusal, type Notice, type RecordingState } from '@foldback/protocol';
import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from './store/clock.ts';
import type { OpenEngine, RecordingReading, StreamInfo } from './engine/engine.ts';
import { isEnd } from './engine/remote-engine.ts';
import { RECORD_WISHES, type RecordWish } from './store/control-socket.ts';
import { Turns } from './turns.ts';

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
  readonly #turns = new Turns();
  #callOff: (() => void) | undefined;
  #hasToldOfGaps = false;

  constructor(options: RecordingsOptions) {
    this.#options = options;
  }

  /**
   * Takes up what an engine host has gone on recording, and one that has stopped while nobody was there to tell of it. A host that
   * has just gone took its recording with it.
   */
  async resume(): Promise<void> {
    const { engine, log } = this.#options;
    const reading = await engine.recording().catch((error: unknown) => {
      if (!isEnd(error)) throw error;
    });
    if (!reading || reading.ended) return;
    if (reading.running) log.info(`The recording to ${reading.folder} goes on`);
    this.#watch();
  }

  /** Begins a recording, or ends the one that runs; what is so already stays so. @throws Refusal not_recorded */
  set(on: boolean): Promise<RecordingState> {
    return this.#turns.take(() => (on ? this.#start() : this.#stop())).catch(refuse);
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

  async #start(): Promise<RecordingState> {
    const { engine, stream, folder, log, tell, clock } = this.#options;
    const running = await engine.recording();
    if (running.running) return this.#stateOf(running);
    const files = recordingNames(stream());
    const reading = await this.#begin(join(resolve(folder), folderName(new Date(clock.now()))), files);
    log.info(`Recording ${files.length} channels to ${reading.folder}`);
    tell({ code: 'recording', message: reading.folder });
    this.#hasToldOfGaps = false;
    this.#watch();
    return this.#stateOf(reading);
  }

  /** In a new folder. It is the engine that asks the disk: one that hangs would take the threads this process has for files. */
  async #begin(folder: string, files: readonly string[]): Promise<RecordingReading> {
    for (let again = 1; ; again++) {
      const fresh = again === 1 ? folder : `${folder} (${again})`;
      try {
        return await this.#options.engine.startRecording({ folder: fresh, files });
      } catch (error) {
        if (!(error instanceof EngineError) || error.code !== 'FOLDER_EXISTS') throw error;
      }
    }
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
    await this.#turns.take(() => this.#look()).catch(() => undefined); // a host that is being replaced; the next look tells
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
  throw new Refusal('not_recorded', 'on', `nothing is recorded: ${error.message}`, null, {
    value: error.message,
  });
}

/** What `foldback record` asks for. */
export const recordActWith =
  (recordings: Pick<Recordings, 'set' | 'state'>) =>
  async (wish: RecordWish): Promise<RecordingState> => {
    if (!RECORD_WISHES.includes(wish)) {
      throw new Error(`record: expected start, stop or status, got ${JSON.stringify(wish)}`);
    }
    return wish === 'status' ? recordings.state() : recordings.set(wish === 'start');
  };

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
function folderName(now: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('-');
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join('-');
  return `${day} ${time}`;
}
