import { DEMO_AGENT_ID, DEMO_CORP_ID } from '../../simulator';
import { AT_DESK, type Browser, IN_WECOM, answerOf } from './browser';
import { CONSENT, World, failure } from './world';

let world: World;

beforeAll(async () => {
  world = await World.start();
});

afterAll(() => world.close());

const JSON_ONLY = { Accept: 'application/json' };
const PAGE = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

const params = (url: URL) => Object.fromEntries(url.searchParams);
const returnOf = (page: URL) => new URL(page.searchParams.get('redirect_uri') as string);

/** Where the door sends a browser, as path and query on this NocoBase. */
async function sentTo(response: Response): Promise<{ status: number; path: string; query: Record<string, string> }> {
  const url = new URL(response.headers.get('location') as string, world.app.url);
  await response.text();
  return { status: response.status, path: url.pathname, query: params(url) };
}

async function withEnv(values: Record<string, string>, run: () => Promise<void>): Promise<void> {
  Object.assign(process.env, values);
  try {
    await run();
  } finally {
    Object.keys(values).forEach((name) => delete process.env[name]);
  }
}

describe('the way to WeCom', () => {
  test('inside its client: the authorize page, silently', async () => {
    const response = await world.browser(IN_WECOM).knock({ authenticator: 'wecom' }, JSON_ONLY);
    expect(response.status).toBe(302);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(await response.text()).toBe('');
    const page = new URL(response.headers.get('location') as string);
    expect(page.origin + page.pathname).toBe(world.wecom.oauthUrl);
    expect(page.hash).toBe('#wechat_redirect');
    expect(params(page)).toEqual({
      appid: DEMO_CORP_ID,
      redirect_uri: `${world.app.url}/signin?authenticator=wecom&redirect=%2Fadmin`,
      response_type: 'code',
      scope: 'snsapi_base',
      state: expect.stringMatching(/^[0-9a-f]{32}$/),
      agentid: DEMO_AGENT_ID,
    });
  });

  test('inside its client with consent', async () => {
    expect((await world.browser().open('wecom', CONSENT)).searchParams.get('scope')).toBe('snsapi_privateinfo');
    expect((await world.browser().open('wecom', { scope: 'x' })).searchParams.get('scope')).toBe('snsapi_base');
  });

  test.each([
    ['en-US,en', 'en'],
    ['zh-CN', 'zh'],
  ])('elsewhere: the web login page, in the language of the browser (%s)', async (language, lang) => {
    const response = await world.browser(AT_DESK).knock({ authenticator: 'wecom' }, { 'Accept-Language': language });
    const page = new URL(response.headers.get('location') as string);
    expect(page.origin + page.pathname).toBe(world.wecom.ssoUrl);
    expect(page.hash).toBe('');
    expect(params(page)).toEqual({
      login_type: 'CorpApp',
      appid: DEMO_CORP_ID,
      agentid: DEMO_AGENT_ID,
      redirect_uri: `${world.app.url}/signin?authenticator=wecom&redirect=%2Fadmin`,
      state: expect.stringMatching(/^[0-9a-f]{32}$/),
      lang,
    });
  });

  test('no secret and no token of any kind is in it', async () => {
    await world.firstSignIn('zhangsan');
    const href = (await world.browser().open('wecom', CONSENT)).href;
    expect(href).not.toContain(world.wecom.app(DEMO_CORP_ID, DEMO_AGENT_ID).secret);
    expect(href).not.toMatch(/eyJ|token/);
  });

  test('every visit has a state of its own', async () => {
    const browser = world.browser();
    const states = new Set<string | null>();
    for (let visit = 0; visit < 5; visit += 1) states.add((await browser.open('wecom')).searchParams.get('state'));
    expect(states.size).toBe(5);
  });

  test('WeCom is not called on the way', async () => {
    world.wecom.calls.reset();
    await world.browser().open('wecom');
    expect(world.wecom.calls.total()).toBe(0);
  });
});

describe('the cookie of a visit', () => {
  async function cookieOf(headers: Record<string, string> = {}, authenticator = 'wecom'): Promise<string> {
    const response = await world.browser().knock({ authenticator }, { ...JSON_ONLY, ...headers });
    const cookies = response.headers.getSetCookie().filter((cookie) => cookie.includes('nb_wecom_'));
    expect(cookies).toHaveLength(1);
    return cookies[0];
  }

  test('is for this host, the API and the return from WeCom only, for ten minutes', async () => {
    const cookie = await cookieOf();
    expect(cookie).toMatch(/^nb_wecom_main_[0-9a-f]{8}=/);
    expect(cookie).toMatch(/; path=\/api\/(;|$)/);
    expect(cookie).toMatch(/; httponly(;|$)/i);
    expect(cookie).toMatch(/; samesite=lax(;|$)/i);
    expect(cookie).not.toMatch(/; domain=/i);
    expect(cookie).not.toMatch(/; secure(;|$)/i);
    const expires = Date.parse(/; expires=([^;]+)/i.exec(cookie)?.[1] as string) - Date.now();
    expect(expires).toBeGreaterThan(9 * 60_000);
    expect(expires).toBeLessThanOrEqual(10 * 60_000 + 1000);
  });

  test('is secure when browsers come by HTTPS, whatever the proxy tells', async () => {
    await world.addAuthenticator('https', { origin: 'https://nocobase.example.com' });
    const cookie = await cookieOf({}, 'https');
    expect(cookie).toMatch(/; secure(;|$)/i);
    // By its name no other host can have set it.
    expect(cookie).toMatch(/^__Host-nb_wecom_main_[0-9a-f]{8}=/);
    expect(cookie).toMatch(/; path=\/(;|$)/);
    expect(cookie).not.toMatch(/; domain=/i);
    expect(await cookieOf({ 'X-Forwarded-Proto': 'https' })).toMatch(/; secure(;|$)/i);
  });

  test('brings a visit by HTTPS to its end', async () => {
    const host = new URL(world.app.url).host;
    await world.addAuthenticator('by-https', { origin: `https://${host}` });
    const browser = world.browser();
    const headers = { ...PAGE, 'X-Forwarded-Proto': 'https' };
    const response = await browser.knock({ authenticator: 'by-https', ...CONSENT }, headers);
    const page = new URL(response.headers.get('location') as string);
    const planted = world.browser();
    browser.cookies.forEach((value, name) => planted.cookies.set(name.replace('__Host-', ''), value));
    const values = { code: world.code(page, 'zhaoliu'), state: page.searchParams.get('state') };
    expect((await planted.signIn('by-https', values, { headers })).status).toBe(401);
    expect((await browser.signIn('by-https', values, { headers })).status).toBe(200);
  });

  test('lies where the API is', () =>
    withEnv({ API_BASE_PATH: '/nocobase/api/' }, async () => {
      expect(await cookieOf()).toMatch(/; path=\/nocobase\/api\//);
    }));
});

describe('the way back', () => {
  test.each<[string, Record<string, string>, string, string]>([
    ['nothing asked for', {}, '/signin', '/admin'],
    ['classic', { redirect: '/admin/x?y=1&z=2#part' }, '/signin', '/admin/x?y=1&z=2#part'],
    ['classic mobile', { redirect: '/m' }, '/signin', '/m'],
    ['new', { redirect: '/v/admin/x?y=1' }, '/v/signin', '/v/admin/x?y=1'],
    ['letters of another script', { redirect: '/admin/张三?q=李四' }, '/signin', '/admin/张三?q=李四'],
  ])('%s', async (_name, query, path, redirect) => {
    for (const userAgent of [IN_WECOM, AT_DESK]) {
      const back = returnOf(await world.browser(userAgent).open('wecom', query));
      expect([back.origin, back.pathname]).toEqual([world.app.url, path]);
      expect(params(back)).toEqual({ authenticator: 'wecom', redirect });
    }
  });

  test('the second try is marked', async () => {
    expect(params(returnOf(await world.browser().open('wecom', { retry: '1' })))).toMatchObject({ retry: '1' });
    expect(params(returnOf(await world.browser().open('wecom', { retry: 'x' })))).not.toHaveProperty('retry');
  });

  test('the page of the settings, when none was asked for', async () => {
    const restore = await world.change('wecom', { redirectPath: '/v/admin/home' });
    const back = returnOf(await world.browser().open('wecom'));
    expect([back.pathname, back.searchParams.get('redirect')]).toEqual(['/v/signin', '/v/admin/home']);
    expect(returnOf(await world.browser().open('wecom', { redirect: '/admin/x' })).pathname).toBe('/signin');
    await restore();
  });

  test.each<[Record<string, string>, string, string, string]>([
    [{ APP_PUBLIC_PATH: '/nocobase/' }, '/admin/x', '/nocobase/signin', '/admin/x'],
    [{ APP_PUBLIC_PATH: '/nocobase/' }, '/nocobase/v/admin', '/nocobase/v/signin', '/nocobase/v/admin'],
    [{ APP_CLIENT_ENTRY_MODE: 'modern-only' }, '/admin/x', '/v/signin', '/v/admin/x'],
    [{ APP_MODERN_CLIENT_PREFIX: '/new/' }, '/new/admin', '/new/signin', '/new/admin'],
  ])('%j: %s', (env, redirect, path, written) =>
    withEnv(env, async () => {
      const back = returnOf(await world.browser().open('wecom', { redirect }));
      expect([back.pathname, back.searchParams.get('redirect')]).toEqual([path, written]);
    }),
  );

  test.each([
    'https://evil.example/admin',
    '//evil.example',
    '/\\evil.example',
    '/%2Fevil.example',
    '/%255Cevil.example',
    '/admin/../../evil',
    'javascript:alert(1)',
    '/\t/evil.example',
    '/x\r\nSet-Cookie: evil=1',
    'null',
    'undefined',
    '/undefined',
    '/signin?redirect=/signin',
    '/api/auth:signOut',
    `/${'x'.repeat(5000)}`,
    '',
  ])('never leads to %j', async (redirect) => {
    const back = returnOf(await world.browser().open('wecom', { redirect }));
    expect(back.origin + back.pathname).toBe(`${world.app.url}/signin`);
    expect(back.searchParams.get('redirect')).toBe('/admin');
    // Nor when the door fails.
    const failed = await sentTo(await world.browser().knock({ authenticator: 'nobody', redirect }, PAGE));
    expect(failed).toMatchObject({ status: 302, path: '/signin', query: { redirect: '/admin' } });
  });

  test.each(['redirect=/m&redirect=//evil.example', 'redirect[]=/m', 'redirect[a]=//evil.example', 'redirect=%ff%fe'])(
    'a target that is not one text counts as none: %s',
    async (query) => {
      const response = await world.browser().knock(`authenticator=wecom&${query}`, JSON_ONLY);
      const back = returnOf(new URL(response.headers.get('location') as string));
      expect(back.origin).toBe(world.app.url);
      expect(back.searchParams.get('redirect')).not.toContain('evil');
    },
  );
});

describe('a name that is not one of ours', () => {
  beforeAll(async () => {
    await world.addAuthenticator('switched-off', {}, { enabled: false });
  });

  test.each([
    'authenticator=nobody',
    'authenticator=switched-off',
    'authenticator=basic',
    'authenticator=',
    '',
    'authenticator=wecom&authenticator=wecom',
    'authenticator[]=wecom',
    'authenticator[name]=wecom',
    'authenticator=__proto__',
    'authenticator=constructor',
    'authenticator=WECOM%00',
    "authenticator=wecom'--",
    `authenticator=${'x'.repeat(256)}`,
    `authenticator=${'x'.repeat(8000)}`,
  ])('%.60s', async (query) => {
    const browser = world.browser();
    const answer = await answerOf(await browser.knock(query, JSON_ONLY));
    expect(answer).toMatchObject(failure(404, 'WECOM_CONFIG_INVALID', 'authenticatorUnknown'));
    expect(browser.visitCookies).toEqual([]);
    const shown = await sentTo(await browser.knock(query, PAGE));
    expect(shown).toMatchObject({
      status: 302,
      path: '/signin',
      query: { error: 'authenticatorUnknown', redirect: '/admin' },
    });
    expect(browser.visitCookies).toEqual([]);
  });

  test('is not taken for the first one there is, when that is ours', async () => {
    await world.setEnabled('basic', false);
    const answer = await answerOf(await world.browser().knock({ authenticator: 'nobody' }, JSON_ONLY));
    const returned = await world.browser().signIn('nobody', { code: 'x', state: '0'.repeat(32) });
    await world.setEnabled('basic', true);
    for (const each of [answer, returned]) {
      expect(each).toMatchObject(failure(404, 'WECOM_CONFIG_INVALID', 'authenticatorUnknown'));
    }
  });

  test('is told on the sign-in page of the client that asked, with the page that was asked for', async () => {
    const query = { authenticator: 'nobody', redirect: '/v/admin/x?y=1' };
    expect(await sentTo(await world.browser().knock(query, PAGE))).toEqual({
      status: 302,
      path: '/v/signin',
      query: {
        authenticator: 'nobody',
        error: 'authenticatorUnknown',
        redirect: '/v/admin/x?y=1',
        reference: expect.any(String),
        time: expect.any(String),
      },
    });
  });
});

test.each(['POST', 'HEAD'])('%s is not a way in', async (method) => {
  const browser = world.browser();
  const response = await browser.fetch('/api/wecom:authorize?authenticator=wecom', { method });
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET']);
  expect(browser.visitCookies).toEqual([]);
});

test('there is nothing else at this resource', () => {
  const { resourceManager } = world.app.app;
  expect(resourceManager.getAction('wecom', 'authorize')).toBeDefined();
  for (const action of ['list', 'get', 'create', 'update', 'destroy', 'signIn']) {
    expect(() => resourceManager.getAction('wecom', action)).toThrow();
  }
});

test('an open session of NocoBase is no obstacle: the door always signs in afresh', async () => {
  const { body } = await world.firstSignIn('zhaoliu');
  const response = await world
    .browser()
    .knock({ authenticator: 'wecom' }, { Authorization: `Bearer ${body.data?.token}` });
  expect(response.status).toBe(302);
  const expired = await world.browser().knock({ authenticator: 'wecom' }, { Authorization: 'Bearer nonsense' });
  expect(expired.status).toBe(302);
});

describe('settings that are wrong at use', () => {
  test.each([
    ['origin', 'not an origin', 'Origin'],
    ['corpId', '', 'Company ID'],
    ['agentId', 'letters', 'AgentId'],
    ['apiBaseUrl', 'ftp://x', 'API base URL'],
  ])('name the field: %s', async (field, value, label) => {
    // As an older version, or somebody in the database, may have left them.
    const authenticator = await world.db.getRepository('authenticators').findOne({ filter: { name: 'wecom' } });
    const options = authenticator.get('options') as object;
    const save = (changed: object) => authenticator.update({ options: changed }, { wecomUnchecked: true } as object);
    await save({ ...options, [field]: value });
    const answer = await answerOf(await world.browser().knock({ authenticator: 'wecom' }, JSON_ONLY));
    expect(answer).toMatchObject(failure(400, 'WECOM_CONFIG_INVALID', 'settingsInvalid'));
    expect(answer.body.errors?.[0]).toMatchObject({ field, message: expect.stringContaining(label) });
    expect(await sentTo(await world.browser().knock({ authenticator: 'wecom' }, PAGE))).toMatchObject({
      status: 302,
      path: '/signin',
      query: { error: 'settingsInvalid', field },
    });
    await save(options);
  });
});

describe('somebody who came by another address', () => {
  const at = (host: string, more: Record<string, string> = {}) => ({ ...PAGE, 'X-Forwarded-Host': host, ...more });
  const host = () => new URL(world.app.url).host;

  async function knock(headers: Record<string, string>, query: Record<string, string> = {}): Promise<[URL, Browser]> {
    const browser = world.browser();
    const response = await browser.knock({ authenticator: 'wecom', ...query }, headers);
    expect(response.status).toBe(302);
    return [new URL(response.headers.get('location') as string, world.app.url), browser];
  }

  test('is moved to the origin of the settings first, with all that was asked for', async () => {
    const port = new URL(world.app.url).port;
    const [url, browser] = await knock(at(`localhost:${port}`), { redirect: '/m', retry: '1', ...CONSENT });
    expect(url.origin + url.pathname).toBe(`${world.app.url}/api/wecom:authorize`);
    expect(params(url)).toEqual({ authenticator: 'wecom', redirect: '/m', retry: '1', ...CONSENT, moved: '1' });
    expect(browser.visitCookies).toEqual([]);
    // And from there to WeCom.
    const [page] = await knock(at(host()), Object.fromEntries(url.searchParams));
    expect(page.href.startsWith(world.wecom.oauthUrl)).toBe(true);
  });

  test('is not moved in a circle: a proxy that hides the address is told on the sign-in page', async () => {
    const [url, browser] = await knock(at('inner:13000'), { moved: '1' });
    expect([url.pathname, url.searchParams.get('error')]).toEqual(['/signin', 'originNotTrusted']);
    expect(browser.visitCookies).toEqual([]);
  });

  test('a TLS proxy that sets only Host: told what to set, unless the origin is on the list', async () => {
    await world.addAuthenticator('behind-tls', { origin: `https://${host()}` });
    const query = { authenticator: 'behind-tls' };
    const [refused] = await knock(at(host()), query);
    expect(refused.searchParams.get('error')).toBe('originNotTrusted');
    const [forwarded] = await knock(at(host(), { 'X-Forwarded-Proto': 'https' }), query);
    expect(forwarded.href.startsWith(world.wecom.oauthUrl)).toBe(true);
    await withEnv({ CORS_ORIGIN_WHITELIST: `https://${host()}` }, async () => {
      const [listed] = await knock(at(host()), query);
      expect(listed.href.startsWith(world.wecom.oauthUrl)).toBe(true);
    });
  });

  test('in capitals it is the same address', async () => {
    const [url] = await knock(at(host().toUpperCase()));
    expect(url.href.startsWith(world.wecom.oauthUrl)).toBe(true);
  });

  test('programs are not moved', async () => {
    const page = await world
      .browser()
      .knock({ authenticator: 'wecom' }, { ...JSON_ONLY, 'X-Forwarded-Host': 'localhost:1' });
    expect(page.headers.get('location')?.startsWith(world.wecom.oauthUrl)).toBe(true);
  });
});

test('failures are worded in the language of the request', async () => {
  const chinese = { ...JSON_ONLY, 'X-Locale': 'zh-CN' };
  const english = { ...JSON_ONLY, 'X-Locale': 'en-US' };
  const [zh, en] = await Promise.all(
    [chinese, english].map(async (headers) => answerOf(await world.browser().knock({ authenticator: 'x' }, headers))),
  );
  expect(en.body.errors?.[0].message).toMatch(/^This way of signing in/);
  // Texts are loaded from the built package by a real host; the sources have none here.
  expect(zh.body.errors?.[0].message.length).toBeGreaterThan(5);
});
