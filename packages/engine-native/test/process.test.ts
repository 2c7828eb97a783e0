/** What only a process of its own can show: how it ends, and what its environment chooses. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const index = fileURLToPath(new URL('../lib/index.ts', import.meta.url));

interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Runs `body` as a module with NativeEngine in scope. */
function run(body: string, env: Record<string, string> = {}): Ended {
  const script = `import { NativeEngine } from ${JSON.stringify(index)};\n${body}`;
  return spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '', ...env },
  });
}

const openVirtual = `const engine = new NativeEngine();
  await engine.open({ device: { kind: 'virtual' }, sampleRateHz: 8000 });`;

test('a process that forgets to close ends all the same', () => {
  expect(run(openVirtual)).toMatchObject({ status: 0, stderr: '' });
  expect(run(`${openVirtual} process.exit(3);`)).toMatchObject({ status: 3, stderr: '' });
});

test('a process whose device hangs ends all the same', () => {
  const ended = run(`const engine = new NativeEngine();
    await engine.open({ device: { kind: 'virtual' }, sampleRateHz: 192000, deadlineMs: 1 })
      .catch((error) => console.log(error.code));`);
  expect(ended).toMatchObject({ status: 0, stdout: 'DEVICE_TIMEOUT\n', stderr: '' });
});

test('without a thread for the device the engine says so, and opens when there is one again', () => {
  const ended = run(`import { spawnSync } from 'node:child_process';
    import { readFileSync } from 'node:fs';
    const limitMemory = (bytes) => spawnSync('prlimit', ['--pid', process.pid, '--as=' + bytes + ':unlimited']);
    const engine = new NativeEngine();
    const device = { kind: 'manual', inputs: 1, outputs: 2 };
    const kilobytes = Number(/VmSize:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
    limitMemory(kilobytes * 1024 + 2 ** 21); // less than the stack of a thread
    await engine.open({ device }).catch((error) => console.log(error.code, error.message));
    limitMemory('unlimited');
    await engine.open({ device });
    await engine.close();
    console.log('opened');`);
  expect(ended).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(
      /^DEVICE_OPEN_FAILED no thread for the audio device.*\nopened\n$/,
    ) as string,
    stderr: '',
  });
});

test('an engine may live in a worker, closed or not', () => {
  const inWorker = (end: string): string =>
    `import(${JSON.stringify(index)}).then(async ({ NativeEngine }) => { ${openVirtual} engine.stats(); ${end} });`;
  const ended = run(`import { Worker } from 'node:worker_threads';
    for (const code of ${JSON.stringify(['await engine.close();', '', 'process.exit();'].map(inWorker))}) {
      const worker = new Worker(code, { eval: true });
      await new Promise((resolve, reject) => worker.on('exit', resolve).on('error', reject));
    }
    console.log('three workers');`);
  expect(ended).toMatchObject({ status: 0, stdout: 'three workers\n', stderr: '' });
});

test.each(['scalar', 'ssse3', 'sse4', 'avx2', 'avx512', 'neon'])(
  'FOLDBACK_KERNEL=%s is what runs, or a clear error',
  (kernel) => {
    const ended = run(
      `const engine = new NativeEngine();
       try {
         await engine.open({ device: { kind: 'manual', inputs: 1, outputs: 2 } });
         console.log(engine.stats().kernel);
       } catch (error) { console.log(error.code, error.message); }`,
      { FOLDBACK_KERNEL: kernel },
    );
    const refusal = `KERNEL_UNAVAILABLE FOLDBACK_KERNEL=${kernel} is not available on this machine`;
    expect(ended.stdout.startsWith(`${kernel}\n`) || ended.stdout.startsWith(refusal)).toBe(true);
  },
);

test('listing devices puts nothing on stderr', () => {
  expect(run('await NativeEngine.listDevices();')).toMatchObject({ status: 0, stderr: '' });
});
