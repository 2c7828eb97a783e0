import { nearest } from './did-you-mean.ts';

const NAMES = ['port', 'host', 'sampleRate', 'multitrack', 'open'];

test.each([
  ['prot', 'port'],
  ['PORT', 'port'],
  ['pot', 'port'],
  ['ports', 'port'],
  ['sample-rate', 'sampleRate'],
  ['SAMPLE_RATE', 'sampleRate'],
  ['samplrate', 'sampleRate'],
  ['mulitrcak', 'multitrack'],
  ['opne', 'open'],
  ['volume', undefined],
  ['po', undefined],
  ['', undefined],
])('who types %j means %j', (typed, meant) => {
  expect(nearest(typed, NAMES)).toBe(meant);
});
