/** Where a worker's code lies, and how it runs. */
import { Worker, type WorkerOptions } from 'node:worker_threads';

/** TypeScript beside us when run from source, JavaScript beside us in the bundle. */
const workerFile = (name: string): URL =>
  new URL(`./${name}.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);

/** Where new objects lie. They live as long as one commit; V8 would let it grow to eight times this for each worker. */
const YOUNG_GENERATION_MIB = 6;

/** Node 22 warns that its SQLite is experimental; that is a matter for our release notes, not for a musician's console. */
const OPTIONS: WorkerOptions = {
  execArgv: ['--disable-warning=ExperimentalWarning'],
  resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB },
};

export const startWorker = (name: string, workerData: unknown): Worker =>
  new Worker(workerFile(name), { ...OPTIONS, workerData });
