import { isContention, isDuplicate } from '../contention';
import { patiently } from '../patience';

const contention = (code: string) => Object.assign(new Error('locked'), { parent: { code } });

test.each([
  'SQLITE_BUSY',
  'SQLITE_LOCKED',
  '40001',
  '40P01',
  'ER_LOCK_DEADLOCK',
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_CHECKREAD',
])('%s is other work', (code) => {
  expect(isContention(contention(code))).toBe(true);
  expect(isContention({ original: { code } })).toBe(true);
  expect(isContention({ code })).toBe(true);
});

test.each([null, undefined, {}, new Error('x'), contention('23505'), { parent: {} }, 'SQLITE_BUSY'])(
  'and nothing else is: %p',
  (error) => {
    expect(isContention(error)).toBe(false);
  },
);

test('a row that is there already', () => {
  expect(isDuplicate({ name: 'SequelizeUniqueConstraintError' })).toBe(true);
  expect(isDuplicate(contention('40001'))).toBe(false);
  expect(isDuplicate(null)).toBe(false);
});

test('work is tried again while other work is in its way', async () => {
  const run = jest.fn<Promise<string>, []>();
  run
    .mockRejectedValueOnce(contention('SQLITE_BUSY'))
    .mockRejectedValueOnce(contention('40P01'))
    .mockResolvedValue('ok');
  await expect(patiently(run)).resolves.toBe('ok');
  expect(run).toHaveBeenCalledTimes(3);
});

test('other errors come through at once', async () => {
  const error = new Error('other');
  const run = jest.fn(() => Promise.reject(error));
  await expect(patiently(run)).rejects.toBe(error);
  expect(run).toHaveBeenCalledTimes(1);
});

test('patience ends with a failure that can be tried again later', async () => {
  jest.useFakeTimers();
  const waiting = expect(patiently(() => Promise.reject(contention('SQLITE_BUSY')))).rejects.toMatchObject({
    reason: 'busy',
    status: 503,
  });
  await jest.advanceTimersByTimeAsync(10_000);
  await waiting;
  jest.useRealTimers();
});
