/**
 * Loads the addon named on the command line and says what it sees, whether it plays, whether Opus is in it, and whether it
 * records and plays WAV files: JSON on stdout.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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

/** How many channels a recording of one has when it is played at another rate; or why there is none. */
async function wavChannels() {
  const folder = mkdtempSync(join(tmpdir(), 'foldback-probe-'));
  const [recorder, player] = [new NativeEngine(), new NativeEngine()];
  try {
    const device = { kind: 'virtual', silentInputs: 1 };
    await recorder.open({ device, sampleRateHz: 48_000 });
    await recorder.startRecording({ folder: join(folder, 'song'), files: ['1.wav'] });
    while (recorder.recording().frames === 0) await new Promise(setImmediate);
    await recorder.stopRecording();
    const files = [{ path: join(folder, 'song', '1.wav'), name: 'Kick' }];
    return (await player.open({ device, sampleRateHz: 44_100, tracks: { files, loop: true } })).inputs;
  } catch (error) {
    return error.code;
  } finally {
    await Promise.all([recorder.close(), player.close()]);
    rmSync(folder, { recursive: true });
  }
}
const wav = await wavChannels();
process.stdout.write(JSON.stringify({ devices, hostApi: stream.hostApi, kernel, opusBytes, wav }));
