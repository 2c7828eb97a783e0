import { SCRIPT_MAX_KB, scriptKb } from './support/script-size.ts';

test(`a phone loads at most ${SCRIPT_MAX_KB} kB of script, whichever language it speaks`, () => {
  expect(scriptKb()).toBeLessThanOrEqual(SCRIPT_MAX_KB);
});
