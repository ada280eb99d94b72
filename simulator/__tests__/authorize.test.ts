import type { Simulator } from '..';
import { AGENT, CORP, OTHER_CORP, call, post, start, time, tokenOf } from './helpers';
import { Visitor, cookieOf, link } from './visitor';

let wecom: Simulator;
beforeAll(async () => {
  wecom = await start();
});
afterEach(() => wecom.reset());
afterAll(() => wecom.close());

const DEFAULTS = {
  redirect_uri: 'https://app.example.com/signin?a=1',
  response_type: 'code',
  scope: 'snsapi_base',
};
const authorize = (more: Record<string, string | null> = {}) => link('/connect/oauth2/authorize', DEFAULTS, more);
const PRIVATE = { scope: 'snsapi_privateinfo' };
const client = (userid = 'ZhangSan') => Visitor.inClient(wecom, userid && cookieOf(userid));
const whoIs = async (code: string) =>
  call(wecom, `auth/getuserinfo?access_token=${await tokenOf(wecom)}&code=${encodeURIComponent(code)}`);

describe('inside the client, silent (WeCom doc 91022)', () => {
  test('goes straight back with code and state, keeping the query', async () => {
    const { to, params } = (await client().open(authorize())).back;
    expect(to).toBe('https://app.example.com/signin');
    expect(params).toEqual({ a: '1', code: expect.any(String), state: 'abc123' });
    expect(await whoIs(params['code'])).toEqual({ errcode: 0, errmsg: 'ok', userid: 'ZhangSan' });
  });

  test('an empty state comes back when none was given', async () => {
    const page = await client().open(authorize({ state: null }));
    expect(page.location).toMatch(/&state=$/);
  });

  test('every visit has another code', async () => {
    const [first, second] = [await client().open(authorize()), await client().open(authorize())];
    expect(first.back.params['code']).not.toBe(second.back.params['code']);
  });

  test.each([
    ['a member out of range', 'outside', { userid: 'outside' }],
    ['somebody else', 'openid:oStranger', { openid: 'oStranger', external_userid: 'wmStranger' }],
    ['a linked person', 'linked:wwlinked/lin', { userid: 'wwlinked/lin' }],
    ['a member who left', 'left', { openid: expect.stringMatching(/^o/) }],
  ])('also for %s', async (_name, who, answer) => {
    const { params } = (await client(who).open(authorize())).back;
    expect(await whoIs(params['code'])).toEqual({ errcode: 0, errmsg: 'ok', ...answer });
  });

  test('a member of another company is a stranger', async () => {
    const visitor = Visitor.inClient(wecom, cookieOf('zhangsan', OTHER_CORP));
    const answer = await whoIs((await visitor.open(authorize())).back.params['code']);
    expect(answer).toEqual({ errcode: 0, errmsg: 'ok', openid: expect.stringMatching(/^o/) });
  });

  test('a disabled member gets no further', async () => {
    expect((await client('disabled').open(authorize())).testIds).toContain('error');
  });

  test('without an agentid, the trusted domain tells the app', async () => {
    const redirect_uri = 'https://second.example.com/';
    const { params } = (await client().open(authorize({ agentid: null, redirect_uri }))).back;
    const token = await tokenOf(wecom, 'secret-of-second-app');
    expect((await call(wecom, `auth/getuserinfo?access_token=${token}&code=${params['code']}`)).errcode).toBe(0);
  });
});

describe('outside the client (section 2.3 of the API notes)', () => {
  test.each(['Mozilla/5.0 Chrome/140', ''])('says where to open the link, without a redirect: %j', async (ua) => {
    const page = await new Visitor(wecom, { 'User-Agent': ua, Cookie: cookieOf('ZhangSan') }).open(authorize());
    expect([page.status, page.testIds]).toEqual([200, ['open-in-client']]);
  });

  test('plain WeChat counts as a client', async () => {
    const visitor = new Visitor(wecom, { 'User-Agent': 'MicroMessenger/8', Cookie: cookieOf('ZhangSan') });
    expect((await visitor.open(authorize())).status).toBe(302);
  });
});

describe('error pages have status 200 and never call back (section 2.4 of the API notes)', () => {
  test.each<[string, Record<string, string | null>, string | undefined, string]>([
    ['no appid', { appid: null }, '40013', 'appid 参数错误'],
    ['unknown appid', { appid: 'wwnobody' }, '40013', 'appid 参数错误'],
    ['unknown agentid', { agentid: 'null' }, '40056', '无效的 agentid'],
    ['no agentid with consent scope', { ...PRIVATE, agentid: null }, '40056', '无效的 agentid'],
    ['wrong response_type', { response_type: 'token' }, undefined, 'response_type'],
    ['no response_type', { response_type: null }, undefined, 'response_type'],
    ['unknown scope', { scope: 'openid' }, undefined, 'scope'],
    ['no scope', { scope: null }, undefined, 'scope'],
    ['no redirect_uri', { redirect_uri: null }, '50001', 'redirect_uri 参数错误'],
    ['script', { redirect_uri: 'javascript:alert(1)//app.example.com' }, '50001', 'redirect_uri 参数错误'],
    ['other domain', { redirect_uri: 'https://evil.example/' }, '50001', 'redirect_uri 需使用应用可信域名'],
    ['sub-domain', { redirect_uri: 'https://www.app.example.com/' }, '50001', 'redirect_uri 需使用应用可信域名'],
    ['other port', { redirect_uri: 'https://app.example.com:8443/' }, '50001', 'redirect_uri 需使用应用可信域名'],
    ['login domain', { redirect_uri: 'https://login.example.com:8443/' }, '50001', 'redirect_uri 需使用'],
    ['domain of another app', { redirect_uri: 'https://second.example.com/' }, '50001', 'redirect_uri 需使用'],
    ['state with other characters', { state: 'a-b' }, '84025', 'state 参数错误'],
    ['state of 129 bytes', { state: 'a'.repeat(129) }, '84025', 'state 参数错误'],
    ['state as script', { state: '<script>' }, '84025', 'state 参数错误'],
  ])('%s', async (_name, params, code, text) => {
    const page = await client().open(authorize(params));
    expect([page.status, page.location, page.errorCode]).toEqual([200, null, code]);
    expect(page.testIds).toContain('error');
    expect(page.html).toContain(text);
    expect(page.html).not.toContain('<script');
  });

  test('a state of 128 bytes passes', async () => {
    expect((await client().open(authorize({ state: 'a'.repeat(128) }))).status).toBe(302);
  });

  test('a disabled app', async () => {
    wecom.app(CORP, AGENT).enabled = false;
    expect((await client().open(authorize())).errorCode).toBe('50003');
  });
});

describe('who is logged in to this client', () => {
  test('is asked once, then remembered by cookie', async () => {
    const visitor = client('');
    const picker = await visitor.open(authorize());
    expect(picker.testIds).toEqual(
      expect.arrayContaining(['member-ZhangSan', 'member-lisi', 'member-outside', 'outsider', 'linked']),
    );
    const picked = await visitor.open(authorize(), [
      ['step', 'pick'],
      ['person', 'lisi'],
    ]);
    expect([picked.status, picked.location]).toEqual([303, authorize()]);
    expect(visitor.cookie).toBe(`sim_member=${encodeURIComponent(`${CORP}:lisi`)}`);
    expect(await whoIs((await visitor.open(authorize())).back.params['code'])).toMatchObject({ userid: 'lisi' });
  });

  test.each(['nobody', 'x'.repeat(3000), '%', ''])('an unusable cookie leads to the question: %#', async (who) => {
    expect((await Visitor.inClient(wecom, `sim_member=${CORP}:${who}`).open(authorize())).status).toBe(200);
  });

  test('choosing nobody known asks again', async () => {
    const page = await client('').open(authorize(), [
      ['step', 'pick'],
      ['person', 'nobody'],
    ]);
    expect(page.testIds).toContain('member-lisi');
  });

  test('signInClient speaks for clients without a cookie, and only for them', async () => {
    wecom.signInClient(CORP, 'lisi');
    const of = async (visitor: Visitor) => whoIs((await visitor.open(authorize())).back.params['code']);
    expect(await of(client(''))).toMatchObject({ userid: 'lisi' });
    expect(await of(client('ZhangSan'))).toMatchObject({ userid: 'ZhangSan' });
    wecom.signInClient(CORP, { openid: 'oX' });
    expect(await of(client(''))).toMatchObject({ openid: 'oX' });
    wecom.signInClient(CORP, { linked: 'wwlinked/lin' });
    expect(await of(client(''))).toMatchObject({ userid: 'wwlinked/lin' });
    wecom.signInClient(CORP, null);
    expect((await client('').open(authorize())).status).toBe(200);
  });
});

describe('consent (WeCom doc 91335)', () => {
  const detailOf = async (code: string) => {
    const token = await tokenOf(wecom);
    const { user_ticket } = await whoIs(code);
    return call(wecom, `auth/getuserdetail?access_token=${token}`, post({ user_ticket }));
  };
  const answer = (...form: [string, string][]) => client().open(authorize(PRIVATE), form);

  test('lists what the administrator ticked', async () => {
    const page = await client().open(authorize(PRIVATE));
    expect(page.testIds).toEqual([
      'consent',
      'field-mobile',
      'field-email',
      'field-gender',
      'agree',
      'refuse',
      'cancel',
    ]);
  });

  test('agreeing to all, or to a part', async () => {
    const all = await answer(['step', 'agree'], ['field', 'mobile'], ['field', 'email'], ['field', 'gender']);
    expect(await detailOf(all.back.params['code'])).toMatchObject({ mobile: '13800000001', gender: '1' });
    wecom.forgetConsents();
    const part = await answer(['step', 'agree'], ['field', 'email'], ['field', 'biz_mail']);
    const detail = await detailOf(part.back.params['code']);
    expect(detail).toMatchObject({ mobile: '', email: 'zhang@example.com', gender: '0' });
    expect(detail).not.toHaveProperty('biz_mail');
  });

  test('no new question for 30 days, for this member and app', async () => {
    await answer(['step', 'agree'], ['field', 'mobile']);
    const silent = await client('zhangsan').open(authorize(PRIVATE));
    expect(await detailOf(silent.back.params['code'])).toMatchObject({ mobile: '13800000001', email: '' });
    expect((await client('lisi').open(authorize(PRIVATE))).testIds).toContain('agree');
    time.pass(30 * 24 * 3600_000);
    expect((await client().open(authorize(PRIVATE))).testIds).toContain('agree');
  });

  test('refusing leads back with a code that shows nothing private, and is not remembered', async () => {
    const refused = await answer(['step', 'refuse']);
    expect(refused.back.params).toMatchObject({ state: 'abc123' });
    expect(await detailOf(refused.back.params['code'])).toMatchObject({ userid: 'ZhangSan', mobile: '', email: '' });
    expect((await client().open(authorize(PRIVATE))).testIds).toContain('agree');
  });

  test('closing the page leads nowhere', async () => {
    const page = await client().open(authorize(PRIVATE));
    const href = /href="([^"]*)" data-testid="cancel"/.exec(page.html)?.[1] ?? '';
    const closed = await client().open(href);
    expect([closed.status, closed.location, closed.testIds]).toEqual([200, null, ['closed']]);
  });

  test('a member out of range has no permission', async () => {
    const page = await client('outside').open(authorize(PRIVATE));
    expect([page.errorCode, page.testIds.includes('agree')]).toEqual(['50002', false]);
  });

  test('an answer without being logged in is no answer', async () => {
    const page = await client('').open(authorize(PRIVATE), [['step', 'agree']]);
    expect(page.testIds).toContain('member-lisi');
  });

  test('nothing ticked: nothing to ask', async () => {
    wecom.app(CORP, AGENT).sensitiveFields = [];
    expect((await client().open(authorize(PRIVATE))).status).toBe(302);
  });

  test.each(['openid:oStranger', 'linked:wwlinked/lin', 'left'])('%s goes back without a ticket', async (who) => {
    const { params } = (await client(who).open(authorize(PRIVATE))).back;
    expect(await whoIs(params['code'])).not.toHaveProperty('user_ticket');
  });
});

describe('language', () => {
  test.each([
    ['en', undefined, 'en'],
    ['zh', 'en-US', 'zh-CN'],
    ['', 'en-US,en;q=0.9', 'en'],
    ['', 'zh-CN,en;q=0.9', 'zh-CN'],
    ['', undefined, 'zh-CN'],
  ])('lang=%j, Accept-Language %j: %s', async (lang, accept, expected) => {
    const visitor = new Visitor(wecom, accept ? { 'Accept-Language': accept } : {});
    expect((await visitor.open(authorize({ lang }))).html).toContain(`<html lang="${expected}">`);
  });
});
