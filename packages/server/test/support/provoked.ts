/**
 * Loaded before a program of ours (node --import), so that something unforeseen can happen in it: SIGUSR2 brings an error that
 * nobody catches, SIGWINCH a promise whose rejection nobody hears.
 */
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  process.on('SIGUSR2', () => {
    throw new Error('provoked by the test');
  });
  process.on('SIGWINCH', () => void Promise.reject(new Error('provoked by the test')));
}
