import { PROTOCOL_VERSION } from '@foldback/protocol';
import { fromSam, watchedOf } from '../../test/support/records.ts';
import { DEVICE, phone, STATE } from '../../test/support/phone.ts';

describe('greeting', () => {
  test('a phone that is known says who it is, and asks for its mix and the meters', () => {
    const { client, socket, serve } = phone();
    client.start();
    expect(client.view).toMatchObject({ link: 'connecting', frozen: true });
    serve();
    expect(socket().sent).toEqual([
      { id: 1, type: 'hello', body: { protocol: PROTOCOL_VERSION, client_id: 'ana', name: 'Ana' } },
      { id: 2, type: 'subscribe', body: {} },
      { id: 3, type: 'watch_meters', body: { on: true } },
    ]);
    expect(client.view).toMatchObject({ link: 'live', frozen: false, saved: true, name: 'Ana', mix: STATE });
  });

  /** The server answers a phone that does not know whose it is. */
  const answerNobody = (socket: ReturnType<typeof phone>['socket'], more: object) => {
    socket().open();
    socket().answer('hello', {
      client_id: 'musician-7',
      name: '',
      is_known: false,
      protocol: PROTOCOL_VERSION,
      server_version: '0',
      role: 'musician',
      interface: DEVICE,
      records: [],
      notices: [],
      ...more,
    });
  };

  test('a new phone is nobody’s until somebody says who they are, and remembers the id it is given then', () => {
    const { client, socket, sockets, serve, stored } = phone({});
    client.start();
    answerNobody(socket, {});
    expect(socket().sent).toEqual([{ id: 1, type: 'hello', body: { protocol: PROTOCOL_VERSION } }]);
    expect(client.view).toMatchObject({ link: 'connecting', clientId: undefined, mayBe: [] });
    expect(stored.size).toBe(0);
    client.comeAs('Kim');
    expect(client.view.mayBe).toBeUndefined();
    expect(sockets).toHaveLength(2);
    serve(STATE, 'Kim', 'musician-7');
    expect(socket().asked('hello').body).toEqual({ protocol: PROTOCOL_VERSION, name: 'Kim' });
    expect(client.view).toMatchObject({ link: 'live', name: 'Kim' });
    expect(stored.get('foldback.client_id')).toBe('musician-7');
    expect(stored.get('foldback.name')).toBe('Kim');
  });

  test('a phone that has forgotten whose it is hears so from the server, and asks for that mix', () => {
    const { client, socket, stored } = phone({});
    client.start();
    answerNobody(socket, { client_id: 'ana', name: 'Ana', is_known: true });
    expect(client.view).toMatchObject({ name: 'Ana', clientId: 'ana', mayBe: undefined });
    expect(stored.get('foldback.client_id')).toBe('ana');
    expect(socket().sent.map(({ type }) => type)).toEqual(['hello', 'subscribe', 'watch_meters']);
    socket().answer('subscribe', { ...watchedOf(STATE, 10), restored_from: 'store' });
    expect(client.view.link).toBe('live');
  });

  test('a musician who was here before takes the phone', () => {
    const { client, socket, serve } = phone({});
    client.start();
    answerNobody(socket, { free_names: [{ client_id: 'ana', name: 'Ana' }] });
    const [ana] = client.view.mayBe ?? [];
    expect(ana).toEqual({ client_id: 'ana', name: 'Ana' });
    client.comeAs(ana ?? '');
    serve();
    expect(socket().asked('hello').body).toEqual({
      protocol: PROTOCOL_VERSION,
      client_id: 'ana',
      name: 'Ana',
    });
    expect(client.view).toMatchObject({ link: 'live', clientId: 'ana', mayBe: undefined });
  });

  test('a new name is mine when the server has it on disk', () => {
    const { client, socket, serve, stored } = phone();
    client.start();
    serve();
    client.rename('Anna');
    expect(client.view.name).toBe('Ana');
    socket().answer('set_client_name', {
      client_id: 'ana',
      custom_name: 'Anna',
      revision: 3,
    });
    expect(client.view.name).toBe('Anna');
    expect(stored.get('foldback.name')).toBe('Anna');
    // Its revision is heard too: what comes next is no gap.
    const marks = { type: 'marks', value: { mine: [1], hidden: [] } } as const;
    socket().say({ type: 'change', body: fromSam(STATE, 4, marks) });
    expect(client.view.mix?.marks).toEqual(marks.value);
    expect(socket().count('subscribe')).toBe(1);
  });

  test('the name the server knows me by is mine', () => {
    const { client, serve, stored } = phone();
    client.start();
    serve(STATE, 'Anna');
    expect(client.view.name).toBe('Anna');
    expect(stored.get('foldback.name')).toBe('Anna');
  });

  test('a secret that is given is kept, and shown the next time', () => {
    const { client, clock, socket, serve } = phone();
    client.start();
    serve(STATE, 'Ana', 'ana', { device_secret: 'xyz' });
    socket().drop();
    clock.pass(250);
    socket().open();
    expect(socket().asked('hello').body).toEqual({
      protocol: PROTOCOL_VERSION,
      client_id: 'ana',
      name: 'Ana',
      device_secret: 'xyz',
    });
  });

  test('a phone that may not speak for its musician stays out, and may start a mix of its own', () => {
    const { client, clock, socket, sockets, serve, stored } = phone();
    client.start();
    socket().open();
    socket().say({ re: 1, error: { code: 'not_permitted', field: 'client_id', message: 'another device' } });
    expect(client.view).toMatchObject({ shutOut: true, frozen: true });
    clock.pass(60_000);
    client.wake();
    expect(sockets).toHaveLength(1);

    client.startAnew();
    serve(STATE, 'Ana', 'musician-7');
    expect(socket().asked('hello').body).toEqual({ protocol: PROTOCOL_VERSION, name: 'Ana' });
    expect(stored.get('foldback.client_id')).toBe('musician-7');
    expect(client.view).toMatchObject({ shutOut: false, link: 'live' });
  });

  test('a mix that was lost to another phone is not shown any more, and not compared with the new one', () => {
    const { client, clock, socket, serve, stored, news } = phone();
    client.start();
    serve();
    clock.pass(1_000);
    expect(stored.has('foldback.last_mix')).toBe(true);
    socket().drop();
    clock.pass(1_000);
    socket().open();
    const error = { code: 'not_permitted', field: 'client_id', message: 'another device' };
    socket().say({ re: socket().asked('hello').id, error });
    expect(client.view).toMatchObject({ shutOut: true, mix: undefined });
    expect(stored.has('foldback.last_mix')).toBe(false);
    client.startAnew();
    expect(client.view).toMatchObject({ link: 'connecting', lostForMs: undefined });
    serve({ ...STATE, client_id: 'musician-7', mix: { ...STATE.mix, channels: [] } }, 'Ana', 'musician-7');
    expect(news).toEqual([]);
  });

  test('a socket that was opened before the page was there is greeted at once, and asked for everything at once', () => {
    const { client, socket } = phone({ 'foldback.client_id': 'ana', 'foldback.name': 'Ana' }, true);
    client.start();
    expect(socket().sent.map(({ type }) => type)).toEqual(['hello', 'subscribe', 'watch_meters']);
  });

  test('a server of another version makes the page reload, and gets no further', () => {
    const { client, socket, outdated } = phone();
    client.start();
    socket().open();
    socket().answer('hello', {
      client_id: 'ana',
      protocol: PROTOCOL_VERSION + 1,
      name: 'Ana',
      audioInterface: DEVICE,
    });
    expect(outdated).toEqual([PROTOCOL_VERSION + 1]);
    // Asked with the greeting; whatever it says to that is not understood.
    socket().answer('subscribe', watchedOf(STATE, 10));
    expect(client.view).toMatchObject({ outdated: true, frozen: true, mix: undefined });
  });

  test('a server of version 1, which refuses a greeting that names one, makes the page reload', () => {
    const { client, socket, sockets, clock, outdated } = phone();
    client.start();
    socket().open();
    const { id } = socket().asked('hello');
    const message = 'hello: protocol is not a field of this command, got 2';
    socket().say({ re: id, error: { code: 'invalid', field: 'protocol', message } });
    const error = { code: 'not_ready', field: 'type', message: 'subscribe: say hello first' };
    socket().say({ re: socket().asked('subscribe').id, error });
    expect(outdated).toEqual([1]);
    expect(client.view).toMatchObject({ outdated: true, frozen: true });
    clock.pass(1_000);
    expect(sockets).toHaveLength(1);
  });

  test('a server that is put back to the version of the page is understood again', () => {
    const { client, clock, socket, serve } = phone();
    client.start();
    socket().open();
    socket().answer('hello', {
      client_id: 'ana',
      protocol: PROTOCOL_VERSION + 1,
      name: 'Ana',
      audioInterface: DEVICE,
    });
    socket().drop();
    clock.pass(250);
    serve();
    expect(client.view).toMatchObject({ outdated: false, link: 'live' });
  });

  test('a refused greeting is tried again, more and more patiently', () => {
    const { client, socket, sockets, clock } = phone();
    client.start();
    socket().open();
    socket().say({ re: 1, error: { code: 'internal', field: '', message: 'busy' } });
    clock.pass(249);
    expect(sockets).toHaveLength(1);
    clock.pass(1);
    expect(sockets).toHaveLength(2);
  });
});
