import { readLeniently, UnreadableFileError } from './lenient-json.ts';

const read = (text: string, level = 1) => readLeniently(Buffer.from(text), level);

test.each([
  ['JSON', '{"a": 1}'],
  ['JSON with a mark in front', '\ufeff{"a": 1}'],
  ['bare words in strings', '{"a": 1}'],
])('%s is read as it is, and nothing is said', (_what, text) => {
  expect(read(text)).toEqual({ value: { a: 1 }, trouble: undefined, isBroken: false });
});

test.each([
  ['little end first', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['big end first', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
])('UTF-16 is read, %s', (_what, encode) => {
  expect(readLeniently(encode('{"Zoë": 1}'), 1).value).toEqual({ Zoë: 1 });
});

test('bare words of Python are read, but not inside strings', () => {
  const { value } = read('{"NaN": [NaN, Infinity, -Infinity, True, False, None, "True"]}');
  expect(value).toEqual({ NaN: [null, Infinity, -Infinity, true, false, null, 'True'] });
});

test.each([
  ['a comma too many', '{"a": [1, 2,], "b": 2,}'],
  ['a comma too few', '{"a": [1, 2] "b": 2}'],
  ['comments', '// the band\n{"a": [1, 2], /* two */ "b": 2}'],
])('%s is read past, and told', (_what, text) => {
  const { value, trouble, isBroken } = read(text);
  expect(value).toEqual({ a: [1, 2], b: 2 });
  expect(trouble).toContain('read all the same');
  expect(isBroken).toBe(false);
});

test('of a file that is cut off anywhere, whole entries are taken and never half of one', () => {
  const text = '{"t": {"a": {"x": {"y": [1, 2]}}, "b": {"x": {"y": "}"}}, "c": {}}}';
  for (let length = text.indexOf('{"a"') + 1; length < text.length - 1; length += 1) {
    const { value, isBroken } = read(text.slice(0, length), 2);
    const ends = { a: text.indexOf(', "b"'), b: text.indexOf(', "c"'), c: text.length - 2 };
    const whole = Object.entries(ends).filter(([, end]) => end <= length);
    expect(Object.keys((value as { t: object }).t)).toEqual(whole.map(([key]) => key));
    expect(isBroken).toBe(true);
  }
});

test('what stands behind a mistake nobody can read past is not guessed at', () => {
  const { value, trouble } = read('{"a": {"x": 1},\n"b": {"x": },\n"c": {"x": 3}}');
  expect(value).toEqual({ a: { x: 1 } });
  expect(trouble).toContain('line 2');
});

test('zeros behind the end, as a power cut leaves them, harm nothing', () => {
  expect(read('{"a": {"x": 1}}\0\0\0').value).toEqual({ a: { x: 1 } });
});

test('text ends where bytes are none: in a cut character, or in another encoding', () => {
  const cut = Buffer.from('{"a": {}, "Zoë": {}}').subarray(0, 14);
  expect(readLeniently(cut, 1)).toMatchObject({ value: { a: {} }, isBroken: true });
  const { value, trouble } = readLeniently(Buffer.from('{"a": {}, "Zoë": {}}', 'latin1'), 1);
  expect(value).toEqual({ a: {} });
  expect(trouble).toContain('not UTF-8');
});

test('a key called __proto__ is a key', () => {
  expect(Object.keys(read('{"__proto__": {"x": 1},}').value as object)).toEqual(['__proto__']);
});

test.each([
  ['nothing', ''],
  ['zeros', '\0\0\0'],
  ['brackets without end', '['.repeat(100_000)],
  ['brackets with as many ends', '['.repeat(100_000) + ']'.repeat(100_000)],
])('%s is refused in words', (_what, text) => {
  expect(() => read(text)).toThrow(UnreadableFileError);
});
