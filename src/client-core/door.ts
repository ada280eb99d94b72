import { CONSENT_SCOPE, RESOURCE } from '../shared/constants';
import type { HostApp } from './host';

/** What a visit asks of the door. */
export interface DoorRequest {
  /** Landing target. Without it the authenticator's own setting applies. */
  redirect?: string;
  /** Ask the member for consent to read the phone number. */
  consent?: boolean;
  /** This is the second try of a visit: the door hands the mark on, so that there is no third one. */
  retry?: boolean;
}

/** API path of the door. A navigation carries no X-App header, so the path has to name the sub-app. */
export function doorPath(appName: string): string {
  const subApp = appName && appName !== 'main' ? `__app/${appName}/` : '';
  return `${subApp}${RESOURCE}:authorize`;
}

/** URL of the door to WeCom's sign-in pages. */
export function doorUrl(app: HostApp, authenticator: string, { redirect, consent, retry }: DoorRequest = {}): string {
  const query = new URLSearchParams({ authenticator });
  if (redirect) query.set('redirect', redirect);
  if (consent) query.set('scope', CONSENT_SCOPE);
  if (retry) query.set('retry', '1');
  return `${app.getApiUrl(doorPath(app.name))}?${query}`;
}
