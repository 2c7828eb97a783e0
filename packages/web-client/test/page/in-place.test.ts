/** Nothing moves under a finger (SPEC W7): no notice, no other hand and no news changes the place of a control, or lies over one. */
import { dbToGain } from '@foldback/protocol';
import type { Page } from 'playwright-core';
import { centreOf, drawn, Fingers } from '../support/browser.ts';
import { channelAt, controlsOf } from '../support/controls.ts';
import { BASS, desk, KICK, level, openMix, shown, useVenue, venue } from '../support/mixer-page.ts';

useVenue();

/** Numbers as random as a test needs, the same every time. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const notice =
  (code: 'not_saved' | 'saved_again' | 'recovered' | 'interface_lost' | 'interface_back') => () =>
    desk.tell({ code, message: '', at: 0 });

/** Everything that may happen while somebody plays. */
const news = (random: (below: number) => number): (() => void)[] => {
  const other = () => random(16);
  const sam = (wishes: Parameters<typeof desk.changeFromElsewhere>[1]) => () =>
    desk.changeFromElsewhere('ana', wishes);
  return [
    notice('not_saved'),
    notice('saved_again'),
    notice('recovered'),
    notice('interface_lost'),
    notice('interface_back'),
    sam([{ type: 'gain', channel: other(), value: dbToGain(-other()) }]),
    sam([{ type: 'channel_toggle', channel: other(), value: false }]),
    sam([{ type: 'channel_toggle', channel: other(), value: true }]),
    sam([{ type: 'solo', channel: other(), value: random(2) === 0 }]),
    sam([{ type: 'marks', value: { mine: [other()], hidden: [] } }]),
    sam([{ type: 'marks', value: { mine: [], hidden: [other()] } }]),
    sam([{ type: 'mute_all', value: random(2) === 0 }]),
  ];
};

test.each(['phone', 'landscape', 'tablet'] as const)(
  'on %s every tap on one spot reaches the channel that was seen there, or nothing, whatever comes and goes',
  async (size) => {
    const page = await openMix({ size });
    const random = seeded(16);
    const fingers = await Fingers.on(page);
    const spot = await centreOf(page.getByRole('button', { name: 'Mute Overheads' }));
    let hits = 0;
    for (let round = 0; round < 40; round++) {
      const seen = await channelAt(page, spot);
      const choices = news(random);
      const told = desk.received.length;
      for (let event = 0; event < 1 + random(3); event++) choices[random(choices.length)]?.();
      await drawn(page);
      await fingers.tap(spot);
      await drawn(page);
      const asked = desk.received.slice(told).filter(({ type }) => type !== 'watch_meters');
      hits += asked.length;
      for (const { type, body } of asked) expect([type, body['channel']]).toEqual(['toggle_mute', seen]);
      // Sam may have taken it out of the mix.
      expect([3, null]).toContain(seen);
    }
    expect(hits).toBeGreaterThan(10);
    expect(venue.trouble).toEqual([]);
  },
);

const told: readonly (readonly [what: string, words: RegExp, tell: () => void])[] = [
  [
    'a channel moved by Sam',
    /Sam changed/,
    () => desk.changeFromElsewhere('ana', [{ type: 'gain', channel: BASS, value: 1 }]),
  ],
  [
    'a solo',
    /only\. The rest/,
    () => desk.changeFromElsewhere('ana', [{ type: 'solo', channel: KICK, value: true }]),
  ],
  ['"Not saved"', /Not saved since/, notice('not_saved')],
  ['"All muted"', /Tap to bring/, () => desk.changeFromElsewhere('ana', [{ type: 'mute_all', value: true }])],
];

test.each(['small', 'phone', 'landscape', 'tablet', 'desktop'] as const)(
  'on %s no notice moves a control or lies over one, and each is there in full',
  async (size) => {
    const page = await openMix({ size });
    // What is too far down is reached by nobody.
    const before = (await controlsOf(page)).filter(({ reached }) => reached);
    expect(before.length).toBeGreaterThan(10);
    const places = ({ name, at }: { name: string; at: readonly number[] }) => `${name} ${at.join()}`;
    for (const [, words, tell] of told) {
      tell();
      await shown(page.locator('notice-slot').getByText(words));
      await drawn(page);
      const now = await controlsOf(page);
      const byPlace = new Map(now.map((control) => [control.at.join(), control]));
      const lost = before.filter(({ at }) => byPlace.get(at.join())?.reached !== true);
      expect(lost.map(places)).toEqual([]);
      expect(await cutWords(page)).toBe(0);
    }
  },
);

/** Px of a notice that are not seen. */
const cutWords = (page: Page): Promise<number> =>
  page
    .locator('notice-slot .words:visible')
    .evaluate(({ scrollHeight, clientHeight }) => Math.max(0, scrollHeight - clientHeight));

test('a finger that was down before a notice came presses nothing of it', async () => {
  const page = await openMix();
  const slot = page.locator('notice-slot');
  desk.changeFromElsewhere('ana', [{ type: 'solo', channel: KICK, value: true }]);
  const spot = await centreOf(slot.getByRole('button', { name: 'Clear' }));
  desk.changeFromElsewhere('ana', [{ type: 'solo', channel: KICK, value: false }]);
  await slot.getByText('The rest is silent').waitFor({ state: 'detached' });
  const fingers = await Fingers.on(page);
  await fingers.down(spot);
  desk.changeFromElsewhere('ana', [{ type: 'solo', channel: KICK, value: true }]);
  await slot.getByText('The rest is silent').waitFor();
  await page.locator('notice-slot:not([fresh])').waitFor();
  await fingers.up();
  await drawn(page);
  expect(desk.received.filter(({ type }) => type === 'toggle_solo')).toEqual([]);
});

test('the key of a notice that has just come hears no finger yet', async () => {
  const page = await openMix();
  const reached = page.evaluate(
    () =>
      new Promise((resolve) => {
        const slot = document.querySelector('mixer-app')?.shadowRoot?.querySelector('notice-slot');
        const look = () => {
          const banner = slot?.shadowRoot?.querySelector('notice-banner')?.shadowRoot;
          const key = banner?.querySelector('press-key');
          if (!key) {
            requestAnimationFrame(look);
            return;
          }
          const { x, y, width, height } = key.getBoundingClientRect();
          resolve(banner?.elementFromPoint(x + width / 2, y + height / 2)?.localName === 'press-key');
        };
        look();
      }),
  );
  desk.changeFromElsewhere('ana', [{ type: 'solo', channel: KICK, value: true }]);
  expect(await reached).toBe(false);
  await page.locator('notice-slot').getByRole('button', { name: 'Clear' }).tap();
  expect(await shown(page.getByRole('button', { name: 'Solo Kick', pressed: false }))).toBe(true);
});

test('a notice is swept away by a finger, and what stands behind it is read then', async () => {
  const page = await openMix();
  const slot = page.locator('notice-slot');
  notice('not_saved')();
  notice('recovered')();
  await slot.getByText('Not saved since').waitFor();
  const fingers = await Fingers.on(page);
  const sweep = async (words: string) => {
    await page.locator('notice-slot:not([fresh])').waitFor();
    const { x, y } = await centreOf(slot.getByText(words));
    await fingers.drag({ x, y }, { x: x + 120, y });
  };
  await sweep('Not saved since');
  await slot.getByText('Your mix was restored').waitFor();
  await sweep('Your mix was restored');
  await slot.getByText('Your mix was restored').waitFor({ state: 'detached' });
  await page.getByText('Not saved', { exact: true }).waitFor();
  // What passes goes as well.
  await fingers.doubleTap(await centreOf(level(page, 'Bass')));
  await slot.getByText('Bass 0.0 dB').waitFor();
  await sweep('Bass 0.0 dB');
  await slot.getByText('Bass 0.0 dB').waitFor({ state: 'detached' });
  expect(desk.mixOf('ana').mix.mutes[KICK]).toBeUndefined();
});

test('what another hand takes out keeps its place, and what it adds stands after all others', async () => {
  const page = await openMix();
  desk.changeFromElsewhere('ana', [{ type: 'channel_toggle', channel: BASS, value: false }]);
  await page.locator('channel-row[absent]').waitFor();
  const { y } = await centreOf(page.getByRole('button', { name: 'Mute Hi-hat' }));
  desk.changeFromElsewhere('ana', [{ type: 'channel_toggle', channel: BASS, value: true }]);
  await page.locator('channel-row[absent]').waitFor({ state: 'detached' });
  expect((await centreOf(page.getByRole('button', { name: 'Mute Hi-hat' }))).y).toBe(y);
});
