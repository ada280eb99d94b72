import type { Simulator } from '..';
import { AGENT, CORP, call, start, tokenOf } from './helpers';
import { Visitor, cookieOf, link } from './visitor';

let wecom: Simulator;
beforeAll(async () => {
  wecom = await start();
});
afterEach(() => wecom.reset());
afterAll(() => wecom.close());

const whoIs = async (code: string) =>
  call(wecom, `auth/getuserinfo?access_token=${await tokenOf(wecom)}&code=${encodeURIComponent(code)}`);

describe.each([
  ['/wwlogin/sso/login', 'WeCom doc 98152'],
  ['/wwopen/sso/qrConnect', 'section 3.2 of the API notes'],
])('%s (%s)', (path) => {
  const DEFAULTS = { login_type: 'CorpApp', redirect_uri: 'https://app.example.com/signin?a=%2F' };
  const sso = (more: Record<string, string | null> = {}) => link(path, DEFAULTS, more);
  const browser = (cookie = '') => {
    const visitor = new Visitor(wecom);
    visitor.cookie = cookie;
    return visitor;
  };
  const step = (name: string, person?: string, url = sso()) =>
    browser().open(url, [['step', name], ...(person ? [['person', person] as [string, string]] : [])]);

  test('shows a code to scan, and people who could scan it', async () => {
    const page = await browser().open(sso());
    expect([page.status, page.location]).toEqual([200, null]);
    expect(page.testIds).toEqual(
      expect.arrayContaining(['qr', 'member-ZhangSan', 'member-outside', 'outsider', 'linked', 'expire']),
    );
  });

  test('scan, then confirm: back with code and state, and never a ticket', async () => {
    const confirm = await step('scan', 'zhangsan');
    expect(confirm.testIds).toEqual(['person', 'confirm', 'refuse', 'other-account']);
    expect(confirm.html).toContain('name="person" value="ZhangSan"');
    const page = await step('confirm', 'ZhangSan');
    expect(page.location).toMatch(/^https:\/\/app\.example\.com\/signin\?a=%2F&code=[\w-]+&state=abc123$/);
    expect(await whoIs(page.back.params['code'])).toEqual({ errcode: 0, errmsg: 'ok', userid: 'ZhangSan' });
  });

  test('refusing leads back with the state alone', async () => {
    const page = await step('refuse', 'ZhangSan');
    expect([page.status, page.location]).toEqual([302, 'https://app.example.com/signin?a=%2F&state=abc123']);
  });

  test.each([
    ['openid:oStranger', { openid: 'oStranger', external_userid: 'wmStranger' }],
    ['linked:wwlinked/lin', { userid: 'wwlinked/lin' }],
    ['left', { openid: expect.stringMatching(/^o/) }],
  ])('%s can scan', async (who, answer) => {
    const page = await step('confirm', who);
    expect(await whoIs(page.back.params['code'])).toEqual({ errcode: 0, errmsg: 'ok', ...answer });
  });

  test.each(['scan', 'confirm'])('a member out of range is told so (%s)', async (name) => {
    const page = await step(name, 'outside');
    expect([page.status, page.location, page.errorCode]).toEqual([200, null, '50002']);
  });

  test('a disabled member gets no further', async () => {
    expect((await step('confirm', 'disabled')).testIds).toContain('error');
  });

  test('an expired code can be refreshed', async () => {
    const page = await step('expire');
    expect(page.testIds).toEqual(['expired', 'refresh']);
    const href = /href="([^"]*)" data-testid="refresh"/.exec(page.html)?.[1].replaceAll('&amp;', '&');
    expect(href).toBe(sso());
  });

  test('quick login when the client on this computer is logged in, or another account', async () => {
    const visitor = browser(cookieOf('lisi'));
    const page = await visitor.open(sso());
    expect(page.testIds).toContain('confirm');
    expect(page.html).toContain('李四');
    expect((await visitor.open(sso(), [['step', 'other']])).testIds).toContain('qr');
  });

  test.each(['nobody', ''])('confirming as nobody known (%j) shows the code again', async (who) => {
    expect((await step('confirm', who)).testIds).toContain('qr');
  });

  test.each<[string, Record<string, string | null>, string]>([
    ['unknown appid', { appid: 'wwnobody' }, '-31027'],
    ['no agentid', { agentid: null }, '-31028'],
    ['unknown agentid', { agentid: '7' }, '-31028'],
    ['no redirect_uri', { redirect_uri: null }, '-31035'],
    ['other domain', { redirect_uri: 'https://evil.example/' }, '-31020'],
    ['no address', { redirect_uri: 'javascript:alert(1)' }, '-31020'],
    ['other port', { redirect_uri: 'https://login.example.com/' }, '-31020'],
  ])('%s is an error page', async (_name, params, code) => {
    const page = await browser().open(sso(params));
    expect([page.status, page.location, page.errorCode]).toEqual([200, null, code]);
    const posted = await step('confirm', 'ZhangSan', sso(params));
    expect(posted.errorCode).toBe(code);
  });

  test('the login domain will do as well', async () => {
    const redirect_uri = 'https://login.example.com:8443/cb';
    const page = await step('confirm', 'lisi', sso({ redirect_uri }));
    expect(page.back.to).toBe(redirect_uri);
  });

  test('a disabled app', async () => {
    wecom.app(CORP, AGENT).enabled = false;
    expect((await browser().open(sso())).errorCode).toBe('50003');
  });

  test('visits are counted', async () => {
    await browser().open(sso());
    await step('scan', 'lisi');
    expect(wecom.visits.count(path)).toBe(1);
    expect(wecom.calls.total()).toBe(0);
  });
});

test.each([null, 'ServiceApp'])('login_type %j (WeCom doc 98152)', async (login_type) => {
  const redirect_uri = 'https://app.example.com/';
  const page = await new Visitor(wecom).open(link('/wwlogin/sso/login', { redirect_uri }, { login_type }));
  expect(page.errorCode).toBe('-31040');
  const older = await new Visitor(wecom).open(link('/wwopen/sso/qrConnect', { redirect_uri }, { login_type }));
  expect(older.testIds).toContain('qr');
});
