import { isWeComClient } from '../shared/wecom-client';
import { doorUrl } from './door';
import { requestQuietly, type HostAnswer, type HostApp } from './host';
import { landing, askedPage } from './target';
import type { Lane } from './lane';
import { leaveFor } from './leave';
import { readMark, setMark } from './marks';
import { rememberMessage } from './failure';

/** WeCom said who it is, and that person may not come in: whoever was signed in before must not stay signed in. */
const REFUSED = /^WECOM_(NOT_MEMBER|USER_NOT_FOUND|PHONE_AMBIGUOUS|FIRST_SIGN_IN_IN_CLIENT)$/;

/** How long another plugin gets to go where the answer sends the browser (a second factor) before we go there. */
const HAND_OVER_MS = 1000;

/** Longer than NocoBase waits for WeCom. The page shows nothing meanwhile, so it must not be for ever. */
const SIGN_IN_MS = 60_000;

interface Body {
  data?: { token?: string; code?: number; redirect?: string };
  errors?: { message?: string; code?: string; reason?: string }[];
}

/**
 * Finishes a visit: hands `code` and `state` to NocoBase and opens the page that was asked for, before anything is shown.
 *
 * @returns the reason of the failure to show, or undefined
 */
export async function finishVisit(
  lane: Lane,
  authenticator: string,
  proof: { code?: string; state: string },
): Promise<string | undefined> {
  const { app, browser } = lane;
  const { auth } = app.apiClient;
  const retried = new URLSearchParams(browser.location.search).get('retry') === '1';
  const redirect = askedPage(lane);
  // The host would send along the role that was chosen before, and the next person may not have it.
  const role = auth.role ?? null;
  auth.setRole(null);

  let answer: HostAnswer;
  try {
    answer = await requestQuietly(app, {
      method: 'post',
      url: 'auth:signIn',
      data: proof,
      headers: { 'X-Authenticator': authenticator },
      // The error interceptors of the host need a router, which does not exist before the first render.
      validateStatus: () => true,
      timeout: SIGN_IN_MS,
    });
  } catch {
    auth.setRole(role);
    return 'offline';
  }

  const body = (answer.data ?? {}) as Body;
  if (body.data?.token) {
    auth.setAuthenticator(authenticator);
    auth.setToken(body.data.token);
    setMark(app, browser, null);
    return land(lane, redirect);
  }
  if (body.data?.code === 302 && body.data.redirect) {
    await new Promise((resolve) => browser.setTimeout(resolve as () => void, HAND_OVER_MS));
    await leaveFor(lane, landing(lane, body.data.redirect).url);
    return undefined;
  }

  const { code: failure = '', reason, message } = body.errors?.[0] ?? {};
  const mark = readMark(app, browser);
  // The server never asks for a second one: it knows from the visit which round this was.
  if (failure === 'WECOM_CONSENT_REQUIRED') {
    auth.setRole(role);
    setMark(app, browser, 'started');
    await leaveFor(lane, doorUrl(app, authenticator, { redirect, consent: true, retry: retried }));
    return undefined;
  }
  // Inside WeCom a round is silent, and its desktop client may open the return in a fresh session: start over, once.
  const mayRetry = isWeComClient(browser.navigator.userAgent) && !retried && mark !== 'retry';
  if (failure === 'WECOM_STATE_INVALID' && mayRetry) {
    auth.setRole(role);
    setMark(app, browser, 'retry');
    await leaveFor(lane, doorUrl(app, authenticator, { redirect, retry: true }));
    return undefined;
  }

  setMark(app, browser, 'started');
  if (REFUSED.test(failure)) {
    await dropSession(app);
  } else {
    auth.setRole(role);
  }
  if (message) {
    rememberMessage(authenticator, message);
  }
  return reason ?? (message ? 'refused' : 'offline');
}

/** Opens the landing target: in place when this client shows it, else by loading it. */
async function land(lane: Lane, redirect: string | undefined): Promise<undefined> {
  const { url, reload } = landing(lane, redirect);
  if (reload) {
    await leaveFor(lane, url);
  } else {
    lane.browser.history.replaceState(null, '', url);
  }
  return undefined;
}

/** Ends the session that another person left behind on this device, on the server too. */
async function dropSession(app: HostApp): Promise<void> {
  const { auth } = app.apiClient;
  if (auth.token) {
    // Without the server the browser still forgets the session.
    const request = { method: 'post', url: 'auth:signOut', validateStatus: () => true } as const;
    await requestQuietly(app, request).catch(() => undefined);
  }
  auth.setToken(null);
  auth.setRole(null);
  auth.setAuthenticator(null);
}
