import { ClockWatch } from '../clock';
import type { HttpRequest } from '../../wecom/transport';

async function judge(date: string | undefined) {
  const clock = new ClockWatch();
  const send = clock.watch(() =>
    Promise.resolve({ status: 200, data: '', headers: date === undefined ? {} : { date } }),
  );
  await send({} as HttpRequest);
  return clock.judge();
}

const ahead = (seconds: number) => new Date(Date.now() + seconds * 1000).toUTCString();

test.each([
  [0, 'ok'],
  [30, 'ok'],
  [-30, 'ok'],
  [120, 'off'],
  [-120, 'off'],
  [3600, 'wrong'],
  [-3600, 'wrong'],
])('WeCom is %i s ahead: %s', async (seconds, finding) => {
  const result = await judge(ahead(seconds));
  expect(result.finding).toBe(finding);
  expect(Math.abs(Number(result.values?.seconds) - Math.abs(seconds))).toBeLessThanOrEqual(2);
});

test.each([undefined, '', 'yesterday'])('no time in the answer: %j', async (date) => {
  expect(await judge(date)).toEqual({ check: 'clock', finding: 'notTold', state: 'unknown' });
});

test('no answer at all', () => {
  expect(new ClockWatch().hasSeen).toBe(false);
  expect(new ClockWatch().judge().finding).toBe('notTold');
});
