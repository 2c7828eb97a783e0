/** One run of crash-writer that ends by kill -9, and the look at what is left. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { EmbeddedStore } from '../../src/store/embedded-store.ts';
import { SmallDesk } from '../../src/store/small-desk.ts';
import type { Loaded, StoreNotice } from '../../src/store/state-store.ts';

const WRITER = fileURLToPath(new URL('./crash-writer.ts', import.meta.url));

/** Another number, other kills: a long run can be made of several short ones. */
export const SEED = Number(process.env['FOLDBACK_SEED'] ?? 0);
/** Revisions of a later run begin above those of an earlier one (see crash-writer.ts). */
const CYCLES_PER_SEED = 10_000;

export interface KilledRun {
  /** What it said until it was killed. */
  readonly output: string;
  readonly killedAt: number;
  /** Undefined when it was killed before it had loaded. */
  readonly loadedIn: number | undefined;
}

export interface Death {
  /** From the start of the process, or from its first word when `afterLoad`. */
  readonly lifeMs: number;
  readonly afterLoad: boolean;
  readonly claimEarly?: boolean;
  /** What happens to the machine just before. */
  readonly powerCut?: () => void;
  /** A program, with its arguments, that the writer runs under. */
  readonly under?: readonly string[];
}

export async function runAndKill(
  directory: string,
  seed: number,
  { lifeMs, afterLoad, claimEarly = false, powerCut, under = [] }: Death,
): Promise<KilledRun> {
  const [program = process.execPath, ...args] = [
    ...under,
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    WRITER,
    directory,
    String(SEED * CYCLES_PER_SEED + seed),
    ...(claimEarly ? ['claim-early'] : []),
  ];
  const writer = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const startedAt = performance.now();
  let output = '';
  let loadedIn: number | undefined;
  let killedAt = 0;
  let death: NodeJS.Timeout | undefined;
  const killIn = (ms: number): void => {
    death = setTimeout(() => {
      killedAt = Date.now();
      powerCut?.();
      writer.kill('SIGKILL');
    }, ms);
  };
  writer.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (loadedIn !== undefined || !output.includes('loaded')) return;
    loadedIn = performance.now() - startedAt;
    if (afterLoad) killIn(lifeMs);
  });
  if (!afterLoad) killIn(lifeMs);
  const closed = once(writer, 'close');
  const [code] = (await closed) as [number | null];
  clearTimeout(death);
  if (code !== null) throw new Error(`the writer ended by itself with ${code}`);
  return { output, killedAt, loadedIn };
}

/** Starts a store where another was killed, as the server would, and closes it. */
export async function lookAt(
  directory: string,
): Promise<{ readonly found: Loaded; readonly notices: readonly StoreNotice[] }> {
  const notices: StoreNotice[] = [];
  const store = new EmbeddedStore({
    directory,
    listener: {
      saved: () => undefined,
      notice: (notice) => {
        notices.push(notice);
      },
    },
  });
  const found = await new SmallDesk(store).load();
  await store.close();
  return { found, notices };
}
