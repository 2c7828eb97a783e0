/** Loads the addon named on the command line and says what it sees, whether it plays, and whether Opus is in it: JSON on stdout. */
import { createRequire } from 'node:module';

const [addon, device] = process.argv.slice(2);
const { NativeEngine, NativeOpusEncoder } = createRequire(import.meta.url)(addon);
const devices = await NativeEngine.listDevices();
const engine = new NativeEngine();
const stream = await engine.open({
  device: device === undefined ? { kind: 'virtual' } : { kind: 'portaudio', device },
});
while (engine.stats().callbacks === 0) await new Promise(setImmediate);
const { kernel } = engine.stats();
await engine.close();
const opusBytes = new NativeOpusEncoder(48_000, 96_000).encode(new Float32Array(2 * 480)).length;
process.stdout.write(JSON.stringify({ devices, hostApi: stream.hostApi, kernel, opusBytes }));
