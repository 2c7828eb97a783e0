import { withJoinedValues } from './flags.ts';

const KNOWN = { valued: new Set(['port', 'out']), switches: new Set(['open']) };

test.each([
  [['--port', '-1'], ['--port=-1']],
  [
    ['--port', '1', 'x'],
    ['--port', '1', 'x'],
  ],
  [['--port'], ['--port']],
  [
    ['--port', '--open'],
    ['--port', '--open'],
  ],
  [
    ['--open', 'yes', '--port=5'],
    ['--open=yes', '--port=5'],
  ],
  [
    ['--other', '-1'],
    ['--other', '-1'],
  ],
])('%j is read as %j', (args, joined) => {
  expect(withJoinedValues(args, KNOWN)).toEqual(joined);
});

test('where operands follow, a switch takes none of them', () => {
  expect(withJoinedValues(['--open', 'leo'], { valued: KNOWN.valued })).toEqual(['--open', 'leo']);
});
