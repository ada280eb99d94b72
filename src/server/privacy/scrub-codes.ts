import type { IncomingMessage } from 'node:http';
import type { Context, Next } from '@nocobase/actions';

/** Query parameters of a return from WeCom that are worth something until they are used, in every way of writing. */
const LIVE = /^(values\[)?(code|state)([\][]|$)/;

function nameOf(pair: string): string {
  const name = pair.split('=', 1)[0];
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function withoutLiveParameters(url: string): string {
  const [path, query] = [url.split('?', 1)[0], url.slice(url.indexOf('?') + 1)];
  const kept = query.split('&').filter((pair) => !LIVE.test(nameOf(pair)));
  return kept.length > 0 ? `${path}?${kept.join('&')}` : path;
}

function scrub(request: IncomingMessage): void {
  const { referer } = request.headers;
  if (referer && /[?&]code=/.test(referer) && /[?&]state=/.test(referer)) {
    request.headers.referer = withoutLiveParameters(referer);
  }
  // Signing in takes a body; somebody who puts the code into the query gets no further, and into no log.
  if (request.url && /\/auth:signIn\?/i.test(request.url)) {
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
