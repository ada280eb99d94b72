import { inAppPath } from '../shared/in-app-path';
import { isBelow, modernPrefix, pageOf, type Lane } from './lane';

/**
 * The `redirect` of a sign-in page's query.
 *
 * The classic client writes it without encoding: in `?redirect=/admin/abc?x=1&y=2` the `y` belongs to the target. So a
 * value that starts with a bare slash and has a query of its own reaches to the end.
 */
function redirectOf(search: string): string | null {
  const [, bare] = /[?&]redirect=(\/[^?&]*\?.*)$/.exec(search) ?? [];
  return bare ?? new URLSearchParams(search).get('redirect');
}

/** The page where the new client lands by itself. Its sign-in page writes it into the query when no page was asked for. */
const modernHome = (lane: Lane) => `${lane.base}admin/`;

/**
 * The page the visitor asked for, checked, in the form in which this lane's sign-in page takes it; undefined when none
 * was asked for.
 */
export function askedPage(lane: Lane): string | undefined {
  const { pathname, search, hash } = lane.browser.location;
  const page = pageOf(lane);
  const wanted =
    page === 'signin' ? redirectOf(search) : `${lane.rootRelative ? pathname : `/${page}`}${search}${hash}`;
  const target = inAppPath(wanted);
  if (!lane.rootRelative) {
    return target && target !== '/' ? target : undefined;
  }
  if (!target || target === '/') {
    return modernHome(lane);
  }
  // Like the host, which reads `/admin` on the sign-in page of the new client as a page of the new client.
  return isBelow(target, lane.base.slice(0, -1)) ? target : `${lane.base}${target.slice(1)}`;
}

/** The URL of a landing target, and whether it needs a page load because another client or app shows it. */
export function landing(lane: Lane, target: string | undefined): { url: string; reload: boolean } {
  const wanted = target ?? (lane.rootRelative ? modernHome(lane) : '/admin');
  if (lane.rootRelative || isBelow(wanted, modernPrefix(lane))) {
    const here = lane.rootRelative && isBelow(wanted, lane.base.slice(0, -1));
    return { url: wanted, reload: !here || isOtherApp(wanted.slice(lane.base.length)) };
  }
  return { url: `${lane.base}${wanted.slice(1)}`, reload: isOtherApp(wanted.slice(1)) };
}

function isOtherApp(page: string): boolean {
  return /^(apps|_app)\//.test(page);
}
