import type { Browser } from '../host';
import { inTurn } from '../in-turn';

interface Waiting {
  signal: AbortSignal;
}

/** A browser with these locks; `waitLong` lets all its time pass. */
function browserWith(locks: { request(name: string, options: Waiting, work: () => unknown): unknown } | undefined) {
  const timers: (() => void)[] = [];
  const browser = { navigator: { locks }, setTimeout: (callback: () => void) => timers.push(callback) };
  return { browser: browser as unknown as Browser, waitLong: () => timers.forEach((callback) => callback()) };
}

/** Locks that are not granted before the wait is given up, as those of another tab that sleeps. */
const neverGranted = {
  request: (_name: string, { signal }: Waiting) =>
    new Promise((_settle, fail) => signal.addEventListener('abort', () => fail(signal.reason as Error))),
};

test('work is done when the turn comes', async () => {
  const order: string[] = [];
  const { browser } = browserWith({
    request: async (_name, _options, work) => {
      order.push('granted');
      return work();
    },
  });
  await expect(inTurn(browser, async () => `done ${order.push('work')}`)).resolves.toBe('done 2');
  expect(order).toEqual(['granted', 'work']);
});

test('work that answers nothing is done once', async () => {
  const work = jest.fn(async () => undefined);
  await inTurn(browserWith({ request: async (_name, _options, run) => run() }).browser, work);
  expect(work).toHaveBeenCalledTimes(1);
});

test('work is done at once without locks', async () => {
  await expect(inTurn(browserWith(undefined).browser, async () => 1)).resolves.toBe(1);
});

test('work is done when the browser refuses locks', async () => {
  const refusing = { request: async () => Promise.reject(new DOMException('no storage', 'SecurityError')) };
  await expect(inTurn(browserWith(refusing).browser, async () => 1)).resolves.toBe(1);
});

test('work is done after a while when the turn does not come', async () => {
  const { browser, waitLong } = browserWith(neverGranted);
  const work = jest.fn(async () => 1);
  const result = inTurn(browser, work);
  await new Promise(setImmediate);
  expect(work).not.toHaveBeenCalled();
  waitLong();
  await expect(result).resolves.toBe(1);
  expect(work).toHaveBeenCalledTimes(1);
});

test('work that takes long is not done twice', async () => {
  const { browser, waitLong } = browserWith({ request: async (_name, _options, work) => work() });
  let finish = (_value: number): void => undefined;
  const work = jest.fn(() => new Promise<number>((settle) => (finish = settle)));
  const result = inTurn(browser, work);
  await new Promise(setImmediate);
  waitLong();
  finish(2);
  await expect(result).resolves.toBe(2);
  expect(work).toHaveBeenCalledTimes(1);
});

test('work that fails is not done again', async () => {
  const work = jest.fn(async () => Promise.reject(new Error('offline')));
  const { browser } = browserWith({ request: async (_name, _options, run) => run() });
  await expect(inTurn(browser, work)).rejects.toThrow('offline');
  expect(work).toHaveBeenCalledTimes(1);
});
