import { inAppPath } from '../../shared/in-app-path';

/** How this NocoBase, or this sub-app of it, lays out its addresses. */
export interface AppLayout {
  /** `APP_PUBLIC_PATH` without its trailing slash; empty at the root. */
  publicPath: string;
  /** `/apps/NAME` in a sub-app without a domain of its own, else empty. */
  subAppSegment: string;
  /** `APP_MODERN_CLIENT_PREFIX` without slashes: `v`. */
  modernPrefix: string;
  /** Whether old addresses are redirected to the new client (`APP_CLIENT_ENTRY_MODE=modern-only`). */
  modernOnly: boolean;
}

/** Where a visit ends. */
export interface Landing {
  /** Path of the sign-in page of the client that shows the target. */
  signInPath: string;
  /** The target as that client writes it: v1 without, v2 with public path, prefix and sub-app. */
  redirect: string;
}

function stripPrefix(path: string, prefix: string): string {
  if (prefix === '') {
    return path;
  }
  const rest = path.slice(prefix.length);
  return path.startsWith(prefix) && /^($|[/?#])/.test(rest) ? (rest.startsWith('/') ? rest : `/${rest}`) : path;
}

function hasPrefix(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && /^($|[/?#])/.test(path.slice(prefix.length));
}

/**
 * Finds the client (v1 or v2) that shows a target, its sign-in page, and the target in that client's own writing.
 *
 * v1 writes targets without the public path, v2 with it (host: `plugin-auth`, `buildRedirectPath`); settings may hold
 * either. Targets that must not be followed give way to the next one.
 *
 * @param targets what was asked for, then the default; `/admin` comes last
 */
export function resolveLanding(layout: AppLayout, ...targets: unknown[]): Landing {
  const landings = [...targets, '/admin'].map((target) => {
    const path = inAppPath(target);
    return path === null ? null : landingOf(layout, path);
  });
  return (
    landings.find((landing) => landing !== null && inAppPath(landing.redirect) !== null) ?? landingOf(layout, '/admin')
  );
}

/**
 * Where a visit lands: on the page that was asked for, else on the authenticator's own.
 *
 * The sign-in page of the new client always names a page, its home when none was asked for (host: `normalizeV2RedirectPath`);
 * that gives way to a page of the new client that the administrator chose.
 */
export function resolveVisitLanding(layout: AppLayout, asked: unknown, preferred: string): Landing {
  const landing = resolveLanding(layout, asked, preferred);
  const chosen = resolveLanding(layout, preferred);
  const home = `${layout.publicPath}/${layout.modernPrefix}${layout.subAppSegment}/admin/`;
  return landing.redirect === home && chosen.signInPath === landing.signInPath ? chosen : landing;
}

function landingOf(layout: AppLayout, target: string): Landing {
  const { publicPath, subAppSegment } = layout;
  const modern = `/${layout.modernPrefix}`;
  const local = stripPrefix(target, publicPath);
  const isModern = hasPrefix(local, modern);
  const page = stripPrefix(isModern ? stripPrefix(local, modern) : local, subAppSegment);
  if (isModern || layout.modernOnly) {
    const base = `${publicPath}${modern}${subAppSegment}`;
    return { signInPath: `${base}/signin`, redirect: `${base}${page}` };
  }
  return { signInPath: `${publicPath}${subAppSegment}/signin`, redirect: page };
}
