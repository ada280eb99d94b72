import './environment';
import dns from 'node:dns';
import { DEMO_CORP_ID } from '../../simulator';
import { AT_DESK } from './browser';
import { CONSENT, World, failure } from './world';

/** The usual name of a private edition, which a company's own DNS leads to its server. */
const PRIVATE_HOST = 'wwlocal.qq.com';

/** User-Agents of the clients of private and government editions, and of one that is not WeCom. */
const CLIENTS = {
  private:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148 wxworklocal/3.3.0 MicroMessenger/7.0.1',
  'private with the public token':
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148 wxworklocal/3.3.0 wxwork/4.0.0 MicroMessenger/7.0.1',
  'private, other builds': 'Mozilla/5.0 (Linux; Android 13; wv) Mobile MicroMessenger/7.0.1 wxwork_priv/2.8.0',
  government: 'Mozilla/5.0 (Linux; Android 13; wv) Mobile wxworkgov/2.5.0 MicroMessenger/7.0.1',
};
const WECHAT = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148 MicroMessenger/8.0.50';

let world: World;
const pages = { oauthUrl: '', ssoUrl: '' };

beforeAll(async () => {
  process.env.SERVER_REQUEST_WHITELIST = PRIVATE_HOST;
  const lookup = dns.lookup as (...args: unknown[]) => void;
  jest
    .spyOn(dns, 'lookup')
    .mockImplementation(((host: string, ...rest: unknown[]) =>
      lookup(host === PRIVATE_HOST ? '127.0.0.1' : host, ...rest)) as typeof dns.lookup);
  world = await World.start();
  world.wecom.edition = 'private';
  const base = world.wecom.url.replace('127.0.0.1', PRIVATE_HOST);
  Object.assign(pages, {
    oauthUrl: `${base}/connect/oauth2/authorize`,
    ssoUrl: `${base}/wwopen/sso/qrConnect`,
  });
  // Everything without TLS, as it is common there.
  await world.change('wecom', { apiBaseUrl: base, ...pages });
});

afterAll(() => world.close());

describe.each(Object.entries(CLIENTS))('in a client of an edition: %s', (_name, userAgent) => {
  test('the door leads to the authorize page of that edition, and a member signs in', async () => {
    const browser = world.browser(userAgent);
    const page = await browser.open('wecom');
    expect(page.origin + page.pathname).toBe(pages.oauthUrl);
    expect(page.hash).toBe('#wechat_redirect');

    const member = world.newMember();
    const first = await world.firstSignIn(member.userid, browser);
    expect(first).toMatchObject({
      status: 200,
      body: { data: { user: { nickname: member.name, phone: member.mobile } } },
    });
    world.wecom.calls.reset();
    const again = await world.round(browser, member.userid);
    expect(again).toMatchObject({ status: 200, body: { data: { user: { id: first.body.data?.user.id } } } });
    // The call of today is not there (404); the code goes to the former one only.
    expect(world.wecom.calls.byPath()).toEqual({ '(unknown)': 1, 'user/getuserinfo': 1 });
  });
});

test.each([AT_DESK, WECHAT])('elsewhere the scan page of that edition is opened: %s', async (userAgent) => {
  const browser = world.browser(userAgent);
  const page = await browser.open('wecom');
  expect(page.origin + page.pathname).toBe(pages.ssoUrl);
  const { userid } = world.newMember();
  expect((await world.firstSignIn(userid)).status).toBe(200);
  expect((await world.round(browser, userid)).status).toBe(200);
});

test('an app whose member records hold the phone needs no consent for it', async () => {
  const app = world.wecom.app(DEMO_CORP_ID, '1000002');
  app.createdAfter2022 = false;
  app.sensitiveFields = [];
  const member = world.newMember();
  const id = await world.createUser({ nickname: 'Known', phone: member.mobile });
  expect(await world.firstSignIn(member.userid)).toMatchObject({ status: 200, body: { data: { user: { id } } } });
});

test('capitals in a userid make nobody else', async () => {
  const { userid } = world.newMember({ userid: 'WangXiaoMing' });
  const first = await world.firstSignIn(userid);
  world.wecom.member(DEMO_CORP_ID, userid).userid = 'wangxiaoming';
  const again = await world.round(world.browser(), 'wangxiaoming');
  expect(again.body.data?.user.id).toBe(first.body.data?.user.id);
});

test('who is not of the company is turned away', async () => {
  expect(await world.round(world.browser(), { openid: 'oSomebody' }, CONSENT)).toMatchObject(
    failure(403, 'WECOM_NOT_MEMBER', 'notMember'),
  );
  const disabled = world.newMember({ status: 2 });
  expect(await world.firstSignIn(disabled.userid)).toMatchObject(failure(403, 'WECOM_NOT_MEMBER', 'leftCompany'));
});

test('an address that is not that of the API is named as unavailable', async () => {
  const restore = await world.change('wecom', {
    apiBaseUrl: `${world.wecom.url.replace('127.0.0.1', PRIVATE_HOST)}/x`,
  });
  expect(await world.round(world.browser(), world.newMember().userid)).toMatchObject(failure(503, 'WECOM_UNAVAILABLE'));
  await restore();
});
