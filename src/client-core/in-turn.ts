import type { Browser } from './host';

const LOCK = 'nocobase-wecom-sign-in';

/** Much longer than a sign-in takes. A tab that holds the lock may have been put to sleep, and this page shows nothing. */
const PATIENCE_MS = 15_000;

/**
 * Does work of which the tabs of a browser do one at a time. It is done at once where browsers have no locks (over plain
 * HTTP: Web Locks API, secure contexts only) or refuse them (no storage), and after a while when the turn does not come.
 */
export async function inTurn<T>(browser: Browser, work: () => Promise<T>): Promise<T> {
  let done: Promise<T> | undefined;
  // A code can be handed over only once.
  const once = (): Promise<T> => (done ??= work());
  const waiting = new AbortController();
  browser.setTimeout(() => waiting.abort(), PATIENCE_MS);
  try {
    const locks = browser.navigator.locks as LockManager | undefined;
    return await (locks ? locks.request(LOCK, { signal: waiting.signal }, once) : once());
  } catch {
    return once();
  }
}
