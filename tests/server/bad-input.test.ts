import { DEMO_AGENT_ID, DEMO_CORP_ID, type FaultKind } from '../../simulator';
import { readLogs } from './app';
import { type Browser, answerOf } from './browser';
import { CONSENT, World, failure } from './world';

let world: World;

beforeAll(async () => {
  world = await World.start();
  await world.firstSignIn('zhangsan');
});

afterEach(() => {
  world.wecom.faults.clear();
});

afterAll(() => world.close());

const stateInvalid = failure(401, 'WECOM_STATE_INVALID', 'stateInvalid');

/** A browser on its way back from WeCom. */
async function begin(query: Record<string, string> = {}, who = 'zhangsan') {
  const browser = world.browser();
  const page = await browser.open('wecom', query);
  return { browser, code: world.code(page, who), state: page.searchParams.get('state') as string };
}

async function expectServing(): Promise<void> {
  world.wecom.faults.clear();
  expect((await world.round(world.browser(), 'zhangsan')).status).toBe(200);
}

describe('what comes back instead of code and state', () => {
  const huge = 'x'.repeat(100_000);
  const states: [string, unknown][] = [
    ['missing', undefined],
    ['null', null],
    ['empty', ''],
    ['huge', huge],
    ['a number', 5],
    ['a boolean', true],
    ['a list', ['0'.repeat(32)]],
    ['an object', { $ne: null }],
    ['capitals', 'A'.repeat(32)],
    ['never made', '0'.repeat(32)],
    ['a prototype', '__proto__'],
  ];

  test.each(states)('state: %s', async (_name, state) => {
    const { browser, code } = await begin();
    world.wecom.calls.reset();
    const before = await world.counts();
    expect(await browser.signIn('wecom', { code, state })).toMatchObject(stateInvalid);
    expect(await world.counts()).toEqual(before);
    expect(world.wecom.calls.total()).toBe(0);
  });

  test.each<[string, unknown, string]>([
    ['missing', undefined, 'cancelled'],
    ['null', null, 'cancelled'],
    ['empty', '', 'cancelled'],
    ['huge', huge, 'codeInvalid'],
    ['a byte too long', 'x'.repeat(513), 'codeInvalid'],
    ['a number', 5, 'codeInvalid'],
    ['false', false, 'codeInvalid'],
    ['a list', ['code'], 'codeInvalid'],
    ['an object', { a: 1 }, 'codeInvalid'],
  ])('code: %s', async (_name, code, reason) => {
    const { browser, state } = await begin();
    world.wecom.calls.reset();
    const before = await world.counts();
    expect(await browser.signIn('wecom', { code, state })).toMatchObject(failure(401, 'WECOM_CODE_INVALID', reason));
    expect(await world.counts()).toEqual(before);
    expect(world.wecom.calls.total()).toBe(0);
    // The visit is used up by it.
    expect(await browser.signIn('wecom', { code: 'x', state })).toMatchObject(stateInvalid);
  });

  test.each(['x', '&access_token=x', '#', '张三', 'a b', '%00', '../../gettoken', 'x'.repeat(512)])(
    'a code that WeCom never made: %.20s',
    async (code) => {
      const { browser, state } = await begin();
      expect(await browser.signIn('wecom', { code, state })).toMatchObject(
        failure(401, 'WECOM_CODE_INVALID', 'codeInvalid'),
      );
    },
  );

  test.each(['[]', '"text"', '5', 'null', '[{"code":"x","state":"y"}]', '{}', '', '{', 'code=x&state=y'])(
    'body: %s',
    async (body) => {
      const { browser } = await begin();
      const answer = await browser.signIn('wecom', undefined, { body });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expect(answer.body.data?.token).toBeUndefined();
    },
  );

  test('a form instead of JSON', async () => {
    const { browser, code, state } = await begin();
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const body = `code=${code}&code=${code}&state=${state}&state=${state}`;
    expect(await browser.signIn('wecom', undefined, { body, headers })).toMatchObject(stateInvalid);
  });

  test('several megabytes', async () => {
    const { browser } = await begin();
    const body = JSON.stringify({ code: 'x', state: 'y', more: 'z'.repeat(12 * 1024 * 1024) });
    const response = await browser.fetch('/api/auth:signIn', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Authenticator': 'wecom' },
      body,
    });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    await response.text();
  });

  test('a body with more than it should have', async () => {
    const { browser, code, state } = await begin();
    const values = { code, state, redirect: '//evil', userid: 'lisi', consent: true, __proto__: { x: 1 }, id: 1 };
    const answer = await browser.signIn('wecom', values);
    expect(answer.body.data?.user.nickname).toBe('张三');
  });
});

describe('a GET of auth:signIn', () => {
  test.each(['code and state', 'lists', 'values[…]'])('signs nobody in: %s', async (form) => {
    const { browser, code, state } = await begin();
    const query = {
      'code and state': `code=${code}&state=${state}`,
      lists: `code[]=${code}&state[]=${state}&code=${code}&code=${code}`,
      'values[…]': `values[code]=${code}&values[state]=${state}`,
    }[form];
    const answer = await answerOf(
      await browser.fetch(`/api/auth:signIn?${query}`, { headers: { 'X-Authenticator': 'wecom' } }),
    );
    expect(answer).toMatchObject(stateInvalid);
  });

  test('nor does a code in the address of a POST', async () => {
    const { browser, code, state } = await begin();
    const headers = { 'X-Authenticator': 'wecom', 'Content-Type': 'application/json' };
    const path = `/api/auth:signIn?code=${code}&state=${state}`;
    expect(await answerOf(await browser.fetch(path, { method: 'POST', headers, body: '{}' }))).toMatchObject(
      stateInvalid,
    );
  });
});

describe('a return to nowhere', () => {
  test.each(['nobody', 'basic', 'x'.repeat(5000), '__proto__', '', 'WECOM ; DROP'])(
    'authenticator %.20j',
    async (name) => {
      const { browser, code, state } = await begin();
      world.wecom.calls.reset();
      const answer = await browser.signIn(name, { code, state });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expect(answer.body.data).toBeUndefined();
      expect(world.wecom.calls.total()).toBe(0);
      if (name !== '' && name !== 'basic') {
        expect(answer).toMatchObject(failure(404, 'WECOM_CONFIG_INVALID', 'authenticatorUnknown'));
      }
    },
  );

  test('there is no other way to a session, such as signing up', async () => {
    const { browser, state } = await begin();
    const before = await world.counts();
    const signUp = await browser.fetch('/api/auth:signUp', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Authenticator': 'wecom' },
      body: JSON.stringify({ code: 'x', state }),
    });
    expect((await signUp.text()).includes('token')).toBe(false);
    expect(await world.counts()).toEqual(before);
  });
});

test.each(['garbage', '', 'a.b.c', `${'x'.repeat(6000)}`, '%00', '"quoted"'])(
  'a visit cookie that holds nonsense: %.20j',
  async (value) => {
    const { browser, code, state } = await begin();
    browser.cookies.set(browser.visitCookies[0], value);
    expect(await browser.signIn('wecom', { code, state })).toMatchObject(stateInvalid);
  },
);

test('a crowd of cookies', async () => {
  const browser = world.browser();
  for (let index = 0; index < 60; index += 1) browser.cookies.set(`nb_wecom_main_${10_000_000 + index}`, 'x');
  const page = await browser.open('wecom');
  expect(browser.visitCookies).toHaveLength(6);
  const values = { code: world.code(page, 'zhangsan'), state: page.searchParams.get('state') };
  expect((await browser.signIn('wecom', values)).status).toBe(200);
});

describe('answers of WeCom that are none', () => {
  const unavailable = failure(503, 'WECOM_UNAVAILABLE', 'unavailable');
  const calls = ['gettoken', 'auth/getuserinfo', 'auth/getuserdetail', 'user/get'];
  const kinds: [string, FaultKind][] = [
    ['reset', 'reset'],
    ['empty', 'empty'],
    ['cut off', 'truncated-json'],
    ['of the wrong shape', 'wrong-shape'],
    ['huge', 'huge'],
    ['a bad gateway', { status: 502 }],
    ['a page', { body: '<html>please log in</html>' }],
    ['null', { body: 'null' }],
    ['nested', { body: `${'['.repeat(5000)}${']'.repeat(5000)}` }],
    ['an unknown errcode', { errcode: 987654 }],
  ];

  /** A first sign-in touches every call; with a token that has ended, `gettoken`, too. */
  async function firstSignIn(): Promise<[Browser, ReturnType<Browser['signIn']>]> {
    const { userid } = world.newMember();
    const browser = world.browser();
    const page = await browser.open('wecom', CONSENT);
    return [
      browser,
      browser.signIn('wecom', { code: world.code(page, userid), state: page.searchParams.get('state') }),
    ];
  }

  test.each(calls.flatMap((call) => kinds.map(([name, kind]) => [call, name, kind] as const)))(
    '%s is %s',
    async (call, _name, kind) => {
      const before = await world.counts();
      if (call === 'gettoken') await forgetToken();
      world.wecom.faults.add({ call, kind });
      const [browser, signIn] = await firstSignIn();
      expect(await signIn).toMatchObject(unavailable);
      expect(await world.counts()).toEqual(before);
      expect([...browser.cookies.keys()]).toEqual([]);
      await expectServing();
    },
  );

  test('none ever comes', async () => {
    const before = await world.counts();
    await forgetToken();
    const started = Date.now();
    for (const call of calls) world.wecom.faults.add({ call, kind: 'hang' });
    const answers = await Promise.all([0, 1, 2].map(async () => (await firstSignIn())[1]));
    for (const answer of answers) expect(answer).toMatchObject(unavailable);
    expect(Date.now() - started).toBeLessThan(9500);
    expect(await world.counts()).toEqual(before);
    await expectServing();
  });

  test('WeCom cannot be reached at all', async () => {
    const restore = await world.change('wecom', { apiBaseUrl: 'http://127.0.0.1:1' });
    const [, signIn] = await firstSignIn();
    expect(await signIn).toMatchObject(unavailable);
    await restore();
    await expectServing();
  });

  /** NocoBase keeps a token as long as WeCom accepts it: a secret that changes is a token that is not known yet. */
  async function forgetToken(): Promise<void> {
    const secret = `secret-number-${Math.random().toString(36).slice(2)}`;
    world.wecom.app(DEMO_CORP_ID, DEMO_AGENT_ID).secret = secret;
    await world.change('wecom', { secret });
  }
});

describe('refusals of WeCom', () => {
  test.each<[string, number, number, string, string]>([
    ['gettoken', 40001, 400, 'WECOM_CONFIG_INVALID', 'secretRefused'],
    ['gettoken', 40013, 400, 'WECOM_CONFIG_INVALID', 'companyUnknown'],
    ['gettoken', 40091, 400, 'WECOM_CONFIG_INVALID', 'secretRefused'],
    ['gettoken', 45009, 429, 'WECOM_RATE_LIMITED', 'rateLimited'],
    ['gettoken', 60020, 400, 'WECOM_IP_NOT_TRUSTED', 'ipNotTrusted'],
    ['gettoken', -1, 503, 'WECOM_UNAVAILABLE', 'unavailable'],
    ['auth/getuserinfo', 40029, 401, 'WECOM_CODE_INVALID', 'codeInvalid'],
    ['auth/getuserinfo', 42003, 401, 'WECOM_CODE_INVALID', 'codeInvalid'],
    ['auth/getuserinfo', 40014, 400, 'WECOM_CONFIG_INVALID', 'secretRefused'],
    ['auth/getuserinfo', 50001, 400, 'WECOM_CONFIG_INVALID', 'domainNotTrusted'],
    ['auth/getuserinfo', 50003, 400, 'WECOM_CONFIG_INVALID', 'appNotAllowed'],
    ['auth/getuserinfo', 60020, 400, 'WECOM_IP_NOT_TRUSTED', 'ipNotTrusted'],
    ['auth/getuserinfo', 45033, 429, 'WECOM_RATE_LIMITED', 'rateLimited'],
    ['auth/getuserinfo', -1, 503, 'WECOM_UNAVAILABLE', 'unavailable'],
    ['auth/getuserdetail', 84014, 401, 'WECOM_CODE_INVALID', 'codeInvalid'],
    ['auth/getuserdetail', 84015, 401, 'WECOM_CODE_INVALID', 'codeInvalid'],
    ['auth/getuserdetail', 48002, 400, 'WECOM_CONFIG_INVALID', 'appNotAllowed'],
    ['user/get', 60011, 403, 'WECOM_NOT_MEMBER', 'notVisible'],
    ['user/get', 60111, 403, 'WECOM_NOT_MEMBER', 'notVisible'],
    ['user/get', 301002, 400, 'WECOM_CONFIG_INVALID', 'agentMismatch'],
    ['user/get', -1, 503, 'WECOM_UNAVAILABLE', 'unavailable'],
  ])('%s answers %i', async (call, errcode, status, code, reason) => {
    const before = await world.counts();
    if (call === 'gettoken') world.wecom.faults.add({ call: 'auth/getuserinfo', kind: { errcode: 42001 } });
    world.wecom.faults.add({ call, kind: { errcode } });
    const answer = await world.firstSignIn(world.newMember().userid);
    expect(answer).toMatchObject(failure(status, code, reason));
    expect(await world.counts()).toEqual(before);
    await expectServing();
  });

  test('the address that WeCom saw is in the log, for the administrator', async () => {
    const app = world.wecom.app(DEMO_CORP_ID, DEMO_AGENT_ID);
    app.trustedIps = ['203.0.113.5'];
    world.wecom.callerIp = '198.51.100.77';
    expect(await world.round(world.browser(), 'zhangsan')).toMatchObject(failure(400, 'WECOM_IP_NOT_TRUSTED'));
    app.trustedIps = null;
    world.wecom.callerIp = null;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(readLogs()).toContain('198.51.100.77');
    await expectServing();
  });

  test('a message that quotes a secret goes no further', async () => {
    const { secret } = world.wecom.app(DEMO_CORP_ID, DEMO_AGENT_ID);
    world.wecom.faults.add({ call: 'auth/getuserinfo', kind: { errcode: 40029, errmsg: `no: ${secret}` } });
    const answer = await world.round(world.browser(), 'zhangsan');
    expect(JSON.stringify(answer)).not.toContain(secret);
  });
});

test('a token that ended is renewed once for many sign-ins at once', async () => {
  world.wecom.expireTokens();
  world.wecom.calls.reset();
  const answers = await Promise.all(Array.from({ length: 20 }, () => world.round(world.browser(), 'zhangsan')));
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
  expect(world.wecom.calls.count('gettoken')).toBe(1);
});
