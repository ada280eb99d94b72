import { isWeComClient } from '../shared/wecom-client';
import type { Browser, HostApp } from './host';

/** How the browser came to the sign-in page: back from WeCom, or sent here because something failed. */
export interface Arrival {
  /** Missing only beside an `error`. */
  authenticator?: string;
  /** Given when WeCom sent the browser back. */
  state?: string;
  /** Missing when the member cancelled. */
  code?: string;
  /** Reason of a failure, a key of the failures table. */
  error?: string;
}

/** Prefix of the pages of this client, with a slash at both ends: `/`, `/v/`, `/apps/sales/`. */
export function baseOf(app: HostApp): string {
  return `/${app.router.getBasename() ?? ''}/`.replace(/\/{2,}/g, '/');
}

/**
 * The query without the target that the classic client writes into it unencoded: in `?redirect=/admin/abc?x=1&state=2`
 * the `state` belongs to the target.
 */
export function ownQuery(search: string): string {
  return search.replace(/([?&])redirect=\/[^?&]*\?.*$/, '$1');
}

/**
 * Reads how the browser came here, and at once takes `code` and `state` out of the URL: they must not reach the history
 * or the Referer of the requests that follow.
 *
 * Every page load runs this, so it only looks at the URL. Return pages of other plugins also carry a `state`; ours is
 * told by the `authenticator` beside it, and the server is the judge of the rest.
 */
export function takeArrival(app: HostApp, browser: Browser): Arrival | undefined {
  const { pathname, search } = browser.location;
  const params = new URLSearchParams(ownQuery(search));
  const [authenticator, state, code, error] = ['authenticator', 'state', 'code', 'error'].map(
    (name) => params.get(name) || undefined,
  );
  const returned = authenticator && state;
  if (pathname !== `${baseOf(app)}signin` || !(returned || error)) {
    return undefined;
  }
  if (returned) {
    ['code', 'state', 'appid'].forEach((name) => params.delete(name));
    browser.history.replaceState(browser.history.state, '', `${pathname}?${params}`);
    return { authenticator, state, code };
  }
  return { authenticator, error };
}

/** Whether this page load concerns WeCom at all. If not, nothing more of this plugin is loaded. */
export function concernsWeCom(arrival: Arrival | undefined, browser: Browser): boolean {
  return Boolean(arrival) || isWeComClient(browser.navigator.userAgent);
}
