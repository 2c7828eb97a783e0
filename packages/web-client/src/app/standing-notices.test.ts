import type { Notice } from '@foldback/protocol';
import { withNotice } from './standing-notices.ts';

const notice = (code: Notice['code'], at: number): Notice => ({ code, message: '', at });

test('of each kind the newest stands, and what ends one stands for nothing itself', () => {
  const told = [notice('recovered', 1), notice('not_saved', 2), notice('not_saved', 3)];
  const standing = told.reduce(withNotice, []);
  expect(standing.map(({ code, at }) => [code, at])).toEqual([
    ['recovered', 1],
    ['not_saved', 3],
  ]);
  expect(withNotice(standing, notice('saved_again', 4)).map(({ code }) => code)).toEqual(['recovered']);
});

test('a device that is back ends its absence and nothing else', () => {
  const standing = [notice('not_saved', 1), notice('interface_lost', 2)].reduce(withNotice, []);
  expect(withNotice(standing, notice('interface_back', 3)).map(({ code }) => code)).toEqual(['not_saved']);
});

test('a new recording ends what was told of the one before', () => {
  const told = [notice('recording_gaps', 1), notice('recovered', 2), notice('recording_stopped', 3)];
  const standing = told.reduce(withNotice, []);
  expect(withNotice(standing, notice('recording', 4)).map(({ code }) => code)).toEqual(['recovered']);
});
