/**
 * SPEC A1: a musician changes their own mix only, an engineer all, a viewer none. Made from the table of commands: each one,
 * from each role, at its own mix, another's and nobody's, by both doors, and after each every mix is compared.
 */
import { EMPTY_MIX, checkCommand, commands, Refusal, type CommandType } from '@foldback/protocol';
import { recordOf, recordsWith } from '../../src/desk/desk-stage.ts';
import type { StoreBatch } from '../../src/store/state-store.ts';
import { deafPhone, doorless } from '../support/doorless.ts';
import { DOORWAYS, type Reply, type Visitor } from '../support/doorway.ts';
import { NativeClient } from '../support/native-client.ts';
import { ServerProcess, temporaryFolder } from '../support/server-process.ts';

const types = (Object.keys(commands) as CommandType[]).filter((type) => type !== 'hello');

/** How a command names the client it is about; undefined when it can be about nobody else. */
const targetField = (type: CommandType): string | undefined =>
  ['target_client_id', 'client_id'].find((field) => field in commands[type].body.entries);

/** The example of a command, aimed at a client. */
function aimed(type: CommandType, target: string): Record<string, unknown> {
  const {
    target_client_id: _target,
    client_id: _client,
    ...rest
  } = commands[type].example as Record<string, unknown>;
  const field = targetField(type);
  return field === undefined ? rest : { ...rest, [field]: target };
}

/** What no example leaves as it is: a change that slips through cannot be missed. */
const BEFORE = {
  channels: [0, 2],
  gains: { 0: 0.25, 3: 0.9 },
  pans: { 3: 0.5 },
  mutes: { 3: false },
  solos: [3],
  master_gain: 0.3,
};

async function reset(musician: NativeClient, clientId: string): Promise<void> {
  await musician.ask('update_client_mix', { target_client_id: clientId, ...BEFORE });
  await musician.ask('mute_all', { muted: true });
  await musician.ask('set_output', { output: null });
  await musician.ask('mark_channels', { mine: [0], hidden: [2] });
  await musician.ask('share_mix', { shared: false });
  await musician.ask('set_client_colour', { colour: 'stone' });
  await musician.ask('set_client_name', { client_id: clientId, custom_name: `first ${clientId}` });
}

/** Everything about a musician that a command could change. */
async function stateOf(witness: NativeClient, clientId: string): Promise<string> {
  const watched = await witness.ask('watch_mix', { client_id: clientId });
  const state = watched.records.map(({ saved: _durable, ...record }) => record);
  const { clients, order } = await witness.ask('get_clients', {});
  const { count } = await witness.ask('get_saved_channels_state', { client_id: clientId });
  const listed = clients.find(({ client_id }) => client_id === clientId);
  return JSON.stringify({
    state,
    name: listed?.name,
    output: listed?.output,
    place: order.indexOf(clientId),
    count,
  });
}

/** Examples that need a code, a request or a phone that is there: who may ask is told what is wrong with them. */
const CANNOT_BE: Partial<Record<CommandType, string>> = {
  ask_to_join: 'invalid',
  claim_engineer: 'invalid',
  redeem_invite: 'invalid',
  answer_join: 'invalid',
  set_phone: 'invalid',
  revoke_phone: 'invalid',
  set_join_rule: 'not_permitted', // `--open` has said it
};

const codeOf = (reply: Reply): string => ('ok' in reply ? 'ok' : reply.error.code);

describe.each([
  ['musician', []],
  ['engineer', ['--open']],
] as const)('a %s', (role, args) => {
  const folder = temporaryFolder();
  let server: ServerProcess;
  let witness: NativeClient;
  let leo: NativeClient;
  const senders = new Map<string, Visitor>();

  beforeAll(async () => {
    server = await ServerProcess.start({
      config: folder.path,
      args: ['--device', 'virtual', '--auto-route', 'false', ...args],
    });
    witness = await NativeClient.join(server.port, 'witness');
    await witness.ask('claim_engineer', {}); // sits at the mixer's own computer
    leo = await NativeClient.join(server.port, 'leo');
    for (const door of DOORWAYS) senders.set(door.name, await door.enter(server.port, `ana at ${door.name}`));
  }, 60_000);

  afterAll(async () => {
    for (const sender of senders.values()) sender.leave();
    await server?.end();
    folder.remove();
  });

  const senderAt = (door: string): Visitor => {
    const sender = senders.get(door);
    if (!sender) throw new Error(`nobody stands at ${door}`);
    return sender;
  };

  const atBothDoors = (chosen: readonly CommandType[]) =>
    DOORWAYS.flatMap(({ name }) => chosen.map((type) => [name, type] as const));

  /** Those about phones name a musician, and change nothing of theirs. */
  const ofPhones: readonly CommandType[] = ['make_invite', 'answer_join', 'set_phone'];
  const aimable = types.filter((type) => targetField(type) !== undefined && !ofPhones.includes(type));
  /** What changes no mix, and which who asks may ask of anybody. */
  const isForAnyone = (type: CommandType): boolean =>
    ['anyone', 'let_in'].includes(commands[type].by) ||
    (commands[type].by === 'reader' && role === 'engineer');

  test.each(atBothDoors(aimable))('%s: %s at another’s mix', async (door, type) => {
    await reset(leo, 'leo');
    const before = [await stateOf(witness, 'leo'), await stateOf(witness, 'witness')];
    const code = codeOf(await senderAt(door).ask(type, aimed(type, 'leo')));
    const after = [await stateOf(witness, 'leo'), await stateOf(witness, 'witness')];

    const mayChange = role === 'engineer' && !isForAnyone(type);
    expect(code).toBe(isForAnyone(type) || mayChange ? 'ok' : 'not_permitted');
    // The engineer's row is the negative control: it shows that a change would have been seen.
    expect(after.map((state, index) => state !== before[index])).toEqual([mayChange, false]);
  });

  test.each(atBothDoors(aimable))('%s: %s at nobody’s mix makes nobody', async (door, type) => {
    const before = await witness.ask('get_clients', {});
    const code = codeOf(await senderAt(door).ask(type, aimed(type, 'nobody')));
    const after = await witness.ask('get_clients', {});

    const refusal = role === 'engineer' ? 'unknown_client' : 'not_permitted';
    expect(isForAnyone(type) ? ['ok', 'unknown_client'] : [refusal]).toContain(code);
    expect(after).toEqual(before);
  });

  test.each(atBothDoors(types))('%s: %s at one’s own mix changes nobody else’s', async (door, type) => {
    await reset(leo, 'leo');
    const others = ['leo', 'witness', ...DOORWAYS.map(({ name }) => `ana at ${name}`)].filter(
      (id) => id !== `ana at ${door}`,
    );
    const before = await Promise.all(others.map((id) => stateOf(witness, id)));
    const code = codeOf(await senderAt(door).ask(type, aimed(type, `ana at ${door}`)));
    await senderAt(door).ask('set_output', { output: null }); // whoever comes next wants the same pair
    const after = await Promise.all(others.map((id) => stateOf(witness, id)));

    const isEngineers = commands[type].by === 'engineer';
    expect(code).toBe(isEngineers && role === 'musician' ? 'not_permitted' : (CANNOT_BE[type] ?? 'ok'));
    expect(after).toEqual(before);
  });

  test.each(DOORWAYS.map(({ name }) => [name]))(
    '%s: clearing without a name means everybody',
    async (door) => {
      const before = await witness.ask('get_saved_channels_state', {});
      const code = codeOf(await senderAt(door).ask('clear_saved_channels_state', {}));
      const after = await witness.ask('get_saved_channels_state', {});
      expect(code).toBe(role === 'engineer' ? 'ok' : 'not_permitted');
      expect(after).toEqual(role === 'engineer' ? { data: {}, count: 0 } : before);
      // Cleared ones are saved again with their next change.
      await reset(leo, 'leo');
    },
  );

  test.each(DOORWAYS.map(({ name }) => [name]))(
    '%s: nobody becomes another by a second hello',
    async (door) => {
      expect(codeOf(await senderAt(door).ask('hello', { client_id: 'leo' }))).toBe('invalid');
      const before = await stateOf(witness, 'leo');
      expect(codeOf(await senderAt(door).ask('update_gain', { channel: 0, gain: 2 }))).toBe('ok');
      expect(await stateOf(witness, 'leo')).toBe(before);
    },
  );
});

/** Behind the doors, where both of them ask: everything that is neither a musician's own nor an engineer's. */
describe.each(['viewer', 'guest', 'revoked'] as const)('a %s', (kind) => {
  const MIX = { ...EMPTY_MIX, ...BEFORE, mute_all: true };

  function stage() {
    const { desk, requests, store } = doorless({ rule: 'band' });
    const records = ['own', 'leo'].flatMap((id) => recordsWith(id, { mix: MIX, name: id }));
    const phones = [
      recordOf('phone', 'a viewer’s', { role: 'viewer' }),
      recordOf('phone', 'a revoked one', { revoked: true }),
      recordOf('phone', 'of Leo', { role: 'musician', speaks_for: ['leo'] }),
    ];
    desk.restore({ records: [...records, ...phones], storeId: 'of viewers', commits: 1 });
    const phone = deafPhone();
    const secretHash = { viewer: 'a viewer’s', guest: 'a stranger’s', revoked: 'a revoked one' }[kind];
    phone.identity = { kind: 'person', clientId: 'own', name: 'own', secretHash, phoneName: '' };
    /** A code that is not the engineer's is counted, and that is kept; nothing else is. */
    const isOfMixes = ({ writes }: StoreBatch) => writes.some(({ key }) => !key.startsWith('attempts/'));
    const mixes = () => [
      store.batches.filter(isOfMixes).length,
      ...[...desk.clients()].map(({ seen_at: _seen, ...client }) => client),
    ];
    return { desk, requests, phone, mixes };
  }

  async function codeFrom(asking: () => unknown): Promise<string> {
    try {
      await asking();
      return 'ok';
    } catch (error) {
      if (error instanceof Refusal) return error.code;
      throw error;
    }
  }

  const mayAsk = (type: CommandType): boolean =>
    commands[type].by === 'anyone' || (kind === 'viewer' && ['let_in', 'reader'].includes(commands[type].by));

  test.each(
    types.flatMap((type) =>
      ['own', 'leo', 'nobody']
        .filter((target) => target === 'own' || targetField(type) !== undefined)
        .map((target) => [type, target] as const),
    ),
  )('%s at the mix of %s changes nothing', async (type, target) => {
    const { requests, phone, mixes } = stage();
    const before = mixes();
    const code = await codeFrom(() => requests.answer(phone, checkCommand(type, aimed(type, target), 1)));
    expect(mixes()).toEqual(before);
    expect(mayAsk(type) ? ['ok', 'unknown_client', 'invalid'] : ['not_permitted']).toContain(code);
  });

  test('subscribe with values of one’s own is a change too, and refused', async () => {
    const { requests, phone, mixes } = stage();
    const before = mixes();
    const body = { channels: [0, 1], gains: { 0: 2 }, pans: { 1: 1 }, mutes: { 0: true } };
    const code = await codeFrom(() => requests.answer(phone, checkCommand('subscribe', body, 1)));
    expect(mixes()).toEqual(before);
    expect(code).toBe('not_permitted');
  });
});
