import type { Patch } from '@foldback/protocol';
import { gain, phone, STATE } from '../../test/support/phone.ts';
import { fromSam, mixValue, outputsOf, samDid, watchedOf } from '../../test/support/records.ts';
import type { MyMix } from './my-mix.ts';
import type { OtherChange } from './other-hands.ts';

const withGain = (value: number): MyMix => ({ ...STATE, mix: { ...STATE.mix, gains: { 0: value } } });

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
    socket().say({ type: 'saved', body: { key: 'mix/ana', revision: 11 } });
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
    client.set({ type: 'cast', value: { channels: [0, 1], gains: { 0: 0.1, 1: 0.1 } } });
    expect(socket().asked('update_client_mix').body).toEqual({
      target_client_id: 'ana',
      channels: [0, 1],
      gains: { 0: 0.1, 1: 0.1 },
    });
    socket().answer('update_client_mix', { client_id: 'ana', revision: 11, mix: mixValue(STATE) });
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
    socket().say({ type: 'change', body: fromSam({ ...STATE, client_id: 'leo' }, 12, gain(0.9)) });
    expect(shownGain()).toBe(0.1);
  });

  test('a missed change brings one request for the whole state, which replaces all', () => {
    const { client, socket, serve, shownGain, change } = phone();
    client.start();
    serve();
    change(13, gain(0.1));
    change(14, gain(0.2));
    expect(socket().count('subscribe')).toBe(2);
    socket().answer('subscribe', watchedOf(withGain(0.2), 14));
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
    socket().answer('subscribe', watchedOf(withGain(0.1), 13));
    expect(shownGain()).toBe(0.1);
  });

  test('what others do is told with their name; what another phone of mine does, or waits under my finger, is not', () => {
    const { client, socket, serve, change } = phone();
    client.start();
    serve();
    const told: OtherChange[] = [];
    client.onOther((other) => told.push(other));
    change(11, gain(0.1), { type: 'mute', channel: 1, value: true });
    const mine = fromSam(STATE, 12, gain(0.2));
    socket().say({ type: 'change', body: { ...mine, author: 'ana', author_name: 'Ana' } });
    client.hold(gain(0));
    change(13, gain(0.3));
    const mixers = fromSam(STATE, 14, { type: 'mute_all', value: true });
    socket().say({ type: 'change', body: { ...mixers, author: null, author_name: '' } });
    const restored = fromSam(STATE, 15, { type: 'mute_all', value: false });
    socket().say({ type: 'change', body: { ...restored, reason: 'restore' } });
    expect(told).toEqual([
      {
        by: 'Sam',
        gesture: 's-1',
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
        gesture: 's-1',
        steps: [{ before: { type: 'mute_all', value: false }, after: { type: 'mute_all', value: true } }],
      },
      {
        by: '',
        gesture: 's-1',
        steps: [{ before: { type: 'mute_all', value: true }, after: { type: 'mute_all', value: false } }],
      },
    ]);
  });

  test('a full state comes unasked, too', () => {
    const { client, socket, serve, shownGain, news } = phone();
    client.start();
    serve();
    socket().say({ type: 'watched', body: watchedOf(withGain(2), 90) });
    expect(shownGain()).toBe(2);
    expect(news).toMatchObject([{ kind: 'missed', changed: { channels: [0] } }]);
  });

  test('what a whole state brings is said once, and nothing when it brings nothing', () => {
    const { client, clock, socket, serve, news, change } = phone();
    client.start();
    serve();
    change(13, gain(0.1));
    socket().answer('subscribe', watchedOf(STATE, 13));
    expect(news).toEqual([]);
    client.set(gain(0.7));
    change(17, { type: 'master_gain', value: 0.5 });
    const state: MyMix = { ...STATE, mix: { ...STATE.mix, master_gain: 0.5 } };
    socket().answer('subscribe', watchedOf(state, 17));
    expect(news).toMatchObject([{ kind: 'missed', changed: { channels: [], master: true } }]);

    socket().drop();
    clock.pass(250);
    serve({ ...state, mute_all: true, revision: 20 });
    expect(news.at(-1)).toMatchObject({ kind: 'missed', changed: { muteAll: true } });
  });

  test('whoever decides where the mix plays is told, unless it is this musician', () => {
    const { client, socket, serve, news } = phone();
    client.start();
    serve();
    const freed = samDid({ key: 'output/this/0', base: 1, revision: 2, patch: { client_id: null } });
    socket().say({ type: 'change', body: { ...freed, key: outputsOf(STATE)[0]?.key } });
    expect(news).toEqual([{ kind: 'output', by: 'Sam', output: null }]);
    const back = {
      ...freed,
      key: outputsOf(STATE)[0]?.key,
      base: 2,
      revision: 3,
      patch: { client_id: 'ana' },
    };
    socket().say({ type: 'change', body: { ...back, author: 'ana', author_name: 'Ana' } });
    socket().say({ type: 'change', body: { ...freed, key: back.key, base: 3, revision: 4, author: 'ana' } });
    const found = { ...back, base: 4, revision: 5, author: null, reason: 'arrival' };
    socket().say({ type: 'change', body: found });
    expect(client.view.mix?.output).toBe(0);
    expect(news).toHaveLength(1);
  });

  test('the output that plays the mix is found, and followed, among those of everybody', () => {
    const { client, socket, serve } = phone();
    client.start();
    serve();
    expect(client.view.mix?.output).toBe(0);
    const samRoutes = (pair: number, base: number, revision: number, patch: Patch) =>
      socket().say({ type: 'change', body: samDid({ key: `output/here/${pair}`, base, revision, patch }) });
    samRoutes(0, 1, 1, null);
    expect(client.view.mix?.output).toBeNull();
    samRoutes(1, 0, 5, { client_id: 'ana' });
    expect(client.view.mix?.output).toBe(1);
    samRoutes(1, 5, 6, { client_id: null });
    expect(client.view.mix?.output).toBeNull();
  });

  test('a missed change of what everybody sees is mended from the start, which alone brings it', () => {
    const { client, clock, socket, serve } = phone();
    client.start();
    serve();
    const patch = { client_id: 'leo' };
    const body = samDid({ key: 'output/here/0', base: 2, revision: 3, patch });
    socket().say({ type: 'change', body });
    expect(client.view).toMatchObject({ link: 'lost', frozen: false });
    clock.pass(250);
    serve({ ...STATE, output: null });
    expect(client.view).toMatchObject({ link: 'live', mix: { output: null } });
  });
});

describe('gestures', () => {
  const gestures = (sent: readonly { readonly type: string; readonly gesture?: string }[]) =>
    sent.flatMap(({ type, gesture }) => (type === 'update_gain' ? [gesture] : []));

  test('a touch has one name from its first move to its release, and the next touch another', () => {
    const { client, clock, socket, serve } = phone();
    client.start();
    serve();
    for (const last of [0.7, 0.9]) {
      client.hold(gain(0));
      client.move(gain(last - 0.1));
      clock.frame();
      client.move(gain(last));
      client.release(gain(last));
      const answer = { client_id: 'ana', revision: 11, channel: 0 };
      socket().answer('update_gain', { ...answer, gain: last - 0.1 });
      socket().answer('update_gain', { ...answer, gain: last });
    }
    const [first, second, third, fourth, ...more] = gestures(socket().sent);
    expect(first).toMatch(/^\w+-\d+$/);
    expect([second, fourth, more]).toEqual([first, third, []]);
    expect(third).not.toBe(first);
  });

  test('values that are set at once are one gesture; every tap has its own', () => {
    const { client, socket, serve } = phone();
    client.start();
    serve();
    client.set({ type: 'gain', channel: 0, value: 1 }, { type: 'gain', channel: 1, value: 1 });
    client.set({ type: 'mute', channel: 1, value: true });
    client.set({ type: 'mute', channel: 0, value: true });
    client.rename('Anna');
    const names = socket()
      .sent.slice(3)
      .map(({ gesture }) => gesture);
    expect(names[1]).toBe(names[0]);
    expect(new Set(names).size).toBe(4);
    expect(names).not.toContain(undefined);
  });

  test('two visits do not share names', () => {
    const names = [phone(), phone()].map(({ client, serve, socket }) => {
      client.start();
      serve();
      client.set(gain(1));
      return socket().asked('update_gain').gesture;
    });
    expect(names[0]).not.toBe(names[1]);
  });
});
