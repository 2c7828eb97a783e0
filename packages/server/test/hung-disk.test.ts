/** Disks that hang, of tracks and of recordings: the server starts, says so, plays, and ends as ever. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describeWhere } from './support/describe-where.ts';
import { canHangMounts, HungMount } from './support/hung-mount.ts';
import { NativeClient } from './support/native-client.ts';
import { ServerProcess, temporaryFolder } from './support/server-process.ts';

const describeWhereAble = describeWhere(canHangMounts(), 'root and FUSE');

describeWhereAble('a disk that hangs', () => {
  const folder = temporaryFolder();
  const disk = join(folder.path, 'disk');
  let mount: HungMount;
  let server: ServerProcess | undefined;
  beforeEach(() => {
    mkdirSync(disk, { recursive: true });
    mount = new HungMount(disk);
  });
  afterEach(async () => {
    await server?.end('SIGKILL');
    mount.end();
    folder.remove();
  });

  const start = async (...args: string[]): Promise<NativeClient> => {
    const config = join(folder.path, 'config');
    server = await ServerProcess.start({ config, args: ['--device', 'virtual', '--open', ...args] });
    return NativeClient.join(server.port, 'ana', 'Ana');
  };

  test('of tracks leaves the demo band playing, and everybody is told', async () => {
    await start('--multitrack', join(disk, 'song'));
    const late = await NativeClient.connect(server?.port ?? 0);
    const { notices } = await late.ask('hello', {});
    const message = `the folder ${join(disk, 'song')} cannot be read: its disk does not answer`;
    expect(notices).toMatchObject([{ code: 'tracks_skipped', message }]);
    late.close();
    expect(await server?.end()).toBe(0);
  }, 60_000);

  test('of recordings is told to whoever wants to record, as often as they try, and keeps nothing from ending', async () => {
    const ana = await start('--record-folder', join(disk, 'songs'));
    for (let again = 0; again < 2; again++) {
      await expect(ana.ask('set_recording', { on: true })).rejects.toMatchObject({
        body: { code: 'not_recorded', message: 'nothing is recorded: the disk does not answer' },
      });
    }
    expect((await ana.ask('get_recording', {})).on).toBe(false);
    await ana.ask('update_gain', { channel: 0, gain: 0.5 });
    expect(await server?.end()).toBe(0);
  }, 60_000);
});
