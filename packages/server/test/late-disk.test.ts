/** The place of the saved mixes can be read only after the start: what is on it is joined, and nobody's mix is lost. */
import { mkdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { decodeMeters } from '@foldback/protocol';
import type { Act } from '../src/desk/acts.ts';
import { CHANNELS_STATE_FILE } from '../src/store/store-files.ts';
import { NativeClient } from './support/native-client.ts';
import { ServerProcess, temporaryFolder } from './support/server-process.ts';
import { foldbackState } from './support/state-command.ts';
import { eventually } from './support/wait.ts';

let folder: ReturnType<typeof temporaryFolder>;
let config: string;
let server: ServerProcess | undefined;

beforeEach(() => {
  folder = temporaryFolder();
  config = join(folder.path, 'config');
});
afterEach(async () => {
  await server?.end('SIGKILL');
  folder.remove();
});

async function start(): Promise<ServerProcess> {
  await server?.end('SIGKILL');
  server = await ServerProcess.start({ config, args: ['--device', 'virtual'] });
  return server;
}

/** What a band saved before: three mixes, each on its own outputs. */
async function playBefore(): Promise<void> {
  const { port } = await start();
  for (const [id, gain] of [
    ['ana', 0.2],
    ['leo', 0.3],
    ['mia', 0.4],
  ] as const) {
    const musician = await NativeClient.join(port, id, `first ${id}`);
    await musician.ask('subscribe', { channels: [0], gains: { 0: gain } });
    musician.close();
  }
  await server?.end();
}

interface Mirror {
  readonly channels_state: Readonly<Record<string, { readonly gains: Readonly<Record<string, number>> }>>;
}

/** The gain of channel 0 by musician, as the file people know has it. */
function gainsInFile(): Record<string, number | undefined> {
  const { channels_state } = JSON.parse(readFileSync(join(config, CHANNELS_STATE_FILE), 'utf8')) as Mirror;
  return Object.fromEntries(Object.entries(channels_state).map(([id, { gains }]) => [id, gains['0']]));
}

const gainOf = async (phone: NativeClient, id: string): Promise<number | undefined> =>
  (await phone.watch(id)).mix.gains['0'];

/** How a place is not there at the start, and how it comes. The mixes are on what was the folder `config`. */
const PLACES: readonly (readonly [what: string, away: () => void, comes: () => void])[] = [
  [
    'a disk that is mounted late',
    () => {
      renameSync(config, join(folder.path, 'disk'));
      symlinkSync(join(folder.path, 'mount'), config);
    },
    () => renameSync(join(folder.path, 'disk'), join(folder.path, 'mount')),
  ],
  [
    'a disk that is mounted over the folder',
    () => {
      renameSync(config, join(folder.path, 'disk'));
      mkdirSync(config);
    },
    () => {
      renameSync(config, join(folder.path, 'below'));
      renameSync(join(folder.path, 'disk'), config);
    },
  ],
];

test.each(PLACES)(
  '%s: who is on it plays and is listed, and nobody’s mix is overwritten',
  async (_what, away, comes) => {
    await playBefore();
    away();
    const { port } = await start();

    const ana = await NativeClient.join(port, 'ana', 'Ana');
    await ana.ask('subscribe', { channels: [0], gains: { 0: 0.9 } });
    const mia = await NativeClient.join(port, 'mia', 'Mia');
    const zoe = await NativeClient.join(port, 'zoe', 'Zoe');
    await zoe.ask('subscribe', { channels: [1], gains: { 0: 0.8 } });
    expect((await ana.ask('get_clients', {})).clients.map(({ client_id }) => client_id)).not.toContain('leo');

    const hers = mia.nextEvent('change', ({ key }) => key === 'mix/mia');
    comes();
    let moves = 0;
    await eventually('who is on the disk is listed', async () => {
      await zoe.ask('update_gain', { channel: 5, gain: (++moves % 100) / 100 }); // saving is tried where there is something to save
      const { clients } = await ana.ask('get_clients', {});
      return clients.some(({ client_id, name }) => client_id === 'leo' && name === 'first leo');
    });

    // Who moved nothing has what was saved, on their page at once; who moved keeps what they play.
    expect(await hers).toMatchObject({ author: null, patch: { gains: { 0: 0.4 } } });
    await ana.ask('claim_engineer', {}); // reads everybody's, from here on
    expect(await gainOf(ana, 'mia')).toBe(0.4);
    expect(await gainOf(ana, 'leo')).toBe(0.3);
    expect(await gainOf(ana, 'ana')).toBe(0.9);

    const leo = await NativeClient.join(port, 'leo', 'Leo');
    expect(await gainOf(leo, 'leo')).toBe(0.3);
    await leo.ask('watch_meters', { on: true });
    await leo.nextMeters((frame) => {
      const meters = decodeMeters(frame);
      return meters?.kind === 'mix' && Math.max(...meters.peaksDb) > -60;
    });
    const playing = { ana: 0.9, leo: 0.3, mia: 0.4, zoe: 0.8 };
    await eventually('the file people know has everybody', () => {
      try {
        return JSON.stringify(gainsInFile()) === JSON.stringify(playing) || undefined;
      } catch {
        return undefined; // it is not there yet
      }
    });

    // What was found and does not play is an act that brings it, and is itself taken back.
    const [found] = (await foldbackState(config, 'acts')) as Act[];
    expect(found).toMatchObject({ why: 'joined', clients: 1 });
    await foldbackState(config, 'undo', `${found?.act}`);
    expect(await gainOf(ana, 'ana')).toBe(0.2);
    await foldbackState(config, 'undo');
    expect(await gainOf(ana, 'ana')).toBe(0.9);

    const again = await start();
    const later = await NativeClient.join(again.port, 'zoe');
    await later.ask('claim_engineer', {});
    expect(await Promise.all(Object.keys(playing).map((id) => gainOf(later, id)))).toEqual(
      Object.values(playing),
    );
  },
  90_000,
);
