import type { Context, Next } from '@nocobase/actions';
import { getModernClientPrefix, resolveSubAppSegment } from '@nocobase/plugin-auth';
import { getRequestOrigin, isTrustedOrigin } from '@nocobase/utils';
import { CONSENT_SCOPE, MAX_NAME_LENGTH } from '../../shared/constants';
import { isWeComClient } from '../../shared/wecom-client';
import { SignInFailure } from '../failure';
import { forgetBody } from '../privacy/forget-body';
import { refuse } from '../refuse';
import { servicesOf } from '../services';
import type { Settings } from '../settings/settings';
import { reportFailure } from '../trace/report-failure';
import { WeComAuth } from '../wecom-auth';
import { authorizeUrl, webLoginUrl } from '../wecom/pages';
import { actionPath } from './action-path';
import { cookieJar } from './cookie-jar';
import { type AppLayout, type Landing, resolveLanding, resolveVisitLanding } from './landing';

/** Set on a link that has been moved to the origin of the settings, so that it is moved only once. */
const MOVED = 'moved';

/**
 * `GET wecom:authorize`, the one door: sends the browser to WeCom's sign-in page, with a visit that only this browser
 * can finish.
 *
 * A person who follows a link gets failures on the sign-in page, programs get them as JSON.
 */
export async function authorize(ctx: Context, next: Next): Promise<void> {
  forgetBody(ctx);
  ctx.withoutDataWrapping = true;
  ctx.set('Cache-Control', 'no-store');
  ctx.set('Referrer-Policy', 'no-referrer');
  if (ctx.method !== 'GET') {
    ctx.set('Allow', 'GET');
    refuse(ctx, 405, 'Method Not Allowed');
  }
  const layout = await layoutOf(ctx);
  try {
    const { auth, settings } = await weComAuthenticator(ctx);
    const landing = resolveVisitLanding(layout, single(ctx.query.redirect), settings.redirectPath);
    const moved = isNavigation(ctx) ? addressAtOrigin(ctx, settings) : undefined;
    leave(ctx, moved ?? pageOfWeCom(ctx, auth.name, settings, landing));
  } catch (error) {
    const name = single(ctx.query.authenticator);
    const failure = reportFailure(ctx, name, error);
    if (!isNavigation(ctx)) {
      throw failure;
    }
    leave(ctx, signInPageWith(failure, name, resolveLanding(layout, single(ctx.query.redirect))));
  }
  await next();
}

function leave(ctx: Context, url: string): void {
  ctx.redirect(url);
  ctx.body = '';
}

/** A parameter that was sent once; repeated or nested ones count as not sent. */
function single(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Whether a person looks at the answer rather than a program. */
function isNavigation(ctx: Context): boolean {
  return /\btext\/html\b/.test(ctx.get('accept'));
}

async function layoutOf(ctx: Context): Promise<AppLayout> {
  return {
    publicPath: (process.env.APP_PUBLIC_PATH ?? '').replace(/\/+$/, ''),
    subAppSegment: await resolveSubAppSegment(ctx.req, ctx.app.name),
    modernPrefix: getModernClientPrefix(),
    modernOnly: process.env.APP_CLIENT_ENTRY_MODE === 'modern-only',
  };
}

/** The host answers an unknown or disabled name with the first authenticator there is, so the name is compared. */
async function weComAuthenticator(ctx: Context): Promise<{ auth: WeComAuth; settings: Settings }> {
  const name = single(ctx.query.authenticator);
  if (!name || name.length > MAX_NAME_LENGTH) {
    throw new SignInFailure('authenticatorUnknown');
  }
  await servicesOf(ctx.app).changedElsewhere.lookUp(name);
  let auth: unknown;
  try {
    auth = await ctx.app.authManager.get(name, ctx);
  } catch {
    throw new SignInFailure('authenticatorUnknown');
  }
  if (!(auth instanceof WeComAuth) || auth.name !== name) {
    throw new SignInFailure('authenticatorUnknown');
  }
  return { auth, settings: auth.settings };
}

/**
 * Cookies belong to a host, and WeCom returns to the origin of the settings: somebody who came by another name of this
 * server (an IP address, for example) is moved there first, once.
 *
 * @throws {SignInFailure} when the host would refuse a sign-in from that origin later on
 */
function addressAtOrigin(ctx: Context, settings: Settings): string | undefined {
  const request = { headers: ctx.headers, protocol: ctx.protocol, get: (name: string) => ctx.get(name) };
  const requestOrigin = getRequestOrigin(request);
  const requestHost = requestOrigin?.split('://')[1]?.toLowerCase();
  if (requestHost !== new URL(settings.origin).host && single(ctx.query[MOVED]) === undefined) {
    const url = new URL(actionPath(ctx.app.name, 'authorize'), settings.origin);
    for (const name of ['authenticator', 'redirect', 'scope', 'retry']) {
      const value = single(ctx.query[name]);
      if (value !== undefined) {
        url.searchParams.set(name, value);
      }
    }
    url.searchParams.set(MOVED, '1');
    return url.href;
  }
  if (!isTrustedOrigin(request, settings.origin)) {
    throw new SignInFailure('originNotTrusted');
  }
  return undefined;
}

function pageOfWeCom(ctx: Context, authenticator: string, settings: Settings, landing: Landing): string {
  const inClient = isWeComClient(ctx.get('user-agent'));
  const consent = inClient && single(ctx.query.scope) === CONSENT_SCOPE;
  const cookies = cookieJar(ctx, settings.origin.startsWith('https:'));
  const state = servicesOf(ctx.app).visits.begin(cookies, authenticator, settings, { inClient, consent });
  const returnTo = new URL(landing.signInPath, settings.origin);
  returnTo.searchParams.set('authenticator', authenticator);
  returnTo.searchParams.set('redirect', landing.redirect);
  if (single(ctx.query.retry) === '1') {
    returnTo.searchParams.set('retry', '1');
  }
  const page = { corpId: settings.corpId, agentId: settings.agentId, redirectUri: returnTo.href, state };
  return inClient
    ? authorizeUrl(settings.oauthUrl, page, consent)
    : webLoginUrl(settings.ssoUrl, page, ctx.get('accept-language'));
}

function signInPageWith(failure: SignInFailure, authenticator: string | undefined, landing: Landing): string {
  const query = new URLSearchParams({ error: failure.reason, redirect: landing.redirect });
  if (authenticator && authenticator.length <= MAX_NAME_LENGTH) {
    query.set('authenticator', authenticator);
  }
  for (const name of ['field', 'reference', 'time'] as const) {
    const value = failure[name];
    if (value) {
      query.set(name, value);
    }
  }
  return `${landing.signInPath}?${query}`;
}
