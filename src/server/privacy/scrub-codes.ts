import type { IncomingMessage } from 'node:http';
import type { Context, Next } from '@nocobase/actions';
import { RESOURCE } from '../../shared/constants';

/** Query parameters of a return from WeCom that are worth something until they are used, in every way of writing. */
const LIVE = /^(values\[)?(code|state)([\][]|$)/;

/** Both ends of a visit; the host also takes a slash and an index after them. */
const SIGN_IN = new RegExp(`/(auth:signIn|${RESOURCE}:authorize)(/|$)`, 'i');

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function withoutLiveParameters(url: string): string {
  const [path, query] = [url.split('?', 1)[0], url.slice(url.indexOf('?') + 1)];
  const kept = query.split('&').filter((pair) => !LIVE.test(decoded(pair.split('=', 1)[0])));
  return kept.length > 0 ? `${path}?${kept.join('&')}` : path;
}

function scrub(request: IncomingMessage): void {
  const { referer } = request.headers;
  if (referer && /[?&]code=/.test(referer) && /[?&]state=/.test(referer)) {
    request.headers.referer = withoutLiveParameters(referer);
  }
  // Signing in takes a body, and the door takes no code; somebody who puts one into the query gets it into no log.
  if (request.url?.includes('?') && SIGN_IN.test(decoded(request.url.split('?', 1)[0]))) {
    request.url = withoutLiveParameters(request.url);
  }
}

/**
 * Takes codes out of a request before the host logs it. The page WeCom returns to has the code in its address, so the
 * first requests of that page carry it in `Referer`, which the host's request log keeps.
 */
export async function scrubCodes(ctx: Context, next: Next): Promise<void> {
  scrub(ctx.req);
  await next();
}
