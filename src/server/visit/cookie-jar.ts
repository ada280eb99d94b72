import type { Context } from '@nocobase/actions';
import { getAuthCookieOptions } from '@nocobase/utils';
import { parse } from 'cookie';
import { apiPath } from '../api-path';
import type { CookieJar } from './visits';

/**
 * Cookies of a request: HttpOnly, SameSite=Lax (the return from WeCom is a top-level navigation from another site).
 *
 * Over HTTPS the names begin with `__Host-`: such cookies can only be set by this very host, so that a neighbouring one
 * (another subdomain) cannot slip a visit of its own into somebody's browser.
 *
 * @param https whether browsers reach NocoBase over HTTPS, whatever a proxy in between tells
 */
export function cookieJar(ctx: Context, https: boolean): CookieJar {
  const prefix = https ? '__Host-' : '';
  const options = (maxAge: number) => {
    const { secure, secureProxy, ...rest } = getAuthCookieOptions(ctx, true, maxAge);
    // `secure` alone throws on a connection that is not encrypted itself, as behind a TLS proxy.
    return { ...rest, path: https ? '/' : apiPath(), ...(https || secure || secureProxy ? { secureProxy: true } : {}) };
  };
  // Not by `ctx.cookies.get`: it keeps a pattern for every name that was ever asked for, and ours are new for each visit.
  const sent = parse(ctx.get('cookie'));
  return {
    get: (name) => sent[prefix + name],
    names: () =>
      Object.keys(sent)
        .filter((name) => name.startsWith(prefix))
        .map((name) => name.slice(prefix.length)),
    set: (name, value, maxAge) => ctx.cookies.set(prefix + name, value, { ...options(maxAge), overwrite: true }),
    clear: (name) => ctx.cookies.set(prefix + name, null, { ...options(0), overwrite: true }),
  };
}
