/** Strangers by the thousand leave output pairs to the band (see access/output-shares.ts). */
import type { CommandAnswer } from '@foldback/protocol';
import { freshAddress } from '../support/addresses.ts';
import { describeWhere } from '../support/describe-where.ts';
import { NativeClient, secretOf } from '../support/native-client.ts';
import { OPCODE, RawConnection, text } from '../support/raw-websocket.ts';
import { ServerProcess, temporaryFolder } from '../support/server-process.ts';

const STRANGERS = 1_000;
const AT_ONCE = 20;

const folder = temporaryFolder();
let server: ServerProcess;
beforeAll(async () => {
  server = await ServerProcess.start({ config: folder.path, args: ['--device', 'virtual'] });
});
afterAll(async () => {
  await server?.end();
  folder.remove();
});

/** Comes as somebody new, and plays. @returns how it asks on, with numbers of its own */
async function come(clientId: string, localAddress?: string) {
  const phone = await RawConnection.handshaken(server.port, '/ws', localAddress);
  const ask = async (id: number, type: string, body: object): Promise<string> => {
    phone.send(text(JSON.stringify({ id, type, body })));
    for (;;) {
      const frame = await phone.frame();
      if (frame === undefined) throw new Error('the server closed a phone that did nothing wrong');
      if (frame.opcode === OPCODE.text && frame.payload.includes(`{"re":${id},`))
        return String(frame.payload);
    }
  };
  await ask(1, 'hello', { client_id: clientId, device_secret: secretOf(clientId) });
  await ask(2, 'subscribe', { channels: [0] });
  return { ask, leave: () => phone.destroy() };
}

async function pairs(): Promise<Map<number, string>> {
  const looking = await NativeClient.connect(server.port);
  await looking.ask('hello', {});
  const { clients }: CommandAnswer<'get_clients'> = await looking.ask('get_clients', {});
  looking.close();
  return new Map(clients.flatMap(({ client_id, output }) => (output === null ? [] : [[output, client_id]])));
}

describeWhere(process.platform === 'linux', 'Linux')('from two addresses of this computer', () => {
  test('a thousand strangers of one address, asking for pairs by hand too, leave one to a drummer', async () => {
    for (let first = 0; first < STRANGERS; first += AT_ONCE) {
      const wave = Array.from({ length: AT_ONCE }, async (_, index) => {
        const stranger = await come(`stranger ${first + index}`);
        await stranger.ask(3, 'set_output', { output: index % 7 });
        stranger.leave();
      });
      await Promise.all(wave);
    }
    const again = await come('stranger 500');
    expect([...(await pairs()).values()]).toHaveLength(2);
    expect(await again.ask(3, 'set_output', { output: 7 })).toContain('phones of your address have 2 output');

    const drummer = await come('drummer', freshAddress());
    expect([...(await pairs()).values()]).toContain('drummer');
    expect(await drummer.ask(3, 'set_output', { output: 7 })).toContain('"output":7');
    drummer.leave();
    again.leave();
  });
});
