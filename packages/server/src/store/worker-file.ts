/** Where a worker's code lies: TypeScript beside us when run from source, JavaScript beside us in the bundle. */
export const workerFile = (name: string): URL =>
  new URL(`./${name}.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);

/** Node 22 warns that its SQLite is experimental; that is a matter for our release notes, not for a musician's console. */
export const WORKER_ARGV = ['--disable-warning=ExperimentalWarning'];
