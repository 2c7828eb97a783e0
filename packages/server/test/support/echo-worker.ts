/** A musician on a thread of their own, so that what they feel is the server's doing and not the test's: moves a fader until told to stop. */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { NativeClient } from './native-client.ts';

const { port, clientId } = workerData as { port: number; clientId: string };
if (!parentPort) throw new Error('this is a worker');

const phone = await NativeClient.join(port, clientId);
let isOver = false;
void once(parentPort, 'message').then(() => {
  isOver = true;
});
parentPort.postMessage('ready');
const echoMs: number[] = [];
while (!isOver) {
  const sentAt = performance.now();
  await phone.ask('update_master_gain', { master_gain: (echoMs.length % 100) / 100 });
  echoMs.push(performance.now() - sentAt);
  await delay(2);
}
phone.close();
parentPort.postMessage(echoMs);
