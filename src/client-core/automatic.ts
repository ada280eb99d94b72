import { AUTH_TYPE } from '../shared/constants';
import { isWeComClient } from '../shared/wecom-client';
import { ownQuery } from './arrival';
import { doorUrl } from './door';
import { requestQuietly, type PublicAuthenticator } from './host';
import { pageOf, type Lane } from './lane';
import { leaveFor } from './leave';
import { readMark, setMark } from './marks';
import { askedPage } from './target';

/** Query parameters with which a sign-in page says that a sign-in is already under way or has failed. */
const BUSY_PARAMETERS = ['code', 'state', 'error', 'token'];

/** The page waits for the list, and a NocoBase that is just reloading may leave a request without an answer. */
const LIST_MS = 5_000;

/** The authenticators that the sign-in page offers; none when they cannot be read now. */
export async function publicAuthenticators({ app }: Lane): Promise<PublicAuthenticator[]> {
  try {
    const answer = await requestQuietly(app, { url: 'authenticators:publicList', timeout: LIST_MS });
    const { data } = answer.data as { data?: unknown };
    return Array.isArray(data) ? data : [];
  } catch {
    return [];
  }
}

/** Whether a sign-in may start by itself here: inside WeCom, once per visit, not over a failure or another sign-in. */
function mayStart(lane: Lane): boolean {
  const { browser, app } = lane;
  const query = new URLSearchParams(ownQuery(browser.location.search));
  const busy = pageOf(lane) === 'signin' ? BUSY_PARAMETERS.some((name) => query.has(name)) : query.has('token');
  return isWeComClient(browser.navigator.userAgent) && !busy && readMark(app, browser) === null;
}

/**
 * Starts signing in by itself when the page is opened, before anything is shown: on pages that need a session, and on the
 * sign-in page. Public pages are left alone.
 */
export async function startOnLoad(lane: Lane): Promise<void> {
  const page = pageOf(lane);
  if (lane.app.apiClient.auth.token || !(page === 'signin' || lane.guarded.test(page)) || !mayStart(lane)) {
    return;
  }
  const authenticators = await publicAuthenticators(lane);
  const automatic = authenticators.find(({ authType, options }) => authType === AUTH_TYPE && options?.autoLogin);
  if (automatic) {
    await start(lane, automatic.name);
  }
}

/**
 * Starts signing in by itself when the button is shown, which is where an expired session ends without a page load.
 *
 * @returns whether the browser is leaving
 */
export function startOnButton(lane: Lane, { name, options }: PublicAuthenticator): Promise<void> | undefined {
  return options?.autoLogin && mayStart(lane) ? start(lane, name) : undefined;
}

function start(lane: Lane, authenticator: string): Promise<void> | undefined {
  if (!setMark(lane.app, lane.browser, 'started')) {
    return undefined;
  }
  return leaveFor(lane, doorUrl(lane.app, authenticator, { redirect: askedPage(lane) }));
}

/** Keeps the automatic start away after signing out: whoever signs out wants to stay out. */
export function watchSignOut({ app, browser }: Lane): void {
  app.apiClient.axios.interceptors.request.use((config) => {
    if (/(^|\/)auth:signOut$/.test(config.url ?? '')) {
      setMark(app, browser, 'signedOut');
    }
    return config;
  });
}
