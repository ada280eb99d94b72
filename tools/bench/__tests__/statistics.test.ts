import { median, quantile, range, withinNoise } from '../statistics';

it('quantiles lie between the samples, whatever their order', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(quantile([10, 0, 20, 30], 0)).toBe(0);
  expect(quantile([10, 0, 20, 30], 1)).toBe(30);
  expect(quantile([...Array(101).keys()], 0.99)).toBe(99);
  expect(quantile([7], 0.99)).toBe(7);
});

it('samples are sorted as numbers and left as they are', () => {
  const samples = [100, 20, 3];
  expect(median(samples)).toBe(20);
  expect(samples).toEqual([100, 20, 3]);
});

it('nothing has no median', () => {
  expect(() => median([])).toThrow('nothing');
});

it('a difference is noise when the series compared with varies as much by itself', () => {
  expect(range([5, 9, 6])).toBe(4);
  expect(withinNoise([13], [10, 12, 14])).toBe(true);
  expect(withinNoise([16], [10, 12, 14])).toBe(true);
  expect(withinNoise([17], [10, 12, 14])).toBe(false);
  expect(withinNoise([5], [10, 12, 14])).toBe(true);
});
