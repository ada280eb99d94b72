/** Auth type under which NocoBase files authenticators of this plugin. */
export const AUTH_TYPE = 'WeCom';

/** Resource whose `authorize` action is the one door to WeCom's sign-in pages. */
export const RESOURCE = 'wecom';

/** OAuth scope that asks the member for consent and yields a user ticket (WeCom document 91335). */
export const CONSENT_SCOPE = 'snsapi_privateinfo';
