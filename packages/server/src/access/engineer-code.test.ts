import { checkCommand, type Refusal } from '@foldback/protocol';
import { newCode, printedCode } from './engineer-code.ts';

test('a code has 80 bits, is another one each time, and is read however people type it', () => {
  const codes = Array.from({ length: 1000 }, newCode);
  expect(new Set(codes).size).toBe(1000);
  expect(new Set(codes.join('')).size).toBe(32);
  for (const code of codes.slice(0, 50)) {
    const printed = printedCode(code);
    expect(printed).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}$/);
    const read = (typed: string) => checkCommand('claim_engineer', { code: typed }, 1).body;
    for (const typed of [
      printed,
      printed.toLowerCase(),
      code,
      printed.replaceAll('-', ' '),
      printed.replaceAll('0', 'o'),
    ])
      expect(read(typed)).toEqual({ code });
  }
});

test.each(['', 'K7QM-2XHD-9RTA', 'K7QM-2XHD-9RTA-5BWEE', 'UUUU-UUUU-UUUU-UUUU', 7])('%j is none', (code) => {
  expect(() => checkCommand('claim_engineer', { code }, 1)).toThrow(
    'code must be four groups of four letters and digits, such as K7QM-2XHD-9RTA-5BWE, got another',
  );
});

test.each([
  ['claim_engineer', { code: 'SECRET-2XHD-9RTA' }],
  ['redeem_invite', { token: 'SECRET-2XHD-9RTA' }],
  ['hello', { device_secret: 'SECRET-2XHD-9RTA' }],
] as const)('what is mistyped of a secret in %s is in no answer', (type, body) => {
  const refused = (): unknown => {
    try {
      return checkCommand(type, body, 1);
    } catch (error) {
      return (error as Refusal).toBody();
    }
  };
  expect(refused()).toMatchObject({ code: 'invalid' });
  expect(JSON.stringify(refused())).not.toContain('SECRET');
  // The control: of what is no secret the value is told.
  expect(() => checkCommand('ping', { timestamp: 'K7QM' }, 1)).toThrow('got "K7QM"');
});
