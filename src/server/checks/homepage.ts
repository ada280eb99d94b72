import { RESOURCE } from '../../shared/constants';
import type { CheckResult } from '../../shared/checks';
import { inAppPath } from '../../shared/in-app-path';
import type { AppInfo } from '../wecom/answers';
import { found, shown } from './result';

/** What a homepage is compared with. */
export interface OwnHomepage {
  /** The homepage link of the authenticator, as the settings show it. */
  link: string;
  /** Whether pages opened inside WeCom sign in by themselves. */
  autoLogin: boolean;
}

function parse(address: string): URL | undefined {
  try {
    return new URL(address);
  } catch {
    return undefined;
  }
}

/** A colon may be written in two ways. */
const pathOf = (url: URL) => url.pathname.replace(/%3a/gi, ':');

/** Whether an address is the door of the same authenticator; more in its query (a landing page) does no harm. */
function isSameDoor(url: URL, own: URL): boolean {
  return (
    url.origin === own.origin &&
    pathOf(url) === pathOf(own) &&
    url.searchParams.get('authenticator') === own.searchParams.get('authenticator')
  );
}

/** Where the tile of the app on the Workbench leads. */
export function judgeHomepage({ homeUrl }: AppInfo, { link, autoLogin }: OwnHomepage): CheckResult {
  if (homeUrl === undefined) {
    return found('homepage', 'notTold', { copy: link });
  }
  const change = { from: homeUrl, to: link };
  if (homeUrl === '') {
    return found('homepage', 'missing', { copy: link, change });
  }
  const [url, own] = [parse(homeUrl), new URL(link)];
  if (url && isSameDoor(url, own)) {
    return found('homepage', 'ok');
  }
  const isPage =
    url?.origin === own.origin &&
    !pathOf(url).includes(`/${RESOURCE}:`) &&
    inAppPath(url.pathname + url.search + url.hash) !== null;
  if (isPage) {
    return autoLogin ? found('homepage', 'page') : found('homepage', 'withoutAutoLogin', { copy: link, change });
  }
  return found('homepage', 'other', { values: { homepage: shown(homeUrl) }, copy: link, change });
}
