/** What the machine allows at this moment: a second server that nothing happens to, asked as often as the one under test. */
import { Finger } from './finger.ts';
import { NativeClient } from './native-client.ts';
import { inMs, percentile } from './percentiles.ts';
import { ServerProcess, temporaryFolder } from './server-process.ts';

/** The event loop is not blocked; or not longer than the machine holds everybody up. */
const LOOP_P99_MS = 20;
const BUSY_FACTOR = 2;

export class Undisturbed {
  readonly #folder: ReturnType<typeof temporaryFolder>;
  readonly #server: ServerProcess;
  readonly #finger: Finger;

  private constructor(folder: ReturnType<typeof temporaryFolder>, server: ServerProcess, finger: Finger) {
    this.#folder = folder;
    this.#server = server;
    this.#finger = finger;
  }

  static async start(): Promise<Undisturbed> {
    const folder = temporaryFolder();
    const server = await ServerProcess.start({ config: folder.path, args: ['--device', 'virtual'] });
    const client = await NativeClient.join(server.port, 'nobody');
    return new Undisturbed(folder, server, new Finger(client, 0));
  }

  /** Ends it. @returns what p99 another server may have had meanwhile, ms */
  async allows(): Promise<number> {
    const answers = await this.#finger.lift();
    process.stdout.write(`undisturbed meanwhile: ${inMs(answers)}\n`);
    await this.#server.end();
    this.#folder.remove();
    return Math.max(LOOP_P99_MS, BUSY_FACTOR * percentile(answers, 0.99));
  }
}
