import { panLaw } from './pan-law.ts';

test.each([
  [-1, 1, 0],
  [0, Math.SQRT1_2, Math.SQRT1_2],
  [1, 0, 1],
  [0.5, Math.cos((1.5 * Math.PI) / 4), Math.sin((1.5 * Math.PI) / 4)],
])('pan %d is %d left and %d right', (pan, left, right) => {
  expect(panLaw(pan).left).toBeCloseTo(left, 12);
  expect(panLaw(pan).right).toBeCloseTo(right, 12);
});

test('the power is the same wherever the channel sits', () => {
  for (let pan = -1; pan <= 1; pan += 0.05) {
    const { left, right } = panLaw(pan);
    expect(left ** 2 + right ** 2).toBeCloseTo(1, 12);
  }
});
