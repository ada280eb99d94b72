import { baseOf } from './arrival';
import type { Browser, HostApp } from './host';

/** One of the two clients of NocoBase, as far as signing in differs between them. */
export interface Lane {
  app: HostApp;
  browser: Browser;
  /** Prefix of the pages of this client, with a slash at both ends. */
  base: string;
  /** Whether landing targets carry `base` (the new client) or begin after it (the classic client). */
  rootRelative: boolean;
  /** Pages below `base` that always need a session. Others may be public and are left alone. */
  guarded: RegExp;
}

/** The classic client, at `/`. */
export function classicLane(app: HostApp, browser: Browser): Lane {
  return { app, browser, base: baseOf(app), rootRelative: false, guarded: /^(admin|m)(\/|$)/ };
}

/** The new client, at `/v/`. */
export function modernLane(app: HostApp, browser: Browser): Lane {
  return { app, browser, base: baseOf(app), rootRelative: true, guarded: /^(admin|mobile)(\/|$)/ };
}

/** Prefix of the pages of the new client, of whichever lane asks, without the slash at the end. */
export function modernPrefix(lane: Lane): string {
  const publicPath = lane.app.getPublicPath().replace(/\/+$/, '');
  return lane.rootRelative ? publicPath : `${publicPath}/${lane.browser.__nocobase_modern_client_prefix__ || 'v'}`;
}

/** Whether a root-relative path lies at or below a prefix that has no slash at its end. */
export function isBelow(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && /^([/?#]|$)/.test(path.slice(prefix.length));
}

/** The current page below `base`, without the slash in front: `signin`, `admin/abc`. */
export function pageOf(lane: Lane): string {
  return lane.browser.location.pathname.slice(lane.base.length);
}
