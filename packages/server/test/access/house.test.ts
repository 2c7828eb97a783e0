/** Who comes in, by which way, and as what (SPEC A2 to A8): behind the doors, where both of them ask. */
import { checkCommand, type CommandAnswer, type CommandType, type JoinRule } from '@foldback/protocol';
import { hashOf, newSecret } from '../../src/access/secrets.ts';
import { recordsWith, turnOfTheLoop } from '../../src/desk/desk-stage.ts';
import { ManualClock } from '../../src/store/manual-clock.ts';
import { deafPhone, doorless } from '../support/doorless.ts';

const CODE = 'K7QM-2XHD-9RTA-5BWE';

/** @param rule the house's own choice when absent */
function stage(rule?: JoinRule) {
  const clock = new ManualClock(1_760_000_000_000);
  const { desk, audience, house, requests } = doorless({ clock, rule });
  for (const record of [...recordsWith('ana', { name: 'Ana' }), ...recordsWith('leo', { name: 'Leo' })])
    desk.adopt(record);

  function connect(secret = newSecret(), { local = false, address = '192.0.2.1' } = {}) {
    const heard: { readonly type: string; readonly body: unknown }[] = [];
    const closed: string[] = [];
    const wire = {
      deliver: ({ event }: { event: { type: string; body: unknown } }) => heard.push(event),
      close: (reason: string) => closed.push(reason),
    };
    const phone = deafPhone(secret, wire, address, local);
    audience.join(phone);
    const ask = async <T extends CommandType>(type: T, body: unknown = {}): Promise<CommandAnswer<T>> =>
      requests.answer(phone, checkCommand(type, body, 1)) as Promise<CommandAnswer<T>>;
    const leave = () => requests.goodbye(phone);
    const heardOf = (type: string) => heard.filter((event) => event.type === type).map(({ body }) => body);
    return { phone, secret, ask, leave, closed, heard, heardOf };
  }

  /** Somebody at the mixer's own computer. */
  async function engineer() {
    const sam = connect(newSecret(), { local: true, address: '127.0.0.1' });
    await sam.ask('hello', { client_id: 'sam' });
    await sam.ask('claim_engineer');
    return sam;
  }

  /** Says hello anew, as a phone does that was closed or let in. */
  async function again(secret: string, clientId?: string) {
    const phone = connect(secret);
    const hello = await phone.ask('hello', clientId === undefined ? {} : { client_id: clientId });
    return { ...phone, hello };
  }
  const soon = () => clock.pass(100);
  return { clock, desk, house, connect, engineer, again, soon };
}

test('whoever sits at the mixer is the engineer with one tap; a phone needs the code', async () => {
  const { engineer, connect, house } = stage();
  const sam = await engineer();
  expect(await sam.ask('get_access')).toMatchObject({ join: 'band', is_fixed: false });
  const phone = connect();
  await phone.ask('hello', { client_id: 'kim' });
  await expect(phone.ask('claim_engineer')).rejects.toMatchObject({ code: 'invalid', field: 'code' });
  await expect(phone.ask('claim_engineer', { code: CODE })).rejects.toThrow('not the engineer code');
  const code = await house.newEngineerCode(false);
  expect(await phone.ask('claim_engineer', { code })).toEqual({ client_id: 'kim', role: 'engineer' });
  expect(await phone.ask('get_access')).toMatchObject({ join: 'band' });
});

test('a code that was printed stays good when another is, unless they are made anew', async () => {
  const { connect, house } = stage();
  const [sticker, fresh] = [await house.newEngineerCode(false), await house.newEngineerCode(false)];
  for (const code of [sticker, fresh]) {
    const phone = connect();
    await phone.ask('hello', { client_id: code });
    await phone.ask('claim_engineer', { code });
  }
  const only = await house.newEngineerCode(true);
  const phone = connect();
  await phone.ask('hello', { client_id: 'late' });
  await expect(phone.ask('claim_engineer', { code: sticker })).rejects.toThrow('not the engineer code');
  expect(await phone.ask('claim_engineer', { code: only })).toMatchObject({ role: 'engineer' });
});

test('wrong codes make a guest wait, and nobody who is in or sits at the mixer', async () => {
  const { connect, house, engineer } = stage('approve');
  const code = await house.newEngineerCode(false);
  const guesser = connect();
  await guesser.ask('hello', { client_id: 'guesser' });
  for (let wrong = 0; wrong < 5; wrong++)
    await expect(guesser.ask('claim_engineer', { code: CODE })).rejects.toThrow('not the engineer code');
  await expect(guesser.ask('claim_engineer', { code })).rejects.toThrow(
    'too many wrong ones; try again in 15 minutes',
  );
  const sam = await engineer();
  for (let wrong = 0; wrong < 50; wrong++)
    await expect(sam.ask('claim_engineer', { code: CODE })).rejects.toThrow('not the engineer code');
  expect(await sam.ask('claim_engineer', { code })).toMatchObject({ role: 'engineer' });
});

test('who has an invite is in as whom it says, once, and whoever made it is told', async () => {
  const { engineer, connect, again } = stage('invite');
  const sam = await engineer();
  const { token } = await sam.ask('make_invite', { role: 'musician', target_client_id: 'leo' });
  const phone = connect();
  expect(await phone.ask('hello', { name: 'Leo' })).toMatchObject({
    role: 'guest',
    join: 'invite',
    interface: null,
  });
  expect(await phone.ask('redeem_invite', { token })).toEqual({ client_id: 'leo', role: 'musician' });
  expect(sam.heardOf('invite_used')).toMatchObject([{ name: 'Leo' }]);
  expect((await again(phone.secret)).hello).toMatchObject({
    client_id: 'leo',
    name: 'Leo',
    role: 'musician',
  });
  const second = connect();
  await second.ask('hello');
  await expect(second.ask('redeem_invite', { token })).rejects.toThrow('used up or over');
});

test('who scans an invite loses nothing by it: not what their phone may do, and not whose it was', async () => {
  const { engineer, connect, again } = stage();
  const sam = await engineer();
  const kim = connect();
  await kim.ask('hello', { client_id: 'kim' });
  await kim.ask('subscribe');
  const look = await sam.ask('make_invite', { role: 'viewer' });
  expect(await kim.ask('redeem_invite', { token: look.token })).toEqual({
    client_id: 'kim',
    role: 'musician',
  });
  const leos = await sam.ask('make_invite', { role: 'musician', target_client_id: 'leo' });
  expect(await kim.ask('redeem_invite', { token: leos.token })).toEqual({
    client_id: 'leo',
    role: 'musician',
  });
  for (const id of ['leo', 'kim'])
    expect((await again(kim.secret, id)).hello).toMatchObject({ client_id: id, role: 'musician' });
  const anas = await sam.ask('make_invite', { role: 'musician', target_client_id: 'ana' });
  expect(await sam.ask('redeem_invite', { token: anas.token })).toEqual({
    client_id: 'ana',
    role: 'engineer',
  });
});

test('a mix that is no longer shared is no longer heard by those who look', async () => {
  const { engineer, connect, soon, again } = stage();
  const sam = await engineer();
  const { token } = await sam.ask('make_invite', { role: 'musician', target_client_id: 'ana' });
  const ana = connect();
  await ana.ask('hello');
  await ana.ask('redeem_invite', { token });
  const owner = await again(ana.secret, 'ana');
  const kim = connect();
  await kim.ask('hello', { client_id: 'kim' });
  await expect(kim.ask('watch_mix', { client_id: 'ana' })).rejects.toMatchObject({ code: 'not_permitted' });
  await owner.ask('share_mix', { shared: true });
  await kim.ask('watch_mix', { client_id: 'ana' });
  await owner.ask('watch_mix', { client_id: 'ana' });
  await sam.ask('watch_mix', { client_id: 'ana' });
  await owner.ask('share_mix', { shared: false });
  soon();
  expect([kim.closed, owner.closed, sam.closed]).toEqual([['access changed'], [], []]);
  expect((await again(kim.secret, 'kim')).phone.subscriptions.size).toBe(0);
});

test('who came into a band by themselves is nobody’s word for a code: their wrong ones are counted too', async () => {
  const { connect } = stage();
  const guesser = connect();
  await guesser.ask('hello', { client_id: 'guesser' });
  await guesser.ask('subscribe');
  for (let wrong = 0; wrong < 5; wrong++)
    await expect(guesser.ask('claim_engineer', { code: CODE })).rejects.toThrow('not the engineer code');
  await expect(guesser.ask('claim_engineer', { code: CODE })).rejects.toThrow('too many wrong ones');
});

test('two phones race for one token: exactly one is let in, a thousand times', async () => {
  const { engineer, connect, desk } = stage('invite');
  const sam = await engineer();
  for (let run = 0; run < 1000; run++) {
    const { token } = await sam.ask('make_invite', { role: 'musician' });
    const racers = [connect(), connect()];
    for (const racer of racers) await racer.ask('hello', { name: `racer ${run}` });
    const outcomes = await Promise.allSettled(racers.map((racer) => racer.ask('redeem_invite', { token })));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const phones = racers.map(({ secret }) => desk.world.get('phone', hashOf(secret)));
    expect(phones.filter((phone) => phone !== undefined)).toHaveLength(1);
    for (const racer of racers) racer.leave();
  }
});

test('a crowd comes in by one poster, each as somebody new, and no more than it says', async () => {
  const { engineer, connect, again, clock } = stage('invite');
  const sam = await engineer();
  const until = clock.now() + 3600_000;
  const { token } = await sam.ask('make_invite', { role: 'musician', uses: 3, until });
  const ids = [];
  for (let one = 0; one < 3; one++) {
    const phone = connect();
    await phone.ask('hello', { name: `one ${one}` });
    ids.push((await phone.ask('redeem_invite', { token })).client_id);
    await (await again(phone.secret)).ask('subscribe');
  }
  expect(new Set(ids).size).toBe(3);
  const late = connect();
  await late.ask('hello');
  await expect(late.ask('redeem_invite', { token })).rejects.toThrow('used up or over');
});

test('a musician invites a further phone of their own, and nobody else’s', async () => {
  const { engineer, connect, again } = stage();
  const sam = await engineer();
  const { token } = await sam.ask('make_invite', { role: 'musician', target_client_id: 'ana' });
  const ana = connect();
  await ana.ask('hello');
  await ana.ask('redeem_invite', { token });
  const here = await again(ana.secret);
  for (const more of [{ role: 'engineer' }, { role: 'viewer' }, { uses: 2 }, { until: 1e15 }])
    await expect(here.ask('make_invite', { role: 'musician', ...more })).rejects.toMatchObject({
      code: 'not_permitted',
    });
  await expect(here.ask('make_invite', { role: 'musician', target_client_id: 'leo' })).rejects.toMatchObject({
    code: 'not_permitted',
  });
  const mine = await here.ask('make_invite', { role: 'musician' });
  const tablet = connect();
  await tablet.ask('hello', { client_id: 'tablet' });
  expect(await tablet.ask('redeem_invite', { token: mine.token })).toEqual({
    client_id: 'ana',
    role: 'musician',
  });
  expect((await again(tablet.secret, 'ana')).hello).toMatchObject({ client_id: 'ana', role: 'musician' });
});

test('a guest asks, the engineer sees who, and lets them in as who they are; the phone comes back as that', async () => {
  const { engineer, connect, again, soon } = stage();
  const sam = await engineer();
  await sam.ask('get_access');
  const phone = connect();
  expect(await phone.ask('hello', { client_id: 'leo', name: 'Leo' })).toMatchObject({
    role: 'guest',
    is_known: false,
  });
  const { digits } = await phone.ask('ask_to_join', { name: 'leo' });
  soon();
  expect(sam.heardOf('access')).toHaveLength(1);
  const { asking } = await sam.ask('get_access');
  expect(asking).toMatchObject([
    { name: 'leo', address: '192.0.2.1', digits, maybe: [{ client_id: 'leo', name: 'Leo' }] },
  ]);
  await sam.ask('answer_join', { request: asking[0]?.request, let_in: true, client_id: 'leo' });
  expect(phone.heardOf('join_answer')).toEqual([{ let_in: true }]);
  soon();
  expect(phone.closed).toEqual(['access changed']);
  const back = await again(phone.secret);
  expect(back.hello).toMatchObject({ client_id: 'leo', role: 'musician', is_known: true });
  await back.ask('update_gain', { channel: 0, gain: 0.5 });
  expect((await sam.ask('get_access')).asking).toEqual([]);
});

test('declined, a guest is told and stays one', async () => {
  const { engineer, connect, soon } = stage('approve');
  const sam = await engineer();
  const phone = connect();
  await phone.ask('hello', { name: 'Kim' });
  await phone.ask('ask_to_join', { name: 'Kim' });
  const { asking } = await sam.ask('get_access');
  await sam.ask('answer_join', { request: asking[0]?.request, let_in: false });
  expect(phone.heardOf('join_answer')).toEqual([{ let_in: false }]);
  soon();
  expect(phone.closed).toEqual([]);
  await expect(phone.ask('get_clients')).rejects.toMatchObject({ code: 'not_permitted' });
  await expect(sam.ask('answer_join', { request: asking[0]?.request, let_in: true })).rejects.toThrow(
    'does not wait any longer',
  );
});

test('a role that is changed or taken binds open connections within a second', async () => {
  const { engineer, again, connect, soon } = stage();
  const sam = await engineer();
  const kim = connect();
  await kim.ask('hello', { client_id: 'kim' });
  await kim.ask('subscribe');
  const { phones } = await sam.ask('get_access');
  const phone = phones.find(({ musicians }) => musicians.some(({ client_id }) => client_id === 'kim'))?.phone;
  expect(phones).toHaveLength(2);
  soon();
  expect(kim.closed).toEqual([]);

  await sam.ask('set_phone', { phone, role: 'viewer', name: 'Kim’s phone' });
  await expect(kim.ask('update_gain', { channel: 0, gain: 0.5 })).rejects.toMatchObject({
    code: 'not_permitted',
  });
  soon();
  expect(kim.closed).toEqual(['access changed']);
  const viewer = await again(kim.secret, 'kim');
  expect(viewer.hello).toMatchObject({ role: 'viewer' });
  expect((await viewer.ask('watch_mix', { client_id: 'leo' })).client_id).toBe('leo');

  await sam.ask('revoke_phone', { phone });
  await expect(viewer.ask('get_clients')).rejects.toMatchObject({ code: 'not_permitted' });
  soon();
  expect(viewer.closed).toEqual(['access changed']);
  expect((await again(kim.secret, 'kim')).hello).toMatchObject({ role: 'guest', is_known: false });
  expect((await sam.ask('get_access')).phones.map((one) => one.phone)).not.toContain(phone);
});

test('another rule binds at once: an open house makes engineers, and a closed one guests of those it let in by that', async () => {
  const { engineer, connect, soon } = stage();
  const sam = await engineer();
  const guest = connect();
  await guest.ask('hello', { client_id: 'leo' });
  await sam.ask('set_join_rule', { join: 'open' });
  soon();
  expect(guest.closed).toEqual(['access changed']);
  const anybody = connect();
  expect(await anybody.ask('hello', { client_id: 'leo' })).toMatchObject({ role: 'engineer', join: 'open' });
  await sam.ask('set_join_rule', { join: 'approve' });
  await expect(anybody.ask('update_gain', { channel: 0, gain: 0.5 })).rejects.toMatchObject({
    code: 'not_permitted',
  });
  soon();
  expect(anybody.closed).toEqual(['access changed']);
  expect(sam.closed).toEqual([]);
});

test('a rule by flag is nobody’s to change', async () => {
  const { engineer } = stage('approve');
  const sam = await engineer();
  await expect(sam.ask('set_join_rule', { join: 'open' })).rejects.toThrow(
    'the settings of this mixer say approve',
  );
});

test('a guest hears of nothing, whatever happens', async () => {
  const { engineer, connect, desk } = stage();
  const sam = await engineer();
  const guest = connect();
  await guest.ask('hello', { client_id: 'leo' });
  await sam.ask('update_gain', { target_client_id: 'ana', channel: 0, gain: 0.5 });
  await sam.ask('set_output', { target_client_id: 'ana', output: 2 });
  await sam.ask('set_client_name', { client_id: 'ana', custom_name: 'Anna' });
  expect(desk.get('ana').output).toBe(2);
  await turnOfTheLoop();
  expect(guest.heard).toEqual([]);
});

/** What a guest is answered who says a name, and asks for its mix in every way. */
async function answersTo(rule: JoinRule, clientId: string) {
  const phone = stage(rule).connect();
  const {
    device_secret: _secret,
    client_id: _id,
    ...hello
  } = await phone.ask('hello', { client_id: clientId });
  const asked = [
    ['subscribe', {}],
    ['watch_mix', { client_id: clientId }],
    ['update_gain', { channel: 0, gain: 0.5, target_client_id: clientId }],
    ['get_saved_channels_state', { client_id: clientId }],
    ['make_invite', { role: 'musician', target_client_id: clientId }],
  ] as const;
  const answers = [];
  for (const [type, body] of asked)
    answers.push(
      await phone.ask(type, body).then(
        () => 'ok',
        (error: Error) => error.message,
      ),
    );
  return JSON.stringify({ hello, answers }).replaceAll(clientId, '…');
}

test.each(['approve', 'invite'] as const)(
  'in a house of rule %s no answer tells a guest whether a name exists',
  async (rule) => {
    expect(await answersTo(rule, 'leo')).toBe(await answersTo(rule, 'nobody of that name'));
  },
);

test('the control: where everybody is let in, the answers tell', async () => {
  expect(await answersTo('open', 'leo')).not.toBe(await answersTo('open', 'nobody of that name'));
});
