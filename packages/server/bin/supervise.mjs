/**
 * Runs the server, and again when it dies, since the sound plays on for a while without one. A server that never came up is
 * not tried again; one that came up and then does not any more, a few times.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** A server that lived this long had no trouble. */
const LONG_LIFE_MS = 10_000;
const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 2000;
/** So many starts in a row that did not get as far as an open port are enough. */
const FAILED_STARTS_MAX = 5;

export class Supervisor {
  #options;
  #child;
  #stopping = false;
  #wake = () => {};

  /**
   * @param {{ runtime: string, main: string, args: readonly string[], environment: NodeJS.ProcessEnv,
   *   say: (text: string) => void }} options what to run it with, where it is, its settings
   */
  constructor(options) {
    this.#options = options;
  }

  /** @returns {Promise<number>} the exit code of the last server */
  async run() {
    let everReady = false;
    let failedStarts = 0;
    let shortLives = 0;
    for (;;) {
      const startedAt = performance.now();
      const { status, wasReady } = await this.#runOnce();
      everReady ||= wasReady;
      if (status === 0 || !everReady || this.#stopping) return status;
      failedStarts = wasReady ? 0 : failedStarts + 1;
      if (failedStarts === FAILED_STARTS_MAX) {
        this.#options.say(`The server did not start ${failedStarts} times in a row; that is enough.`);
        return status;
      }
      shortLives = performance.now() - startedAt < LONG_LIFE_MS ? shortLives + 1 : 1;
      this.#options.say(`The server ended with ${status}. The sound plays on; the server starts again.`);
      await this.#nap(Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (shortLives - 1)));
      // Told to stop while there was no server: what is left to end is the sound.
      if (this.#stopping) return (await this.#runOnce('stop')).status;
    }
  }

  /** Passes a signal on; the server then ends, and run() with it. */
  stop(signal) {
    this.#stopping = true;
    this.#child?.kill(signal);
    this.#wake();
  }

  #runOnce(...command) {
    const { runtime, main, args, environment } = this.#options;
    return new Promise((resolve) => {
      let wasReady = false;
      const child = spawn(runtime, ['--disable-warning=ExperimentalWarning', main, ...command, ...args], {
        stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
        env: environment,
      });
      this.#child = child;
      child.on('message', (message) => {
        wasReady ||= message.type === 'ready';
        this.#stopping ||= message.type === 'stopping'; // somebody else told it to
        process.send?.(message, () => undefined); // whoever started us may have gone
      });
      child.on('error', ({ message }) => {
        this.#options.say(message);
        resolve({ status: 127, wasReady });
      });
      child.on('exit', (code, signal) => {
        this.#child = undefined;
        resolve({ status: signal ? 128 + constants.signals[signal] : code, wasReady });
      });
    });
  }

  #nap(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
