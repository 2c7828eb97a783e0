import { encodeInputMeters } from '@foldback/protocol';
import { DEVICE, gain, phone, STATE } from '../../test/support/phone.ts';

describe('what the server tells everybody', () => {
  test('what the server tells everybody stands until it is over', () => {
    const { client, socket, serve } = phone();
    client.start();
    const recovered = { code: 'recovered', message: 'from a backup', at: 1 };
    serve(STATE, 'Ana', 'ana', { notices: [recovered] });
    socket().say({ type: 'notice', body: { code: 'not_saved', message: 'disk full', at: 2 } });
    socket().say({ type: 'notice', body: { code: 'not_saved', message: 'disk full', at: 3 } });
    expect(client.view.notices).toEqual([recovered, { code: 'not_saved', message: 'disk full', at: 3 }]);
    socket().say({ type: 'notice', body: { code: 'saved_again', message: '', at: 4 } });
    expect(client.view.notices).toEqual([recovered]);
  });

  test('a sound interface that is back is told once, and nothing stands any more', () => {
    const { client, socket, serve, news } = phone();
    client.start();
    serve();
    socket().say({ type: 'notice', body: { code: 'interface_lost', message: 'unplugged', at: 1 } });
    expect(client.view.notices).toHaveLength(1);
    socket().say({ type: 'notice', body: { code: 'interface_back', message: '', at: 2 } });
    expect(client.view.notices).toEqual([]);
    expect(news).toEqual([{ kind: 'interface_back' }]);
  });

  test('an engineer knows that they are one, and takes the interface that is offered', () => {
    const { client, socket, serve } = phone();
    client.start();
    expect(client.view.role).toBeUndefined();
    serve(STATE, 'Ana', 'ana', { role: 'engineer' });
    expect(client.view.role).toBe('engineer');
    client.useInterface('Fireface');
    expect(socket().asked('use_interface').body).toEqual({ interface: 'Fireface' });
  });

  test('meters reach those who listen, and redraw nothing else', () => {
    const { client, socket, serve } = phone();
    client.start();
    serve();
    const frames: unknown[] = [];
    let views = 0;
    client.onMeters((frame) => frames.push(frame));
    client.onView(() => views++);
    socket().hand(encodeInputMeters(1, Float32Array.of(1, 0.5, 0.1, 0.05)));
    expect(frames).toHaveLength(1);
    expect(views).toBe(0);
  });
});

describe('the next visit', () => {
  test('the last mix is drawn at once and frozen, until the server speaks', () => {
    const first = phone();
    first.client.start();
    first.serve();
    first.change(11, gain(0.25));
    first.clock.pass(1_000);

    const { client, serve, shownGain, news } = phone(Object.fromEntries(first.stored));
    expect(client.view).toMatchObject({
      link: 'connecting',
      frozen: true,
      saved: false,
      audioInterface: DEVICE,
    });
    expect(shownGain()).toBe(0.25);
    client.start();
    client.set(gain(0.9));
    expect(shownGain()).toBe(0.25);
    serve();
    expect(shownGain()).toBe(0.5);
    expect(news).toEqual([]);
  });
});
