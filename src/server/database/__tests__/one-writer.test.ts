import type { Database } from '@nocobase/database';
import { inLine } from '../one-writer';

const database = (dialect: string) => ({ inDialect: (name: string) => name === dialect }) as unknown as Database;

afterEach(() => jest.useRealTimers());

test('writes on SQLite come one after the other, in their order, past one that fails', async () => {
  const db = database('sqlite');
  const steps: string[] = [];
  const write = (name: string) => async () => {
    steps.push(`${name} begins`);
    await new Promise((resolve) => setTimeout(resolve, 5));
    steps.push(`${name} ends`);
    if (name === 'b') {
      throw new Error('b failed');
    }
    return name;
  };
  const all = await Promise.allSettled(['a', 'b', 'c'].map((name) => inLine(db, 'begin', write(name))));
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('whoever is about to end goes before those who begin', async () => {
  const db = database('sqlite');
  const order: string[] = [];
  const write = (name: string) => async () => void order.push(name);
  const first = inLine(db, 'begin', async () => {
    // Comes while others are waiting already.
    ended = inLine(db, 'end', write('end'));
    order.push('first');
  });
  let ended: Promise<void> | undefined;
  await Promise.all([first, inLine(db, 'begin', write('second')), inLine(db, 'begin', write('third'))]);
  await ended;
  expect(order).toEqual(['first', 'end', 'second', 'third']);
  await inLine(db, 'begin', write('later'));
  expect(order).toContain('later');
});

test('with more than can be served in time, those who got in get through', async () => {
  jest.useFakeTimers();
  const db = database('sqlite');
  const slow = () => new Promise<void>((resolve) => setTimeout(resolve, 200));
  const signIn = async () => {
    await inLine(db, 'begin', slow);
    await inLine(db, 'end', slow);
  };
  const all = Promise.allSettled(Array.from({ length: 50 }, signIn));
  await jest.advanceTimersByTimeAsync(30_000);
  const through = (await all).filter(({ status }) => status === 'fulfilled');
  // Each takes 400 ms, and whoever has not begun after 8 s is sent away.
  expect(through.length).toBeGreaterThanOrEqual(19);
});

test('other databases order writes themselves', async () => {
  const db = database('postgres');
  let running = 0;
  let most = 0;
  const write = async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 5));
    running -= 1;
  };
  await Promise.all([inLine(db, 'begin', write), inLine(db, 'begin', write)]);
  expect(most).toBe(2);
});

test('a turn that does not come in time is given up, and its write does not happen', async () => {
  jest.useFakeTimers();
  const db = database('sqlite');
  let release: () => void = () => undefined;
  const first = inLine(db, 'begin', () => new Promise<void>((resolve) => (release = resolve)));
  const late = jest.fn(async () => undefined);
  const second = expect(inLine(db, 'begin', late)).rejects.toMatchObject({ reason: 'busy', status: 503 });
  await jest.advanceTimersByTimeAsync(8000);
  await second;
  release();
  await first;
  await jest.advanceTimersByTimeAsync(100);
  expect(late).not.toHaveBeenCalled();
});
