import { wakefulTime } from './clock.ts';

test('time that passed while the phone slept counts, though its own clock stood still', () => {
  const phone = { running: 0, wall: 1_000_000 };
  const now = wakefulTime(
    () => phone.running,
    () => phone.wall,
  );
  phone.running += 10;
  phone.wall += 10;
  expect(now()).toBe(10);
  phone.running += 5;
  phone.wall += 60_005;
  expect(now()).toBe(60_015);
  phone.running += 10;
  phone.wall += 10;
  expect(now()).toBe(60_025);
});

test('a wall clock that is unsteady, or is put back, moves nothing', () => {
  const phone = { running: 0, wall: 1_000_000 };
  const now = wakefulTime(
    () => phone.running,
    () => phone.wall,
  );
  for (const wallStep of [12, 8, 900, -3_600_000, 10]) {
    phone.running += 10;
    phone.wall += wallStep;
    now();
  }
  expect(now()).toBe(50);
});
