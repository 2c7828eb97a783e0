/** The disk fills up in the middle of a song: faders and sound go on, everybody is told, nothing is lost (SPEC S5). */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandAnswer } from '@foldback/protocol';
import { describeWhere } from './support/describe-where.ts';
import { NativeClient } from './support/native-client.ts';
import { hostsOf, ServerProcess, temporaryFolder } from './support/server-process.ts';
import { eventually } from './support/wait.ts';

const canMount = process.platform === 'linux' && process.getuid?.() === 0;
const describeWhereAble = describeWhere(canMount, 'root');
/** SPEC S5: a failed save is shown within this time. */
const TOLD_MS = 2000;
/** A fader is answered from memory; this is a hang's bound, not a speed. */
const ANSWERED_MS = 1000;

const folder = temporaryFolder();
let disk: string;
let filler: string;

afterAll(() => folder.remove());

/** The server has ended; its engine host answers before it is gone, and its socket lies on the disk. */
async function letGo(): Promise<void> {
  await eventually('the engine host is gone', () => hostsOf(disk).length === 0);
  execFileSync('umount', [disk]);
}

interface EngineFigures {
  readonly callbacks: number;
}
const engineOf = ({ engine }: CommandAnswer<'get_server_stats'>): EngineFigures => engine as EngineFigures;

function fill(): void {
  const { bavail, bsize } = statfsSync(disk);
  try {
    writeFileSync(filler, Buffer.alloc(bavail * bsize));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error; // the server took some meanwhile: full all the same
  }
}

describeWhereAble('a disk of its own', () => {
  beforeAll(() => {
    disk = join(folder.path, 'config');
    filler = join(disk, 'filler');
    mkdirSync(disk);
  });

  test('on a full disk faders move, the band plays on, everybody is told, and later it is all saved', async () => {
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
      const during = await ana.ask('get_server_stats', {});
      expect(engineOf(during).callbacks).toBeGreaterThan(before.callbacks);
      expect(during.store).toMatchObject({
        ok: false,
        // Of the database or of its mirror, whichever met the full disk last.
        last_error: { message: expect.stringMatching(/full|no space/) },
      });
      expect(during.store.unsaved).toBeGreaterThan(0);
      const ill = await fetch(new URL('/healthz', server.url));
      expect(ill.status).toBe(503);
      expect(await ill.json()).toMatchObject({
        ok: false,
        reasons: expect.arrayContaining([
          {
            code: 'disk_refuses',
            message: expect.stringMatching(/^\d+ changes are not saved: .*(?:full|no space)/),
          },
        ]),
      });
      const late = await NativeClient.connect(server.port);
      expect((await late.ask('hello', {})).notices.map(({ code }) => code)).toContain('not_saved');

      const again = ana.nextEvent('notice', ({ code }) => code === 'saved_again');
      rmSync(filler);
      await again;
      const { mix, revision } = await ana.watch('ana');
      const saved = ana.saved('ana', revision + 1);
      await ana.ask('update_master_gain', { master_gain: 0.5 });
      await saved;

      const { store } = await ana.ask('get_server_stats', {});
      expect(store).toMatchObject({ ok: true, unsaved: 0, failing_since: null });
      expect(await (await fetch(new URL('/healthz', server.url))).text()).not.toContain('disk_refuses');

      await server.end('SIGKILL');
      server = await ServerProcess.start({ config: disk, args: ['--device', 'virtual'] });
      const back = await NativeClient.join(server.port, 'ana');
      expect((await back.watch('ana')).mix).toEqual({ ...mix, master_gain: 0.5 });
    } finally {
      await server.end();
      await letGo();
    }
  }, 60_000);

  test('on its way out it says whether every mix is saved', async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]);
    const server = await ServerProcess.start({ config: disk, args: ['--device', 'virtual'] });
    try {
      const ana = await NativeClient.join(server.port, 'ana', 'Ana');
      fill();
      const told = ana.nextEvent('notice', ({ code }) => code === 'not_saved');
      const moves = Object.fromEntries(Array.from({ length: 8 }, (_, channel) => [channel, 0.123456789]));
      for (let move = 1; move <= 200; move++)
        await ana.ask('subscribe', { gains: { ...moves, 0: move / 200 } });
      await told;
      expect(await server.end()).toBe(1);
      expect(server.output).toContain('could not be saved');
      expect(server.output).not.toContain('Every mix is saved');
    } finally {
      await server.end();
      await letGo();
    }
  }, 60_000);
});
