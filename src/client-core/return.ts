import { referenceOf, timeOf } from '../shared/reference';
import { isWeComClient } from '../shared/wecom-client';
import { doorUrl } from './door';
import { inTurn } from './in-turn';
import { requestQuietly, type HostAnswer, type HostApp } from './host';
import { landing, askedPage } from './target';
import type { Lane } from './lane';
import { leaveFor } from './leave';
import { readMark, setMark } from './marks';
import { rememberMessage, type ShownFailure } from './failure';

/**
 * WeCom said who it is, and that person is nobody here, or may not come in: whoever was signed in before must not stay
 * signed in.
 */
const SOMEBODY_ELSE = /^WECOM_(NOT_MEMBER|USER_NOT_FOUND|PHONE_AMBIGUOUS|FIRST_SIGN_IN_IN_CLIENT|CONSENT_REQUIRED)$/;

/** How long another plugin gets to go where the answer sends the browser (a second factor) before we go there. */
const HAND_OVER_MS = 1000;

/** Longer than NocoBase waits for WeCom. The page shows nothing meanwhile, so it must not be for ever. */
const SIGN_IN_MS = 60_000;

interface Body {
  data?: { token?: string; code?: number; redirect?: string };
  errors?: {
    message?: string;
    code?: string;
    reason?: string;
    field?: string;
    reference?: string;
    time?: string;
  }[];
}

/**
 * Finishes a visit: hands `code` and `state` to NocoBase and opens the page that was asked for, before anything is shown.
 *
 * @returns the failure to show, or undefined
 */
export async function finishVisit(
  lane: Lane,
  authenticator: string,
  proof: { code?: string; state: string },
): Promise<ShownFailure | undefined> {
  const { app, browser } = lane;
  const { auth } = app.apiClient;
  const retried = new URLSearchParams(browser.location.search).get('retry') === '1';
  const redirect = askedPage(lane);
  const before = auth.token;
  // The host forgets the session when a request without one is refused, and so does it in a tab that shows the sign-in
  // page while another tab signs in. Tabs that return together therefore take turns.
  const { role, answer } = await inTurn(browser, () => signIn(app, authenticator, proof));
  if (!answer) {
    return { authenticator, reason: 'offline' };
  }

  const body = (answer.data ?? {}) as Body;
  const { code: failure = '', reason, message, ...details } = body.errors?.[0] ?? {};
  // The same return page in another tab may just have signed in. (A session of before that was renewed in this very
  // moment looks the same; it then simply stays.)
  const elsewhere = failure === 'WECOM_STATE_INVALID' && auth.token && auth.token !== before;
  if (body.data?.token || elsewhere) {
    setMark(app, browser, null);
    return land(lane, redirect);
  }
  if (body.data?.code === 302 && body.data.redirect) {
    await new Promise((resolve) => browser.setTimeout(resolve as () => void, HAND_OVER_MS));
    await leaveFor(lane, landing(lane, body.data.redirect).url);
    return undefined;
  }

  if (SOMEBODY_ELSE.test(failure)) {
    await dropSession(app);
  } else {
    auth.setRole(role);
  }
  const mark = readMark(app, browser);
  // The server never asks for a second one: it knows from the visit which round this was.
  if (failure === 'WECOM_CONSENT_REQUIRED') {
    setMark(app, browser, 'started');
    await leaveFor(lane, doorUrl(app, authenticator, { redirect, consent: true, retry: retried }));
    return undefined;
  }
  // Inside WeCom a round is silent, and its desktop client may open the return in a fresh session: start over, once.
  const mayRetry = isWeComClient(browser.navigator.userAgent) && !retried && mark !== 'retry';
  if (failure === 'WECOM_STATE_INVALID' && mayRetry) {
    setMark(app, browser, 'retry');
    await leaveFor(lane, doorUrl(app, authenticator, { redirect, retry: true }));
    return undefined;
  }

  setMark(app, browser, 'started');
  if (message) {
    rememberMessage(authenticator, message);
  }
  if (reason) {
    const { field, reference, time } = details;
    return { authenticator, reason, field, reference, time };
  }
  // Whatever the host refused, its log has it under the id of the request.
  const reference = referenceOf(answer.headers?.['x-request-id']);
  return message
    ? { authenticator, reason: 'refused', reference, time: timeOf(new Date()) }
    : { authenticator, reason: 'offline' };
}

/**
 * Hands over what WeCom sent, and keeps the session when there is one.
 *
 * @returns the answer, or none when NocoBase cannot be reached; and the role to go back to where nobody signed in
 */
async function signIn(
  app: HostApp,
  authenticator: string,
  proof: { code?: string; state: string },
): Promise<{ role: string | null; answer?: HostAnswer }> {
  const { auth } = app.apiClient;
  // The host would send along the role that was chosen before, and the next person may not have it.
  const role = auth.role ?? null;
  auth.setRole(null);
  try {
    const answer = await requestQuietly(app, {
      method: 'post',
      url: 'auth:signIn',
      data: proof,
      headers: { 'X-Authenticator': authenticator },
      // The error interceptors of the host need a router, which does not exist before the first render.
      validateStatus: () => true,
      timeout: SIGN_IN_MS,
    });
    const { token } = (answer.data as Body | undefined)?.data ?? {};
    if (token) {
      auth.setAuthenticator(authenticator);
      auth.setToken(token);
    }
    return { role, answer };
  } catch {
    auth.setRole(role);
    return { role };
  }
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
