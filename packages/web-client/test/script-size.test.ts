import { EARLY_MAX_KB, earlyKb, SCRIPT_MAX_KB, scriptKb } from './support/script-size.ts';

test(`the first view needs at most ${EARLY_MAX_KB} kB of script`, () => {
  expect(earlyKb()).toBeLessThanOrEqual(EARLY_MAX_KB);
});

test(`a phone loads at most ${SCRIPT_MAX_KB} kB of script, all languages included`, () => {
  expect(scriptKb()).toBeLessThanOrEqual(SCRIPT_MAX_KB);
});
