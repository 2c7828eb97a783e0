/** Hosts come and go, and whichever plays is told everything that is to be played. */
import { NativeEngine } from '@foldback/engine-native';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONTRACT_INPUTS, CONTRACT_OUTPUTS, playConstant } from './engine.contract.ts';
import type { Ask } from './engine-calls.ts';
import { HostConnection } from './host-connection.ts';
import { EngineHost } from './engine-host.ts';
import { KeptEngine } from './kept-engine.ts';
import { LocalEngine } from './local-engine.ts';
import type { RemoteEngine } from './remote-engine.ts';
import type { World } from './world.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'foldback-kept-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const opened: RemoteEngine[] = [];
afterEach(() => Promise.all(opened.splice(0).map((engine) => engine.close())));

/** A host that has opened its device, and what takes it over. */
async function openHost(name: string) {
  const native = new NativeEngine();
  const engineHost = new EngineHost({
    engine: new LocalEngine(native),
    build: 'test',
    graceMs: 60_000,
    ended: () => undefined,
  });
  const path = process.platform === 'win32' ? `\\\\.\\pipe\\${folder}-${name}` : join(folder, name);
  await engineHost.listen(path);
  const engine = (await HostConnection.to(path)).take();
  opened.push(engine);
  const stream = await engine.open({
    device: { kind: 'manual', inputs: CONTRACT_INPUTS, outputs: CONTRACT_OUTPUTS },
  });
  const label = {
    wish: { device: undefined, sampleRateHz: undefined, blockFrames: undefined, multitrack: undefined },
    role: 'device',
    shown: null,
  } as const;
  return { native, host: { pid: process.pid, engine, label, stream } };
}

class Kept extends KeptEngine {
  take = this.playOn.bind(this);

  async close(options: Ask<'close'> = {}): Promise<void> {
    this.end();
    await this.playing?.engine.close(options);
  }
}

const worldOf = (level: number, pair: number): World => ({
  setMixes: [{ mix: 3, active: true, gains: Float32Array.of(level, level, 0, 0, 0, 0) }],
  setRoutes: Int32Array.of(pair === 0 ? 3 : -1, pair === 1 ? 3 : -1),
});

test('a host that takes over plays the whole world as it is then, and what was said in between harms nobody', async () => {
  let world = worldOf(0.5, 0);
  const kept = new Kept(() => world);
  const first = await openHost('first');
  await kept.take(first.host);
  expect(playConstant(first.native, [0.5, 0, 0])).toEqual([0.25, 0.25, 0, 0]);

  await first.host.engine.close();
  await kept.setMixes(worldOf(0.25, 1).setMixes);
  await kept.removeMix(9);
  await kept.setRoutes(worldOf(0.25, 1).setRoutes);
  await expect(kept.recording()).rejects.toMatchObject({ name: 'EngineError' });

  world = worldOf(0.25, 1);
  const second = await openHost('second');
  await kept.take(second.host);
  expect(playConstant(second.native, [0.5, 0, 0])).toEqual([0, 0, 0.125, 0.125]);
  await kept.close();
  await expect(kept.stats()).rejects.toMatchObject({ code: 'CLOSED' });
});

test('a change that comes while a host is told the world is not overtaken by it', async () => {
  const kept = new Kept(() => worldOf(0.5, 0));
  const { native, host } = await openHost('hurried');
  await Promise.all([kept.take(host), kept.setMixes(worldOf(0.125, 0).setMixes)]);
  expect(playConstant(native, [0.5, 0, 0])).toEqual([0.0625, 0.0625, 0, 0]);
  await kept.close();
});

test('what an engine refuses is its caller’s to know, whichever host plays', async () => {
  const kept = new Kept(() => worldOf(0.5, 0));
  const { host } = await openHost('strict');
  await kept.take(host);
  await expect(kept.setRoutes(new Int32Array(7))).rejects.toMatchObject({ name: 'RangeError' });
  await kept.close();
});
