import { gain, phone, STATE } from '../../test/support/phone.ts';
import type { OtherChange } from './other-hands.ts';

describe('moving', () => {
  test('a moving finger sends at most one value a frame, the newest, and the last on release', () => {
    const { client, clock, socket, serve } = phone();
    client.start();
    serve();
    client.hold(gain(0.5));
    client.move(gain(0.6));
    client.move(gain(0.61));
    expect(socket().count('update_gain')).toBe(0);
    clock.frame();
    expect(socket().asked('update_gain').body).toEqual({ channel: 0, gain: 0.61 });
    socket().answer('update_gain', { client_id: 'ana', revision: 11, channel: 0, gain: 0.61 });
    client.move(gain(0.7));
    client.release(gain(0.7));
    expect(socket().asked('update_gain').body).toEqual({ channel: 0, gain: 0.7 });
    expect(socket().count('update_gain')).toBe(2);
  });

  test('what was let go while a value was on its way follows with the answer, without waiting for a frame', () => {
    const { client, socket, serve } = phone();
    client.start();
    serve();
    client.set(gain(0.6));
    client.set(gain(0.7));
    expect(socket().count('update_gain')).toBe(1);
    socket().answer('update_gain', { client_id: 'ana', revision: 11, channel: 0, gain: 0.6 });
    expect(socket().asked('update_gain').body).toEqual({ channel: 0, gain: 0.7 });
  });

  test('"Saved" waits for the disk', () => {
    const { client, socket, serve } = phone();
    client.start();
    serve();
    client.set(gain(0.6));
    expect(client.view.saved).toBe(false);
    socket().answer('update_gain', { client_id: 'ana', revision: 11, channel: 0, gain: 0.6 });
    expect(client.view.saved).toBe(false);
    socket().say({ type: 'saved', body: { client_id: 'ana', revision: 11 } });
    expect(client.view.saved).toBe(true);
  });

  test('a refusal puts the fader back and is told once', () => {
    const { client, socket, serve, shownGain, news } = phone();
    client.start();
    serve();
    client.set(gain(0.9));
    expect(shownGain()).toBe(0.9);
    const error = { code: 'invalid', field: 'gain', message: 'no' } as const;
    socket().say({ re: socket().asked('update_gain').id, error });
    expect(shownGain()).toBe(0.5);
    expect(news).toEqual([{ kind: 'refused', error }]);
  });

  test('an empty mix starts with everybody at one level', () => {
    const { client, socket, serve } = phone();
    client.start();
    serve({ ...STATE, mix: { ...STATE.mix, channels: [] } });
    client.startWithEverybody(-20);
    expect(socket().asked('update_client_mix').body).toEqual({
      target_client_id: 'ana',
      channels: [0, 1],
      gains: { 0: 0.1, 1: 0.1 },
    });
    socket().answer('update_client_mix', { ...STATE, revision: 11 });
    expect(client.view.mix?.mix.channels).toEqual([0, 1]);
  });
});

describe('what others do', () => {
  test('their change shows; a mix that is not mine does not', () => {
    const { client, socket, serve, shownGain, change } = phone();
    client.start();
    serve();
    change(11, gain(0.1));
    expect(shownGain()).toBe(0.1);
    socket().say({
      type: 'change',
      body: {
        client_id: 'leo',
        changes: [gain(0.9)],
        revision: 12,
        source: '',
        source_name: '',
        timestamp: 0,
      },
    });
    expect(shownGain()).toBe(0.1);
  });

  test('a missed change brings one request for the whole state, which replaces all', () => {
    const { client, socket, serve, shownGain, change } = phone();
    client.start();
    serve();
    change(13, gain(0.1));
    change(14, gain(0.2));
    expect(socket().count('subscribe')).toBe(2);
    socket().answer('subscribe', { ...STATE, mix: { ...STATE.mix, gains: { 0: 0.2 } }, revision: 14 });
    expect(shownGain()).toBe(0.2);
    change(15, gain(0.3));
    expect(shownGain()).toBe(0.3);
    change(17, gain(0.4));
    expect(socket().count('subscribe')).toBe(3);
  });

  test('a whole state that is refused is asked for again from the start', () => {
    const { client, clock, socket, sockets, serve, shownGain, change } = phone();
    client.start();
    serve();
    change(13, gain(0.1));
    const error = { code: 'internal', field: '', message: 'busy' };
    socket().say({ re: socket().asked('subscribe').id, error });
    expect(client.view.link).toBe('lost');
    clock.pass(250);
    expect(sockets).toHaveLength(2);
    serve();
    change(13, gain(0.1));
    socket().answer('subscribe', { ...STATE, mix: { ...STATE.mix, gains: { 0: 0.1 } }, revision: 13 });
    expect(shownGain()).toBe(0.1);
  });

  test('what others do is told with their name; what another phone of mine does, or waits under my finger, is not', () => {
    const { client, socket, serve, change } = phone();
    client.start();
    serve();
    const told: OtherChange[] = [];
    client.onOther((other) => told.push(other));
    change(11, gain(0.1), { type: 'mute', channel: 1, value: true });
    const body = { client_id: 'ana', changes: [gain(0.2)], source_name: 'Ana', timestamp: 0 };
    socket().say({ type: 'change', body: { ...body, revision: 12, source: 'ana' } });
    client.hold(gain(0));
    change(13, gain(0.3));
    socket().say({
      type: 'change',
      body: { ...body, revision: 14, source: 'server', changes: [{ type: 'mute_all', value: true }] },
    });
    expect(told).toEqual([
      {
        by: 'Sam',
        steps: [
          { before: gain(0.5), after: gain(0.1) },
          {
            before: { type: 'mute', channel: 1, value: false },
            after: { type: 'mute', channel: 1, value: true },
          },
        ],
      },
      {
        by: '',
        steps: [{ before: { type: 'mute_all', value: false }, after: { type: 'mute_all', value: true } }],
      },
    ]);
  });

  test('a full state comes unasked, too', () => {
    const { client, socket, serve, shownGain } = phone();
    client.start();
    serve();
    socket().say({
      type: 'mix_state',
      body: { ...STATE, mix: { ...STATE.mix, gains: { 0: 2 } }, revision: 90 },
    });
    expect(shownGain()).toBe(2);
  });
});
