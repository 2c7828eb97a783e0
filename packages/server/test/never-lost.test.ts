/**
 * What Foldback is for: two musicians shape their mixes on their phones, the server is killed, and both mixes are there
 * again, in the sound before anybody connects, and on both pages after.
 */
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { MusicianPhone, openBrowser } from './support/browser.ts';
import { findLag, measureRow } from './support/coefficients.ts';
import { JackServer } from './support/jack.ts';
import { freePort, ServerProcess, temporaryFolder } from './support/server-process.ts';

const CHANNELS = 8;
const OUTPUTS = 4;
/** Longest ramp there is, and what the coefficients are measured from. */
const SETTLE_FRAMES = 24_000;
const MEASURED_FRAMES = 8192;
/** Coefficients found from the sound of 8,192 frames of float32. */
const DIGITS = 4;

const folder = temporaryFolder();
let jack: JackServer;
let server: ServerProcess;
let browser: Browser;
let port: number;

beforeAll(async () => {
  jack = await JackServer.start(CHANNELS);
  port = await freePort();
  server = await startServer();
  await jack.connect('foldback', CHANNELS, OUTPUTS);
  browser = await openBrowser();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await server?.end();
  await jack?.stop();
  folder.remove();
});

function startServer(): Promise<ServerProcess> {
  return ServerProcess.start({
    config: folder.path,
    args: ['--device', 'system', '--port', String(port)],
    environment: jack.environment,
  });
}

/** The gain of every input in every output channel, from the sound alone. */
async function listen(): Promise<number[][]> {
  const recording = await jack.record(SETTLE_FRAMES + MEASURED_FRAMES, OUTPUTS, join(folder.path, 'tape'));
  const settled = {
    ...recording,
    firstFrame: recording.firstFrame + SETTLE_FRAMES,
    frames: MEASURED_FRAMES,
    samples: recording.samples.subarray(SETTLE_FRAMES * OUTPUTS),
  };
  const outputs = Array.from({ length: OUTPUTS }, (_, output) => output);
  const direct = outputs.map((output) => measureRow(settled, output, CHANNELS, 0));
  const loudest = direct[0] ?? [];
  const lag = findLag(settled, 0, loudest);
  return lag === 0 ? direct : outputs.map((output) => measureRow(settled, output, CHANNELS, lag));
}

const rounded = (rows: number[][]): number[][] =>
  rows.map((row) => row.map((gain) => Number(gain.toFixed(DIGITS)) + 0));

test('two phones, two mixes, kill -9: the sound is back before anybody connects, then both pages', async () => {
  const ana = await MusicianPhone.open(browser, server.url);
  const leo = await MusicianPhone.open(browser, server.url);
  await ana.begin('Ana');
  await leo.begin('Leo');

  await ana.drag('Input 1', 90);
  await ana.drag('Input 3', -120);
  await ana.press('Mute Input 2');
  await leo.drag('Input 1', -60);
  await leo.press('Solo Input 4');
  await leo.press('Solo Input 1');
  await Promise.all([ana.saved(), leo.saved()]);

  const pagesBefore = { ana: await ana.mix(), leo: await leo.mix() };
  const soundBefore = rounded(await listen());
  // What is about to be compared is not silence, not the same twice, and not where it began.
  expect(pagesBefore.ana['Level, Input 1']).not.toBe(pagesBefore.ana['Level, Input 5']);
  expect(pagesBefore.ana).not.toEqual(pagesBefore.leo);
  expect(soundBefore[0]?.[0]).toBeGreaterThan(0.1);
  expect(soundBefore[0]?.[1]).toBe(0);
  expect(soundBefore[2]?.filter((gain) => gain > 0.001)).toHaveLength(2);

  await Promise.all([ana.context.setOffline(true), leo.context.setOffline(true)]);
  await server.end('SIGKILL');
  await jack.disconnect();
  server = await startServer();
  await jack.connect('foldback', CHANNELS, OUTPUTS);

  expect(rounded(await listen())).toEqual(soundBefore);

  await Promise.all([ana.context.setOffline(false), leo.context.setOffline(false)]);
  await Promise.all([ana.saved(), leo.saved()]);
  expect({ ana: await ana.mix(), leo: await leo.mix() }).toEqual(pagesBefore);
  await Promise.all([ana.page.reload(), leo.page.reload()]);
  await Promise.all([ana.saved(), leo.saved()]);
  expect({ ana: await ana.mix(), leo: await leo.mix() }).toEqual(pagesBefore);
  expect(rounded(await listen())).toEqual(soundBefore);
}, 120_000);
