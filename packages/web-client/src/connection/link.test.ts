import { encodeInputMeters } from '@foldback/protocol';
import { gain, phone, STATE } from '../../test/support/phone.ts';

describe('losing the connection', () => {
  test('the first 600 ms show nothing; then the page is frozen and nothing is queued', () => {
    const { client, clock, socket, serve, shownGain } = phone();
    client.start();
    serve();
    socket().drop();
    expect(client.view).toMatchObject({ link: 'lost', frozen: false });
    clock.pass(600);
    expect(client.view.frozen).toBe(true);
    client.set(gain(0.9));
    expect(shownGain()).toBe(0.5);
  });

  test('a server that is there and takes no socket is tried again after 250 ms, 500 ms, 1 s, 2 s, then every 4 s', () => {
    const { client, clock, socket, sockets, serve } = phone();
    client.start();
    serve();
    socket().drop();
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 6; attempt++) {
      const count = sockets.length;
      let waited = 0;
      while (sockets.length === count) {
        clock.pass(50);
        waited += 50;
      }
      waits.push(waited);
      expect(client.view.attempt).toBe(attempt);
      socket().drop();
    }
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 4_000]);
  });

  test('a server that is away is looked for by no socket, and joined within half a second of its return', () => {
    const { client, clock, server, socket, sockets, serve } = phone();
    client.start();
    serve();
    server.isThere = false;
    socket().drop();
    clock.pass(250);
    socket().drop();
    clock.pass(90_000);
    expect(sockets).toHaveLength(2);
    expect(client.view.attempt).toBeGreaterThan(100);
    server.isThere = true;
    clock.pass(500);
    expect(sockets).toHaveLength(3);
    serve();
    expect(client.view).toMatchObject({ link: 'live', frozen: false, attempt: 0 });
    clock.pass(60_000);
  });

  test('the network is back: a socket that has been connecting for a while is not waited for', () => {
    const { client, clock, socket, sockets, serve } = phone();
    client.start();
    serve();
    socket().drop();
    clock.pass(250);
    client.wake();
    expect(sockets).toHaveLength(2);
    clock.pass(700);
    client.wake();
    expect(sockets).toHaveLength(3);
    serve();
    clock.pass(1_000);
    expect(client.view.link).toBe('live');
  });

  test('a socket that hangs while connecting is given up after 2 s', () => {
    const { client, clock, sockets } = phone();
    client.start();
    clock.pass(2_249);
    expect(sockets).toHaveLength(1);
    clock.pass(1);
    expect(sockets).toHaveLength(2);
  });

  test('a socket that is open and dead is noticed within 5 s', () => {
    const { client, clock, socket, serve } = phone();
    client.start();
    serve();
    clock.pass(2_000);
    expect(socket().count('ping')).toBeGreaterThan(0);
    clock.pass(3_000);
    expect(client.view.link).toBe('lost');
  });

  test('meters alone keep a connection alive, and answered pings do', () => {
    const { client, clock, socket, serve } = phone();
    client.start();
    serve();
    for (let second = 0; second < 10; second++) {
      clock.pass(1_000);
      socket().hand(encodeInputMeters(1, Float32Array.of(0, 0)));
    }
    expect(socket().count('ping')).toBe(0);
    for (let second = 0; second < 10; second++) {
      clock.pass(1_600);
      socket().answer('ping', { server_timestamp: 0 });
    }
    expect(client.view.link).toBe('live');
  });

  test('a gesture cut off is finished with its last value, if the connection is back within 3 s', () => {
    const { client, clock, socket, serve, shownGain } = phone();
    client.start();
    serve();
    client.hold(gain(0.5));
    client.move(gain(0.7));
    clock.frame();
    socket().drop();
    client.move(gain(0.8));
    client.release(gain(0.8));
    expect(shownGain()).toBe(0.8);
    clock.pass(250);
    serve();
    expect(socket().asked('update_gain').body).toEqual({ channel: 0, gain: 0.8 });
  });

  test('after 3 s it is forgotten, and the mix shows what the server last said', () => {
    const { client, clock, socket, serve, shownGain } = phone();
    client.start();
    serve();
    client.set(gain(0.8));
    socket().drop();
    clock.pass(3_000);
    expect(shownGain()).toBe(0.5);
    client.wake();
    serve();
    expect(socket().count('update_gain')).toBe(0);
  });

  test.each([
    ['a value that was on its way', false],
    ['a value that waited behind another', true],
  ])('%s when the phone fell asleep is not sent when it wakes', (_what, second) => {
    const { client, clock, socket, serve, shownGain } = phone();
    client.start();
    serve();
    client.set(gain(0.8));
    if (second) client.set(gain(0.9));
    clock.sleep(600_000);
    client.wake();
    clock.pass(700);
    expect(shownGain()).toBe(0.5);
    serve();
    expect(socket().count('update_gain')).toBe(0);
  });

  test('coming back after a loss that showed tells what changed meanwhile; after a short one nothing', () => {
    const { client, clock, socket, serve, news } = phone();
    client.start();
    serve();
    socket().drop();
    clock.pass(250);
    serve();
    expect(news).toEqual([]);
    socket().drop();
    clock.pass(1_000);
    serve({ ...STATE, mix: { ...STATE.mix, gains: { 0: 0.5, 1: 2 } }, revision: 12 });
    expect(news).toMatchObject([{ kind: 'back', changed: { channels: [1], master: false } }]);
    expect(client.view).toMatchObject({ link: 'live', frozen: false, attempt: 0, lostForMs: undefined });
  });

  test('an answer of a socket that is gone changes nothing', () => {
    const { client, clock, sockets, serve, shownGain, socket } = phone();
    client.start();
    serve();
    client.set(gain(0.8));
    const old = socket();
    old.drop();
    clock.pass(250);
    serve();
    old.answer('update_gain', { client_id: 'ana', revision: 99, channel: 0, gain: 0.8 });
    expect(sockets).toHaveLength(2);
    // No revision of it is heard: that one would be a gap.
    expect(socket().count('subscribe')).toBe(1);
    expect(shownGain()).toBe(0.8);
  });
});

describe('the server says that it goes', () => {
  test.each([
    [
      'its word',
      (end: ReturnType<typeof phone>) => end.socket().say({ type: 'goodbye', body: { sound: 'stops' } }),
    ],
    ['the code it closes with', (end: ReturnType<typeof phone>) => end.socket().drop(1001)],
  ])('%s: the page is frozen at once, and knows that the sound stops', (_what, goes) => {
    const end = phone();
    end.client.start();
    end.serve();
    goes(end);
    expect(end.client.view).toMatchObject({ link: 'lost', frozen: true, soundAfter: 'stops' });
    end.clock.pass(10_000);
    expect(end.client.view.soundAfter).toBe('stops');
    end.serve();
    expect(end.client.view).toMatchObject({ link: 'live', frozen: false, soundAfter: undefined });
  });

  test('where another takes its place the sound plays on, and the first moments show nothing', () => {
    const { client, clock, socket, serve } = phone();
    client.start();
    serve();
    socket().say({ type: 'goodbye', body: { sound: 'plays_on' } });
    expect(client.view).toMatchObject({ link: 'lost', frozen: false, soundAfter: 'plays_on' });
    clock.pass(250);
    serve();
    expect(client.view).toMatchObject({ link: 'live', soundAfter: undefined });
  });

  test('a server that goes without a word has said nothing of the sound', () => {
    const { client, socket, serve } = phone();
    client.start();
    serve();
    socket().drop();
    expect(client.view.soundAfter).toBeUndefined();
  });
});

describe('waking up', () => {
  test('a page that is looked at again does not wait for the next attempt', () => {
    const { client, clock, socket, sockets, serve } = phone();
    client.start();
    serve();
    for (let attempt = 0; attempt < 5; attempt++) {
      socket().drop();
      clock.pass(4_000);
    }
    socket().drop();
    const count = sockets.length;
    client.wake();
    expect(sockets).toHaveLength(count + 1);
  });

  test('a socket that looks open and is dead is replaced within 1 s', () => {
    const { client, clock, sockets, serve } = phone();
    client.start();
    serve();
    client.wake();
    clock.pass(700);
    expect(sockets).toHaveLength(2);
  });

  test('a socket that answers is kept', () => {
    const { client, clock, socket, sockets, serve } = phone();
    client.start();
    serve();
    client.wake();
    clock.pass(100);
    socket().answer('ping', { server_timestamp: 0 });
    clock.pass(700);
    expect(sockets).toHaveLength(1);
    expect(client.view.link).toBe('live');
  });

  test('any word in time shows that the server is there: a busy one answers late', () => {
    const { client, clock, socket, sockets, serve } = phone();
    client.start();
    serve();
    clock.pass(10);
    client.wake();
    clock.pass(100);
    socket().hand(encodeInputMeters(1, Float32Array.of(0, 0)));
    clock.pass(700);
    expect(sockets).toHaveLength(1);
  });

  test('a phone that slept asks first, and does not take its own silence for the death of the socket', () => {
    const { client, clock, socket, serve } = phone();
    client.start();
    serve();
    clock.pass(500);
    clock.sleep(60_000);
    clock.pass(1);
    expect(client.view.link).toBe('live');
    expect(socket().count('ping')).toBe(1);
    clock.pass(690);
    expect(client.view.link).toBe('live');
  });
});
