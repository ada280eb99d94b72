import type { Context } from '@nocobase/actions';
import { getAuthCookieOptions } from '@nocobase/utils';
import type { CookieJar } from './visits';

/** The one path below which all requests of a sign-in lie, those of sub-apps included. */
function apiPath(): string {
  return process.env.API_BASE_PATH || '/api/';
}

/**
 * Cookies of a request: HttpOnly, SameSite=Lax (the return from WeCom is a top-level navigation from another site).
 *
 * @param https whether browsers reach NocoBase over HTTPS, whatever a proxy in between tells
 */
export function cookieJar(ctx: Context, https: boolean): CookieJar {
  const options = (maxAge: number) => {
    const { secure, secureProxy, ...rest } = getAuthCookieOptions(ctx, true, maxAge);
    // `secure` alone throws on a connection that is not encrypted itself, as behind a TLS proxy.
    return { ...rest, path: apiPath(), ...(https || secure || secureProxy ? { secureProxy: true } : {}) };
  };
  return {
    get: (name) => ctx.cookies.get(name),
    names: () => [...String(ctx.get('cookie')).matchAll(/(?:^|;\s*)([^=;\s]+)=/g)].map((match) => match[1]),
    set: (name, value, maxAge) => ctx.cookies.set(name, value, { ...options(maxAge), overwrite: true }),
    clear: (name) => ctx.cookies.set(name, null, { ...options(0), overwrite: true }),
  };
}
