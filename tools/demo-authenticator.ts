import { DEMO_AGENT_ID, DEMO_CORP_ID, DEMO_SECRET } from '../simulator';
import { AUTH_TYPE } from '../src/shared/constants';

/** Where this run's NocoBase and WeCom are, as the settings take it. */
export interface Addresses {
  origin: string;
  apiBaseUrl: string;
  oauthUrl: string;
  ssoUrl: string;
}

/** Values of an authenticator for the members of the demo company, automatic login included. */
export function demoAuthenticator(name: string, addresses: Addresses) {
  return {
    name,
    authType: AUTH_TYPE,
    title: 'WeCom',
    enabled: true,
    options: {
      public: { autoSignup: true, autoLogin: true },
      corpId: DEMO_CORP_ID,
      agentId: DEMO_AGENT_ID,
      secret: DEMO_SECRET,
      ...addresses,
    },
  };
}
