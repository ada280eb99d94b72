import { type SignInPage, authorizeUrl, webLoginUrl } from '../pages';

const page: SignInPage = {
  corpId: 'wwone',
  agentId: '1000002',
  redirectUri: 'https://nocobase.example.com/signin?authenticator=wecom&redirect=%2Fadmin%3Fx%3D1%26y',
  state: '0123456789abcdef0123456789abcdef',
};
const OAUTH = 'https://open.weixin.qq.com/connect/oauth2/authorize';
const SSO = 'https://login.work.weixin.qq.com/wwlogin/sso/login';

const params = (url: string) => [...new URL(url).searchParams];

test('inside WeCom: parameters in the documented order, the fragment last', () => {
  const url = authorizeUrl(OAUTH, page, false);
  expect(params(url)).toEqual([
    ['appid', 'wwone'],
    ['redirect_uri', page.redirectUri],
    ['response_type', 'code'],
    ['scope', 'snsapi_base'],
    ['state', page.state],
    ['agentid', '1000002'],
  ]);
  expect(url.startsWith(`${OAUTH}?appid=wwone&redirect_uri=https%3A%2F%2Fnocobase.example.com%2Fsignin%3F`)).toBe(true);
  expect(url.endsWith('#wechat_redirect')).toBe(true);
});

test('inside WeCom, with consent', () => {
  expect(new URL(authorizeUrl(OAUTH, page, true)).searchParams.get('scope')).toBe('snsapi_privateinfo');
});

test('elsewhere: the web login page', () => {
  const url = webLoginUrl(SSO, page, 'en-US,en;q=0.9');
  expect(url.split('?')[0]).toBe(SSO);
  expect(params(url)).toEqual([
    ['login_type', 'CorpApp'],
    ['appid', 'wwone'],
    ['agentid', '1000002'],
    ['redirect_uri', page.redirectUri],
    ['state', page.state],
    ['lang', 'en'],
  ]);
  expect(url).not.toContain('#');
});

test.each([
  ['zh-CN,zh;q=0.9', 'zh'],
  ['ZH-tw', 'zh'],
  ['en', 'en'],
  ['fr-FR', 'en'],
  ['', 'en'],
])('web login in the language of the browser: %j', (language, expected) => {
  expect(new URL(webLoginUrl(SSO, page, language)).searchParams.get('lang')).toBe(expected);
});

test('the secret is in neither', () => {
  const withSecret = { ...page, secret: 's3cret' };
  expect(authorizeUrl(OAUTH, withSecret, true) + webLoginUrl(SSO, withSecret, 'zh')).not.toContain('s3cret');
});
