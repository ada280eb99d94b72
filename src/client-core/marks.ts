import type { Browser, HostApp } from './host';

/**
 * How far the visit in this browser tab has come. Any mark keeps the automatic start away, so that it happens once per
 * visit and not after signing out; `retry` keeps that round from happening twice. Signing in clears it.
 */
export type Mark = 'started' | 'retry' | 'signedOut';

const keyOf = (app: HostApp) => `wecom-sign-in:${app.name}`;

/** The mark of this tab, or null. */
export function readMark(app: HostApp, browser: Browser): string | null {
  try {
    return browser.sessionStorage.getItem(keyOf(app));
  } catch {
    return null;
  }
}

/**
 * Sets the mark, or clears it with null.
 *
 * @returns false when the browser does not keep it (storage is blocked): then nothing may start by itself
 */
export function setMark(app: HostApp, browser: Browser, mark: Mark | null): boolean {
  try {
    if (mark === null) {
      browser.sessionStorage.removeItem(keyOf(app));
    } else {
      browser.sessionStorage.setItem(keyOf(app), mark);
    }
    return readMark(app, browser) === mark;
  } catch {
    return false;
  }
}
