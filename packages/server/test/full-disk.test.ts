/** The disk fills up in the middle of a song: faders and sound go on, everybody is told, nothing is lost (SPEC S5). */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandAnswer } from '@foldback/protocol';
import { NativeClient } from './support/native-client.ts';
import { ServerProcess, temporaryFolder } from './support/server-process.ts';

const canMount = process.platform === 'linux' && process.getuid?.() === 0;
const describeWhereAble = canMount ? describe : describe.skip;
/** SPEC S5: a failed save is shown within this time. */
const TOLD_MS = 2000;
/** A fader is answered from memory; this is a hang's bound, not a speed. */
const ANSWERED_MS = 1000;

const folder = temporaryFolder();
const disk = join(folder.path, 'config');
const filler = join(disk, 'filler');

afterAll(() => folder.remove());

interface EngineFigures {
  readonly callbacks: number;
}
const engineOf = ({ engine }: CommandAnswer<'get_server_stats'>): EngineFigures => engine as EngineFigures;

function fill(): void {
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(filler, Buffer.alloc(bavail * bsize));
}

describeWhereAble('a disk of its own', () => {
  test('on a full disk faders move, the band plays on, everybody is told, and later it is all saved', async () => {
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]);
    let server = await ServerProcess.start({ config: disk, args: ['--device', 'virtual'] });
    try {
      const ana = await NativeClient.join(server.port, 'ana', 'Ana');
      const leo = await NativeClient.join(server.port, 'leo', 'Leo');
      await ana.ask('subscribe', { channels: [0, 1] });
      const before = engineOf(await ana.ask('get_server_stats', {}));

      fill();
      const told = Promise.all(
        [ana, leo].map((phone) => phone.nextEvent('notice', ({ code }) => code === 'not_saved')),
      );
      let toldAfterMs = Infinity;
      const filledAt = performance.now();
      void told.then(() => {
        toldAfterMs = performance.now() - filledAt;
      });
      let slowestMs = 0;
      for (let move = 1; toldAfterMs === Infinity || move <= 200; move++) {
        const asked = performance.now();
        await ana.ask('update_gain', { channel: move % 2, gain: (move % 100) / 50 });
        slowestMs = Math.max(slowestMs, performance.now() - asked);
      }
      expect(toldAfterMs).toBeLessThan(TOLD_MS);
      expect(slowestMs).toBeLessThan(ANSWERED_MS);
      await expect(ana.ask('set_client_name', { client_id: 'ana', custom_name: 'Anna' })).rejects.toThrow(
        'not saved',
      );
      expect(engineOf(await ana.ask('get_server_stats', {})).callbacks).toBeGreaterThan(before.callbacks);
      const late = await NativeClient.connect(server.port);
      expect((await late.ask('hello', {})).notices.map(({ code }) => code)).toContain('not_saved');

      const again = ana.nextEvent('notice', ({ code }) => code === 'saved_again');
      rmSync(filler);
      await again;
      const { mix, revision } = await ana.ask('watch_mix', { client_id: 'ana' });
      const saved = ana.nextEvent('saved', (body) => body.revision > revision);
      await ana.ask('update_master_gain', { master_gain: 0.5 });
      await saved;

      await server.end('SIGKILL');
      server = await ServerProcess.start({ config: disk, args: ['--device', 'virtual'] });
      const back = await NativeClient.join(server.port, 'ana');
      expect((await back.ask('watch_mix', { client_id: 'ana' })).mix).toEqual({ ...mix, master_gain: 0.5 });
    } finally {
      await server.end();
      execFileSync('umount', [disk]);
    }
  }, 60_000);
});
