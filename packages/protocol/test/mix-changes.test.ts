import { EMPTY_MIX, mixChanges, type MixChange, type MixValue } from '../src/index.ts';

const mix = (parts: Partial<MixValue> = {}): MixValue => ({ ...EMPTY_MIX, mute_all: false, ...parts });

test.each<[what: string, before: Partial<MixValue>, after: Partial<MixValue>, changes: MixChange[]]>([
  [
    'a gain',
    { gains: { 0: 1, 3: 0.5 } },
    { gains: { 0: 1, 3: 0.7 } },
    [{ type: 'gain', channel: 3, value: 0.7 }],
  ],
  ['a gain that goes', { gains: { 3: 0.5 } }, {}, [{ type: 'gain', channel: 3, value: 1 }]],
  ['a pan', {}, { pans: { 1: -1 } }, [{ type: 'pan', channel: 1, value: -1 }]],
  ['a mute that goes', { mutes: { 1: true } }, {}, [{ type: 'mute', channel: 1, value: false }]],
  [
    'channels',
    { channels: [0, 1] },
    { channels: [1, 2] },
    [
      { type: 'channel_toggle', channel: 0, value: false },
      { type: 'channel_toggle', channel: 2, value: true },
    ],
  ],
  ['a solo', {}, { solos: [2] }, [{ type: 'solo', channel: 2, value: true }]],
  ['the master', {}, { master_gain: 0.5 }, [{ type: 'master_gain', value: 0.5 }]],
  ['mute-all', {}, { mute_all: true }, [{ type: 'mute_all', value: true }]],
  ['nothing', { gains: { 0: 1 } }, { gains: { 0: 1 } }, []],
])('what differs is told as what it now is: %s', (_what, before, after, changes) => {
  expect(mixChanges(mix(before), mix(after))).toEqual(changes);
});
