import { doorPath } from './door';
import { modernPrefix, type Lane } from './lane';

/** Whether a setting is put together from variables, so that its value is known to the server only. */
export function hasVariables(value: string): boolean {
  return value.includes('{{');
}

/** The origin that links in the settings show: the one that is entered, or this page's as long as that is not usable. */
export function originForLinks({ browser }: Lane, entered: string | undefined): string {
  try {
    return new URL((entered ?? '').trim()).origin;
  } catch {
    return browser.location.origin;
  }
}

/** What the administrator enters as homepage of the app in the WeCom console: the door of this authenticator. */
export function homepageLink({ app }: Lane, origin: string, authenticator: string): string {
  const { pathname } = new URL(app.getApiUrl(doorPath(app.name)));
  return `${origin}${pathname}?${new URLSearchParams({ authenticator })}`;
}

/** Pages that can be the homepage instead when automatic login is on, since they then sign in by themselves. */
export function pageLinks(lane: Lane, origin: string): { classic: string[]; modern: string[] } {
  const modern = modernPrefix(lane);
  const root = modern.slice(0, modern.lastIndexOf('/') + 1);
  const ownPrefix = lane.rootRelative ? `${modern}/` : root;
  const app = lane.base.slice(ownPrefix.length);
  return {
    classic: ['admin', 'm'].map((page) => `${origin}${root}${app}${page}`),
    modern: ['admin', 'mobile'].map((page) => `${origin}${modern}/${app}${page}`),
  };
}
