/** Loaded before the server (node --import): takes its port from under it when the engine plays and the port is not open yet. */
import { createServer } from 'node:net';
import { isMainThread } from 'node:worker_threads';

const port = Number(process.env['FOLDBACK_TEST_STOLEN_PORT']);
const write = process.stdout.write.bind(process.stdout);

if (isMainThread) {
  process.stdout.write = (text: string | Uint8Array) => {
    if (/No saved mixes yet|Restored/.test(String(text))) createServer().listen(port, '127.0.0.1');
    return write(text);
  };
}
