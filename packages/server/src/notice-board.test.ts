import { NoticeBoard } from './notice-board.ts';

const notice = (code: 'save_failed' | 'save_recovered' | 'recovered' | 'mirror_failed') =>
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
  expect(board.post(notice('mirror_failed'))).toBeUndefined();
  expect(board.standing()).toEqual([]);
});

test.each([
  ['a device that is gone', 'interface_lost', 'interface_back'],
  ['a device that does not play as set', 'interface_adjusted', 'interface_as_set'],
  ['an interface that is offered', 'interface_offered', 'offer_over'],
] as const)('%s stands until it is over', (_what, code, ending) => {
  const board = new NoticeBoard();
  const notice = { code, message: 'for the curious', interface: 'Fireface', at: 1 };
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

test('everything that was repaired is one notice, by name, each told once', () => {
  const board = new NoticeBoard();
  const repaired = (message: string, at = 1) => board.post({ code: 'repaired', level: 'warn', message, at });
  expect(board.post({ code: 'repaired', level: 'info', message: 'kept as …', at: 1 })).toBeUndefined();
  expect(repaired('"leo": a')).toEqual({ code: 'repaired', message: '"leo": a', count: 1, at: 1 });
  expect(repaired('"ana": b', 2)).toEqual({
    code: 'repaired',
    message: '"leo": a\n"ana": b',
    count: 2,
    at: 2,
  });
  expect(repaired('"leo": a', 3)).toBeUndefined();
  expect(board.standing()).toEqual([{ code: 'repaired', message: '"leo": a\n"ana": b', count: 2, at: 2 }]);
});

test('a file in which everything was repaired makes no endless notice', () => {
  const board = new NoticeBoard();
  for (let client = 0; client < 1000; client += 1)
    board.post({ code: 'repaired', level: 'warn', message: `"${client}": ${'x'.repeat(500)}`, at: 1 });
  const [notice] = board.standing();
  expect(notice?.count).toBe(1000);
  expect(notice?.message.split('\n')).toHaveLength(5);
  expect(notice?.message.length).toBeLessThan(1100);
});

test('a recovery stands', () => {
  const board = new NoticeBoard();
  board.post(notice('recovered'));
  expect(board.standing()).toHaveLength(1);
});
