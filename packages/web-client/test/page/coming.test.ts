/** A musician comes to the page: the first run, and what everybody is told there. */
import { gainOf, gainToDb, PROTOCOL_VERSION } from '@foldback/protocol';
import { violationsOf } from '../support/accessibility.ts';
import { drawn } from '../support/browser.ts';
import { ANA } from '../support/sample-band.ts';
import { desk, levelIs, openMix, openPage, shown, useVenue, venue } from '../support/mixer-page.ts';

useVenue();

describe('coming', () => {
  test('a new phone asks whose mix it is, once', async () => {
    const page = await openPage({ remembers: {} });
    await page.getByRole('textbox', { name: 'Your name' }).fill(' Kim ');
    await page.getByRole('button', { name: 'Start' }).tap();
    await page.getByText('No channels in your mix yet').waitFor();
    await page.getByRole('heading', { name: 'Kim’s mix' }).waitFor();
    // First whether the server knows whose phone it is.
    expect(desk.received.filter(({ type }) => type === 'hello').map(({ body }) => body)).toEqual([
      { protocol: PROTOCOL_VERSION },
      { protocol: PROTOCOL_VERSION, name: 'Kim' },
    ]);

    await page.reload();
    await page.getByText('No channels in your mix yet').waitFor();
    expect(desk.received.findLast(({ type }) => type === 'hello')?.body).toEqual({
      protocol: PROTOCOL_VERSION,
      client_id: 'musician-2',
      name: 'Kim',
    });
    expect(await page.getByRole('textbox', { name: 'Your name' }).isVisible()).toBe(false);
    expect(venue.trouble).toEqual([]);
  });

  test('it cannot be left without a name', async () => {
    const page = await openPage({ remembers: {} });
    await page.getByRole('textbox', { name: 'Your name' }).fill('   ');
    await page.getByRole('button', { name: 'Start' }).tap();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('heading', { name: 'Whose mix is this?' }).isVisible()).toBe(true);
    expect(desk.received.map(({ type }) => type)).toEqual(['hello']);
  });

  test('a phone whose storage was lost is not asked: its cookie says whose it is', async () => {
    desk.cookieOf = 'ana';
    const page = await openPage({ remembers: {} });
    await page.getByRole('heading', { name: 'Ana’s mix' }).waitFor();
    await levelIs(page, 'Bass', '−4.0 dB');
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(desk.received.filter(({ type }) => type === 'hello')).toHaveLength(1);
  });

  test('a phone that finds the mixer at a new address is offered the names that are free', async () => {
    desk.freeNames.push({ client_id: 'ana', name: 'Ana' }, { client_id: 'zoe', name: 'Zoë' });
    const page = await openPage({ remembers: {} });
    await page.getByText('Were you here before? Take your mix with you.').waitFor();
    expect(await page.getByRole('button', { name: 'Zoë' }).isVisible()).toBe(true);
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Ana' }).tap();
    await levelIs(page, 'Bass', '−4.0 dB');
    await page.getByRole('heading', { name: 'Ana’s mix' }).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.reload();
    expect(await levelIs(page, 'Bass', '−4.0 dB')).toBe(true);
  });

  test('the page asks nobody but its own server for anything', async () => {
    const page = await venue.phone({ remembers: ANA });
    const hosts = new Set<string>();
    page.on('request', (request) => hosts.add(new URL(request.url()).host));
    await desk.answer(page);
    await page.goto(venue.url);
    await page.getByText('Saved').waitFor();
    expect([...hosts]).toEqual([new URL(venue.url).host]);
    expect(venue.trouble).toEqual([]);
  });

  test('an empty mix starts with everybody at −10 dB', async () => {
    desk.addMix('kim', 'Kim', {});
    const page = await openMix({ remembers: { 'foldback.client_id': 'kim', 'foldback.name': 'Kim' } });
    await page.getByRole('button', { name: 'Start with everybody at −10 dB' }).tap();
    await levelIs(page, 'Kick', '−10.0 dB');
    expect(desk.mixOf('kim').mix.channels).toHaveLength(16);
    expect(gainToDb(gainOf(desk.mixOf('kim').mix, 15))).toBeCloseTo(-10);
  });
});

describe('what everybody is told', () => {
  test('that nothing can be saved is an alert, until it can', async () => {
    const page = await openMix();
    desk.tell({ code: 'not_saved', message: 'disk full', at: new Date(2026, 0, 1, 20, 14).getTime() });
    await page.getByRole('alert').getByText('Not saved since 20:14').waitFor();
    await page.getByText('Not saved', { exact: true }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    desk.tell({ code: 'saved_again', message: '', at: 0 });
    await page.getByText('Not saved since').waitFor({ state: 'detached' });
    expect(await shown(page.getByText('Saved', { exact: true }))).toBe(true);
  });

  test('that a mix came from a backup is said until it has been taken note of', async () => {
    desk.tell({ code: 'recovered', message: 'from a backup', at: 7 });
    const page = await openMix();
    await page.getByRole('status').getByText('Your mix was restored').waitFor();
    await page.getByRole('button', { name: 'OK' }).tap();
    await page.getByText('Your mix was restored').waitFor({ state: 'detached' });
    await page.reload();
    await page.getByText('Saved').waitFor();
    expect(await page.getByText('Your mix was restored').count()).toBe(0);
  });

  test('an interface that has appeared is taken by one tap, where that is allowed', async () => {
    const offered = { code: 'interface_offered', interface: 'Fireface', message: '', at: 1 } as const;
    desk.role = 'engineer';
    const page = await openMix();
    desk.tell(offered);
    await page.getByRole('status').getByText('Fireface is here').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Use it' }).tap();
    while (desk.received.at(-1)?.type !== 'use_interface') await drawn(page);
    desk.tell({ code: 'offer_over', message: '', at: 2 });
    await page.getByText('Fireface is here').waitFor({ state: 'detached' });
    expect(desk.received.filter(({ type }) => type === 'use_interface')).toEqual([
      { type: 'use_interface', body: { interface: 'Fireface' } },
    ]);
  });

  test('a page that is out of date loads itself again once, then says so', async () => {
    desk.protocol++;
    const page = await openPage();
    await page.getByText('This page is out of date').waitFor();
    expect(desk.received.filter(({ type }) => type === 'hello')).toHaveLength(2);
    desk.protocol--;
    await page.getByRole('button', { name: 'Load again' }).tap();
    expect(await shown(page.getByText('Saved'))).toBe(true);
  });

  test('a phone that may not have this mix may start its own', async () => {
    desk.claimed.add('ana');
    const page = await openPage();
    await page.getByText('Another phone has Ana’s mix').waitFor();
    await page.getByRole('button', { name: 'New mix' }).tap();
    await page.getByText('No channels in your mix yet').waitFor();
    expect(desk.mixOf('ana').revision).toBe(40);
  });
});
