/** Auth type under which NocoBase files authenticators of this plugin. */
export const AUTH_TYPE = 'WeCom';

/** Resource whose `authorize` action is the one door to WeCom's sign-in pages. */
export const RESOURCE = 'wecom';

/** Longest name of an authenticator: the host's column holds that many characters. */
export const MAX_NAME_LENGTH = 255;

/** OAuth scope that asks the member for consent and yields a user ticket (WeCom document 91335). */
export const CONSENT_SCOPE = 'snsapi_privateinfo';
