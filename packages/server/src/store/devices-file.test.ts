import { olderMixesFrom, olderMixFrom } from './devices-file.ts';
import { mixWith } from './store-stage.ts';

const CONFIGURATION = { channels: [1], gains: { 1: 0.5 }, pans: {}, mutes: {}, master_gain: 1 };
const MIX = mixWith({ channels: [1], gains: { 1: 0.5 } });
const file = JSON.stringify({ ana: { configuration: CONFIGURATION }, leo: { configuration: CONFIGURATION } });

test('every device that has a mix is there, and what cannot be used is told', () => {
  const devices = {
    ana: { configuration: CONFIGURATION },
    '': { configuration: {} },
    zoe: 5,
    new: { ip: '10.0.0.3' },
  };
  const { mixes, repairs } = olderMixesFrom(Buffer.from(JSON.stringify(devices)));
  expect([...mixes]).toEqual([['ana', { mix: MIX, repairs: [] }]]);
  expect(repairs).toHaveLength(2);
});

test.each([
  ['a mark in front', `\ufeff${file}`],
  ['a bare NaN', file.replace('"pans":{}', '"pans":{"1":NaN}')],
  ['a comma too many', file.replace(/\}$/, ',}')],
  ['its end cut off', file.slice(0, -1)],
])('with %s it keeps all of its mixes', (_what, text) => {
  const { mixes } = olderMixesFrom(Buffer.from(text));
  expect([...mixes.values()].map(({ mix }) => mix)).toEqual([MIX, MIX]);
});

test('of a file cut in the middle whole mixes are taken, and the break is told', () => {
  const cut = Buffer.from(file.slice(0, -20));
  const { mixes, repairs } = olderMixesFrom(cut);
  expect([...mixes.keys()]).toEqual(['ana']);
  expect(repairs).toHaveLength(1);
  expect(olderMixFrom(cut, 'ana')?.mix).toEqual(MIX);
  expect(() => olderMixFrom(cut, 'leo')).toThrow('what stands whole before');
});

test('a value that cannot be read is off, and told', () => {
  const { mix, repairs } = olderMixFrom(Buffer.from(file.replace('0.5', '"loud"')), 'ana') ?? {};
  expect(mix?.gains).toEqual({ 1: 0 });
  expect(repairs).toHaveLength(1);
});
