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
  const all = await Promise.allSettled(['a', 'b', 'c'].map((name) => inLine(db, write(name))));
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
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
  await Promise.all([inLine(db, write), inLine(db, write)]);
  expect(most).toBe(2);
});

test('a turn that does not come in time is given up, and its write does not happen', async () => {
  jest.useFakeTimers();
  const db = database('sqlite');
  let release: () => void = () => undefined;
  const first = inLine(db, () => new Promise<void>((resolve) => (release = resolve)));
  const late = jest.fn(async () => undefined);
  const second = expect(inLine(db, late)).rejects.toMatchObject({ reason: 'busy', status: 503 });
  await jest.advanceTimersByTimeAsync(8000);
  await second;
  release();
  await first;
  await jest.advanceTimersByTimeAsync(100);
  expect(late).not.toHaveBeenCalled();
});
