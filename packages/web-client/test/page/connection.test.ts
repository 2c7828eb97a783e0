/** The page without its server, and how quickly it is right again when that returns. */
import {
  BASS,
  desk,
  drag,
  gainsSent,
  KICK,
  level,
  levelIs,
  openMix,
  openPage,
  useVenue,
  venue,
} from '../support/mixer-page.ts';

useVenue();

describe('losing the connection', () => {
  test('the page freezes and says that the mix plays on; on return everything is as it was', async () => {
    const page = await openMix();
    desk.open = false;
    await desk.hangUp();
    await page.getByRole('status').getByText('Your mix keeps playing as it is.').waitFor();
    await page.getByText(/^attempt \d/).waitFor();
    await drag(page, 'Bass', -80);
    await page.getByRole('button', { name: 'Mute Kick' }).tap({ force: true });
    expect(await level(page, 'Bass').getAttribute('aria-valuetext')).toBe('−4.0 dB');

    desk.open = true;
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await page.getByText('Back. Everything as you left it.').waitFor();
    await page.getByText('Saved').waitFor();
    expect(gainsSent()).toEqual([]);
    expect(desk.mixOf('ana').mix.mutes[KICK]).toBeUndefined();
  });

  test('what changed meanwhile is there within a second of the return, and is counted', async () => {
    const page = await openMix();
    desk.open = false;
    await desk.hangUp();
    await page.getByText('Your mix keeps playing as it is.').waitFor();
    desk.changeFromElsewhere('ana', [
      { type: 'gain', channel: KICK, value: 1 },
      { type: 'mute', channel: BASS, value: true },
    ]);
    desk.open = true;
    const returnedMs = await page.evaluate(() => {
      dispatchEvent(new Event('online'));
      return performance.now();
    });
    await levelIs(page, 'Kick', '0.0 dB');
    expect((await page.evaluate(() => performance.now())) - returnedMs).toBeLessThan(1_000);
    await page.getByText('Back. 2 channels changed meanwhile.').waitFor();
  });

  test('a reload without the server shows the mix as it was, frozen; and the master not before it is known', async () => {
    const page = await openMix();
    await page.waitForFunction(() => localStorage.getItem('foldback.last_mix') !== null);
    desk.open = false;
    await page.reload();
    await page.getByText('No connection yet').waitFor();
    await levelIs(page, 'Bass', '−4.0 dB');
    await levelIs(page, 'Master', '−2.0 dB');
    await drag(page, 'Bass', -80);
    expect(await level(page, 'Bass').getAttribute('aria-valuetext')).toBe('−4.0 dB');
    desk.open = true;
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await page.getByText('Saved').waitFor();

    desk.open = false;
    const stranger = await openPage();
    await stranger.getByText('No connection yet').waitFor();
    expect(await level(stranger, 'Master').count()).toBe(0);
    expect(venue.trouble.filter((line) => !line.includes('WebSocket'))).toEqual([]);
  });

  test('a short interruption shows nothing', async () => {
    const page = await openMix();
    const hellos = () => desk.received.filter(({ type }) => type === 'hello').length;
    const before = hellos();
    await desk.hangUp();
    await page.getByRole('button', { name: 'Mute Kick' }).tap();
    await page.getByRole('button', { name: 'Mute Kick', pressed: true }).waitFor();
    while (hellos() === before) await page.evaluate(() => new Promise(requestAnimationFrame));
    await page.getByText('Saved').waitFor();
    expect(await page.getByText(/Reconnecting|Back\./).count()).toBe(0);
    expect(desk.mixOf('ana').mix.mutes[KICK]).toBe(true);
  });
});
