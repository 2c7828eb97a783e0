import { readFileSync } from 'node:fs';
import { PAGE, protocolPage } from './protocol-docs.ts';

test('docs/protocol.md is what the table of commands says', () => {
  expect(readFileSync(PAGE, 'utf8')).toBe(protocolPage());
});
