import type { MixDifference } from '../mixes/mix-difference.ts';
import { speak } from './words.ts';
import { newsNotice } from './passing-words.ts';

const NOTHING: MixDifference = { channels: [], master: false, muteAll: false, output: false };

beforeAll(() => speak('en'));

test.each([
  [{}, 'Back. Everything as you left it.'],
  [{ channels: [4] }, 'Back. One channel changed meanwhile.'],
  [{ channels: [4, 7] }, 'Back. 2 channels changed meanwhile.'],
  [{ master: true }, 'Back. Changed meanwhile: master.'],
  [
    { channels: [4], master: true, muteAll: true, output: true },
    'Back. Changed meanwhile: one channel, master, mute all, output.',
  ],
])('on return %j: %s', (changed, title) => {
  expect(newsNotice({ kind: 'back', changed: { ...NOTHING, ...changed } }).title).toBe(title);
});
