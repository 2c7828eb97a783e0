import { HostTrouble } from './host-trouble.ts';

test('a host plays on after single errors, and ends when five come within ten seconds', () => {
  let now = 0;
  const trouble = new HostTrouble(() => now);
  for (let error = 1; error <= 20; error++, now += 2500) expect(trouble.isTooMuch()).toBe(false);
  now += 10_000;
  const verdicts = Array.from({ length: 5 }, () => {
    now += 1000;
    return trouble.isTooMuch();
  });
  expect(verdicts).toEqual([false, false, false, false, true]);
});
