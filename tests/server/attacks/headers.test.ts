import '../environment';
import { type IncomingMessage, get } from 'node:http';
import { readLogs } from '../app';
import { IN_WECOM } from '../browser';
import { World, failure } from '../world';

let world: World;

beforeAll(async () => {
  world = await World.start();
  await world.firstSignIn('zhangsan');
});

afterAll(() => world.close());

const PAGE = 'text/html';
const host = () => new URL(world.app.url).host;

type Case = [string, () => Record<string, string>];

/** Headers by which somebody could try to pass for another address, another page or another person. */
const CASES: Case[] = [
  ['X-Forwarded-Host', () => ({ 'X-Forwarded-Host': 'evil.example' })],
  ['X-Forwarded-Host, a list', () => ({ 'X-Forwarded-Host': `evil.example, ${host()}` })],
  ['X-Forwarded-Host with a path', () => ({ 'X-Forwarded-Host': `${host()}/evil` })],
  ['X-Forwarded-Proto', () => ({ 'X-Forwarded-Proto': 'https' })],
  ['X-Forwarded-Proto, a script', () => ({ 'X-Forwarded-Proto': 'javascript' })],
  ['X-Forwarded-Port and -Prefix', () => ({ 'X-Forwarded-Port': '1', 'X-Forwarded-Prefix': '//evil.example' })],
  ['Forwarded', () => ({ Forwarded: 'host=evil.example;proto=https;for=203.0.113.9' })],
  ['X-Forwarded-For', () => ({ 'X-Forwarded-For': '203.0.113.9', 'X-Real-IP': '203.0.113.9' })],
  ['Origin', () => ({ Origin: 'https://evil.example' })],
  ['Origin null', () => ({ Origin: 'null' })],
  ['Referer', () => ({ Referer: 'https://evil.example/?redirect=//evil.example' })],
  ['X-Hostname and X-App', () => ({ 'X-Hostname': 'evil.example', 'X-App': 'main' })],
  ['X-Original-URL', () => ({ 'X-Original-URL': '/api/users:list', 'X-Rewrite-URL': '/api/users:list' })],
  ['X-HTTP-Method-Override', () => ({ 'X-HTTP-Method-Override': 'DELETE' })],
  ['X-Authenticator of another', () => ({ 'X-Authenticator': 'basic' })],
];

/** A request with any Host, which `fetch` does not allow. */
function knockAt(forged: string, path: string, accept: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { Host: forged, Accept: accept, 'User-Agent': IN_WECOM };
    get(`${world.app.url}${path}`, { headers }, (response) => resolve(response.resume())).on('error', reject);
  });
}

describe('the door', () => {
  test.each(CASES)('%s never changes where WeCom returns to, nor whose the cookie is', async (_name, headers) => {
    for (const accept of ['application/json', PAGE]) {
      const query = { authenticator: 'wecom', redirect: '/admin/x' };
      const response = await world.browser().knock(query, { Accept: accept, ...headers() });
      expect(response.status).toBe(302);
      const location = new URL(response.headers.get('location') as string, world.app.url);
      await response.text();
      const cookies = response.headers.getSetCookie();
      if (location.origin === world.app.url) {
        // Moved to the origin of the settings, or told on its sign-in page: no visit has begun.
        expect(accept).toBe(PAGE);
        expect(['/api/wecom:authorize', '/signin']).toContain(location.pathname);
        expect(cookies).toEqual([]);
      } else {
        expect(location.href.startsWith(world.wecom.oauthUrl)).toBe(true);
        const returnTo = new URL(location.searchParams.get('redirect_uri') as string);
        expect([returnTo.origin, returnTo.pathname]).toEqual([world.app.url, '/signin']);
        expect(Object.fromEntries(returnTo.searchParams)).toEqual(query);
        expect(cookies).toHaveLength(1);
        // A proxy that says HTTPS makes the cookie stricter; nothing makes it laxer.
        expect(cookies[0]).toMatch(
          /^nb_wecom_main_[0-9a-f]{8}=[^;]+; path=\/api\/; expires=[^;]+; samesite=lax; (secure; )?httponly$/i,
        );
      }
      expect(location.href).not.toContain('evil');
    }
  });

  test('a forged Host is no address that anybody is sent to', async () => {
    for (const accept of ['application/json', PAGE]) {
      for (const path of [
        'authenticator=wecom&redirect=/admin/x',
        'authenticator=wecom&moved=1',
        'authenticator=nobody',
      ]) {
        const { statusCode, headers } = await knockAt('evil.example', `/api/wecom:authorize?${path}`, accept);
        expect(statusCode).toBe(headers.location ? 302 : 404);
        expect(decodeURIComponent(JSON.stringify(headers))).not.toContain('evil.example');
      }
    }
  });

  test('over HTTPS the cookie is for this host alone and for HTTPS, whatever a proxy says', async () => {
    await world.addAuthenticator('secure', { origin: 'https://noco.example.com' });
    const said: Record<string, string>[] = [
      {},
      { 'X-Forwarded-Proto': 'http' },
      { 'X-Forwarded-Host': 'evil.example' },
      { Forwarded: 'proto=http' },
    ];
    for (const headers of said) {
      const response = await world.browser().knock({ authenticator: 'secure' }, headers);
      await response.text();
      const cookies = response.headers.getSetCookie();
      expect(cookies).toHaveLength(1);
      expect(cookies[0]).toMatch(
        /^__Host-nb_wecom_main_[0-9a-f]{8}=[^;]+; path=\/; expires=[^;]+; samesite=lax; secure; httponly$/i,
      );
    }
  });
});

describe('the return', () => {
  /** What a member brings back, and the browser that may bring it. */
  async function begin() {
    const browser = world.browser();
    const page = await browser.open('wecom');
    return { browser, values: { code: world.code(page, 'zhangsan'), state: page.searchParams.get('state') } };
  }

  const taken: Case[] = [
    ['no Origin, as programs send it', () => ({})],
    ['the own Origin', () => ({ Origin: world.app.url })],
    [
      'the own Origin and the Referer of another page',
      () => ({ Origin: world.app.url, Referer: 'https://evil.example' }),
    ],
    ['a Referer that is no address', () => ({ Referer: 'evil' })],
    ['X-Forwarded-For', () => ({ 'X-Forwarded-For': '203.0.113.9' })],
    ['Forwarded', () => ({ Forwarded: 'host=evil.example' })],
  ];

  test.each(taken)('is taken with %s', async (_name, headers) => {
    const { browser, values } = await begin();
    const answer = await browser.signIn('wecom', values, { headers: headers() });
    expect(answer.body.data?.user.nickname).toBe('张三');
  });

  const refused: Case[] = [
    ['the Origin of another page', () => ({ Origin: 'https://evil.example' })],
    [
      'the Origin of another page and the own Referer',
      () => ({ Origin: 'https://evil.example', Referer: world.app.url }),
    ],
    ['the Referer of another page', () => ({ Referer: 'https://evil.example/' })],
    ['Origin null, as pages in a sandbox send it', () => ({ Origin: 'null' })],
    ['the Origin of another port', () => ({ Origin: 'http://127.0.0.1:1' })],
    ['the own Origin under another scheme', () => ({ Origin: world.app.url.replace('http:', 'https:') })],
    ['an Origin that only begins like the own one', () => ({ Origin: `${world.app.url}.evil.example` })],
  ];

  test.each(refused)(
    'is refused with %s: nobody is signed in, and the visit is not used up',
    async (_name, headers) => {
      const { browser, values } = await begin();
      world.wecom.calls.reset();
      const answer = await browser.signIn('wecom', values, { headers: headers() });
      expect([answer.status, answer.body.data]).toEqual([403, undefined]);
      expect(world.wecom.calls.total()).toBe(0);
      expect((await browser.signIn('wecom', values)).status).toBe(200);
    },
  );

  test('is not taken from another client by any header', async () => {
    const { values } = await begin();
    const namesAPage = ([, headers]: Case) => 'Origin' in headers() || 'Referer' in headers();
    const stopped = [...refused, ...CASES.filter(namesAPage)];
    const passing: Case[] = [
      ...taken,
      ...CASES.filter((header) => !namesAPage(header)),
      [
        'Origin and X-Forwarded-Host that agree',
        () => ({ Origin: 'http://evil.example', 'X-Forwarded-Host': 'evil.example' }),
      ],
    ];
    world.wecom.calls.reset();
    const send = async (headers: Record<string, string>) =>
      world.browser().signIn('wecom', values, { headers: { ...headers, 'X-Authenticator': 'wecom' } });
    for (const [name, headers] of stopped) {
      expect([name, await send(headers())]).toMatchObject([name, { status: 403 }]);
    }
    for (const [name, headers] of passing) {
      expect([name, await send(headers())]).toMatchObject([name, failure(401, 'WECOM_STATE_INVALID')]);
    }
    expect(world.wecom.calls.total()).toBe(0);
  });

  test('shows its answer to no other page, nor does the door', async () => {
    const { browser, values } = await begin();
    const evil = { Origin: 'https://evil.example' };
    const asked = {
      ...evil,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'x-authenticator',
    };
    const json = { 'Content-Type': 'application/json', 'X-Authenticator': 'wecom' };
    for (const response of [
      await browser.fetch('/api/auth:signIn', { method: 'OPTIONS', headers: asked }),
      await browser.fetch('/api/auth:signIn', {
        method: 'POST',
        headers: { ...evil, ...json },
        body: JSON.stringify(values),
      }),
      await browser.knock({ authenticator: 'wecom' }, evil),
    ]) {
      await response.text();
      expect(response.headers.get('access-control-allow-credentials')).toBeNull();
    }
  });

  test('X-Forwarded-For is not believed when the list of failures or the log names an address', async () => {
    const { browser, values } = await begin();
    const headers = { 'X-Forwarded-For': '203.0.113.77', 'X-Real-IP': '203.0.113.77' };
    await browser.signIn('wecom', { ...values, code: 'guess' }, { headers });
    const failures = await (await world.admin())('wecom:failures?authenticator=wecom');
    expect(JSON.stringify(failures)).toContain('codeInvalid');
    expect(JSON.stringify(failures) + readLogs()).not.toContain('203.0.113.77');
  });
});
