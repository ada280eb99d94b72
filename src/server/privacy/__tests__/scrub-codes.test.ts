import type { Context } from '@nocobase/actions';
import { scrubCodes } from '../scrub-codes';

async function scrubbed(url: string, referer?: string): Promise<{ url: string; referer?: string }> {
  const req = { url, headers: { referer } };
  const next = jest.fn(async () => undefined);
  await scrubCodes({ req } as unknown as Context, next);
  expect(next).toHaveBeenCalledTimes(1);
  return { url: req.url, referer: req.headers.referer };
}

test.each([
  ['https://a.example/signin?authenticator=wecom&code=C&state=S', 'https://a.example/signin?authenticator=wecom'],
  ['https://a.example/signin?code=C&state=S', 'https://a.example/signin'],
  [
    'https://a.example/v/signin?state=S&redirect=%2Fadmin&code=C&retry=1',
    'https://a.example/v/signin?redirect=%2Fadmin&retry=1',
  ],
  ['https://a.example/signin?code=C&code=D&state=S&x=1', 'https://a.example/signin?x=1'],
])('the page WeCom returned to, as a referer: %s', async (referer, expected) => {
  await expect(scrubbed('/api/app:getInfo', referer)).resolves.toEqual({ url: '/api/app:getInfo', referer: expected });
});

test.each([
  'https://a.example/admin?code=my-own-parameter',
  'https://a.example/admin?state=open',
  'https://a.example/admin?postcode=1&estate=2',
  'https://a.example/admin',
  'https://code.example/?state',
  '',
])('other referers stay as they are: %s', async (referer) => {
  expect((await scrubbed('/api/x', referer)).referer).toBe(referer);
});

test.each([
  ['/api/auth:signIn?code=C&state=S', '/api/auth:signIn'],
  ['/api/auth:signIn?authenticator=wecom&code=C', '/api/auth:signIn?authenticator=wecom'],
  ['/api/__app/sales/auth:signin?state=S&x=1', '/api/__app/sales/auth:signin?x=1'],
  ['/nocobase/api/auth:signIn?code[]=C', '/nocobase/api/auth:signIn'],
  ['/api/auth:signIn?values[code]=C&values%5Bstate%5D=S', '/api/auth:signIn'],
  ['/api/auth:signIn?co%64e=C&%zz=1', '/api/auth:signIn?%zz=1'],
  ['/api/wecom:authorize?authenticator=wecom&code=C&state=S', '/api/wecom:authorize?authenticator=wecom'],
  ['/api/__app/sales/wecom:authorize?code=C', '/api/__app/sales/wecom:authorize'],
  ['/api/auth:signIn/?code=C', '/api/auth:signIn/'],
  ['/api/auth:signIn/1?code=C&x=1', '/api/auth:signIn/1?x=1'],
  ['/api/auth%3Asign%49n?code=C', '/api/auth%3Asign%49n'],
])('codes in the address of a sign-in: %s', async (url, expected) => {
  expect((await scrubbed(url)).url).toBe(expected);
});

test.each([
  '/api/things:list?code=C&state=S',
  '/api/auth:signIn',
  '/api/auth:check?code=C',
  '/api/wecom:authorize?postcode=1',
])('other addresses stay as they are: %s', async (url) => {
  expect((await scrubbed(url)).url).toBe(url);
});
