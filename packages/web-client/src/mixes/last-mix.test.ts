import { type InterfaceSummary, PROTOCOL_VERSION, type Watched } from '@foldback/protocol';
import { recallMix, rememberMix } from './last-mix.ts';
import { Memory } from '../boot/memory.ts';

const audioInterface: InterfaceSummary = {
  name: 'Desk',
  host_api: 'virtual',
  sample_rate: 48_000,
  inputs: [{ name: 'Kick' }],
  output_pairs: 1,
};
const mix: Watched = {
  client_id: 'ana',
  records: [
    {
      key: 'mix/ana',
      revision: 4,
      saved: 4,
      value: {
        channels: [0],
        gains: { 0: 0.5 },
        pans: {},
        mutes: {},
        solos: [],
        master_gain: 0.8,
        mute_all: false,
      },
    },
    { key: 'output/here/1', revision: 1, saved: 1, value: { client_id: 'ana' } },
  ],
  mix_number: 0,
};
/** As pages of version 1 wrote it. */
const OLDER = {
  protocol: 1,
  audioInterface,
  mix: {
    client_id: 'ana',
    mix: { channels: [0], gains: { 0: 0.5 }, pans: {}, mutes: {}, solos: [], master_gain: 0.8 },
    output: null,
    mute_all: false,
    marks: { mine: [], hidden: [] },
    mix_number: 0,
    revision: 4,
    saved_revision: 4,
  },
};

test('the mix last seen is there on the next visit', () => {
  const memory = new Memory(undefined);
  rememberMix(memory, { audioInterface, mix });
  expect(recallMix(memory, 'ana')).toEqual({ audioInterface, mix });
});

test.each([
  [
    "somebody else's",
    JSON.stringify({ protocol: PROTOCOL_VERSION, audioInterface, mix: { ...mix, client_id: 'leo' } }),
  ],
  ['of an older page', JSON.stringify(OLDER)],
  ['of an older page that calls itself of today', JSON.stringify({ ...OLDER, protocol: PROTOCOL_VERSION })],
  ['of another version', JSON.stringify({ protocol: PROTOCOL_VERSION + 1, audioInterface, mix })],
  ['not complete', JSON.stringify({ protocol: PROTOCOL_VERSION, mix })],
  ['not readable', '{"protocol":'],
])('one that is %s is not drawn', (_what, text) => {
  const memory = new Memory(undefined);
  memory.set('last_mix', text);
  expect(recallMix(memory, 'ana')).toBeUndefined();
});
