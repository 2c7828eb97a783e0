import { humanLine, safeLine } from './log.ts';

const lineOf = (msg: string): string => safeLine(humanLine(JSON.stringify({ level: 30, time: 0, msg })));

test('a name that turns the direction round is read from left to right', () => {
  expect(lineOf('\u202eecila\u202c is here, \u2067x\u2069')).toMatch(
    /^..:..:..  \\u202eecila\\u202c is here, \\u2067x\\u2069\n$/,
  );
});

test('a name writes nothing on the terminal, and no line of its own', () => {
  expect(lineOf('\u001b[2Jx\u009b31my\r\u2028z').slice(10)).toBe('\\u001b[2Jx\\u009b31my\\u000d\\u2028z\n');
  expect(lineOf('Not played: a\n00:00:00  Saved: everybody').split('\n')).toEqual([
    expect.stringMatching(/^..:..:..  Not played: a$/),
    '          00:00:00  Saved: everybody',
    '',
  ]);
});

test('a line of JSON is the same to who reads it', () => {
  const line = JSON.stringify({ msg: 'Ana \u202e\u009b \n ñ 🎸' });
  expect(safeLine(`${line}\n`)).not.toMatch(/[\u202e\u009b]/);
  expect(JSON.parse(safeLine(line))).toEqual(JSON.parse(line));
});
