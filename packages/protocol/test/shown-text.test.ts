import * as v from 'valibot';
import { commands, shownText } from '../src/index.ts';

test.each([
  ['Ana María', 'Ana María'],
  ['عازف الطبل', 'عازف الطبل'],
  ['👩‍🎤', '👩‍🎤'],
  ['\u202eecila', 'ecila'],
  ['a\u2066b\u2069\u202d', 'ab'],
  ['a\nb', 'a b'],
  ['\u200b\u200d\ufeff', ''],
  ['\u3164\u2800 \u00a0', ''],
  ['\u202e', ''],
  ['\t', ''],
  ['', ''],
])('%j is shown as %j', (text, shown) => {
  expect(shownText(text)).toBe(shown);
});

test('a name has something to see, and turns nothing round', () => {
  const named = (custom_name: string) =>
    v.safeParse(commands.set_client_name.body, { client_id: 'ana', custom_name });
  expect(named(' \u202eecila ').output).toEqual({ client_id: 'ana', custom_name: 'ecila' });
  expect(named('\u200b').issues?.[0].message).toBe('must hold a character that can be seen');
});

test('a phone that calls itself nothing to see has no name, and is let in', () => {
  expect(v.parse(commands.hello.body, { name: '\u200b', device_name: '\u202ephone' })).toEqual({
    name: '',
    device_name: 'phone',
  });
});
