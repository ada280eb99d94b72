import { DEMO_AGENT_ID, DEMO_CORP_ID, type Simulator } from '../../simulator';
import type { AdminApi } from '../admin-api';
import { demoAuthenticator } from '../demo-authenticator';

/** Name of the WeCom authenticator of every measurement. */
export const AUTHENTICATOR = 'wecom';

/** Creates the authenticator by which members of the demo company sign in to the host at `origin`. */
export async function addAuthenticator(admin: AdminApi, wecom: Simulator, origin: string): Promise<void> {
  const { host } = new URL(origin);
  const app = wecom.app(DEMO_CORP_ID, DEMO_AGENT_ID);
  app.oauthDomain = host;
  app.webLoginDomain = host;
  // Another site than the host, as WeCom is.
  const elsewhere = (url: string): string => url.replace('127.0.0.1', 'localhost');
  const addresses = {
    origin,
    apiBaseUrl: wecom.apiBaseUrl,
    oauthUrl: elsewhere(wecom.oauthUrl),
    ssoUrl: elsewhere(wecom.ssoUrl),
  };
  await admin.post('authenticators:create', demoAuthenticator(AUTHENTICATOR, addresses));
}

/** Adds a member in the range of the app, with a phone of its own. */
export function addMember(wecom: Simulator, number: number): string {
  const userid = `bench${number}`;
  const corp = wecom.corp(DEMO_CORP_ID);
  corp.addMember({ userid, name: `Member ${number}`, mobile: `139${String(10_000_000 + number)}` });
  corp.apps.forEach(({ visible }) => visible?.push(userid));
  return userid;
}

/** The address of the door. */
export function doorUrl(origin: string, query: Record<string, string> = {}): string {
  return `${origin}/api/wecom:authorize?${new URLSearchParams({ authenticator: AUTHENTICATOR, ...query })}`;
}
