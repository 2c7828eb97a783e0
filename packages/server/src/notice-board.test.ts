import { NoticeBoard } from './notice-board.ts';

const notice = (code: 'save_failed' | 'save_recovered' | 'recovered' | 'repaired') =>
  ({ code, level: 'warn', message: code, at: 1 }) as const;

test('who comes later hears that nothing can be saved, until it can', () => {
  const board = new NoticeBoard();
  expect(board.post(notice('save_failed'))).toEqual({ code: 'not_saved', message: 'save_failed', at: 1 });
  expect(board.standing().map(({ code }) => code)).toEqual(['not_saved']);
  expect(board.post(notice('save_recovered'))?.code).toBe('saved_again');
  expect(board.standing()).toEqual([]);
});

test('what is only for the log is told to nobody', () => {
  const board = new NoticeBoard();
  expect(board.post(notice('repaired'))).toBeUndefined();
  expect(board.standing()).toEqual([]);
});

test.each([
  ['a device that is gone', 'device_lost', 'device_back'],
  ['a device that does not play as set', 'device_adjusted', 'device_as_set'],
  ['an interface that is offered', 'device_offered', 'offer_over'],
] as const)('%s stands until it is over', (_what, code, ending) => {
  const board = new NoticeBoard();
  const notice = { code, message: 'for the curious', device: 'Fireface', at: 1 };
  board.put(notice);
  expect(board.standing()).toEqual([notice]);
  board.put({ code: ending, message: '', at: 2 });
  expect(board.standing()).toEqual([]);
});

test('what was told of a recording stands until the next one begins', () => {
  const board = new NoticeBoard();
  board.put({ code: 'recording_gaps', message: '', at: 1 });
  board.put({ code: 'recording_stopped', message: 'the disk is full', at: 2 });
  expect(board.standing()).toHaveLength(2);
  board.put({ code: 'recording', message: '', at: 3 });
  expect(board.standing()).toEqual([]);
});

test('a recovery stands', () => {
  const board = new NoticeBoard();
  board.post(notice('recovered'));
  expect(board.standing()).toHaveLength(1);
});
