import { CONSENT_SCOPE } from '../../shared/constants';

export interface SignInPage {
  corpId: string;
  agentId: string;
  redirectUri: string;
  state: string;
}

function withQuery(page: string, query: Record<string, string>): URL {
  const url = new URL(page);
  for (const [name, value] of Object.entries(query)) {
    url.searchParams.set(name, value);
  }
  return url;
}

/**
 * The page that signs a member in inside the WeCom client, silently or with consent (WeCom documents 91022, 91335).
 * `agentid` is compulsory for consent, and the hash has to be there, last.
 */
export function authorizeUrl(oauthUrl: string, page: SignInPage, consent: boolean): string {
  const url = withQuery(oauthUrl, {
    appid: page.corpId,
    redirect_uri: page.redirectUri,
    response_type: 'code',
    scope: consent ? CONSENT_SCOPE : 'snsapi_base',
    state: page.state,
    agentid: page.agentId,
  });
  url.hash = 'wechat_redirect';
  return url.href;
}

/**
 * The page for other browsers: a QR code, or quick sign-in when WeCom runs on the same computer (WeCom document 98152).
 *
 * @param language tag of the browser's language; WeCom's page knows Chinese and English
 */
export function webLoginUrl(ssoUrl: string, page: SignInPage, language: string): string {
  return withQuery(ssoUrl, {
    login_type: 'CorpApp',
    appid: page.corpId,
    agentid: page.agentId,
    redirect_uri: page.redirectUri,
    state: page.state,
    lang: language.toLowerCase().startsWith('zh') ? 'zh' : 'en',
  }).href;
}
