import './environment';
import { SettingsRefused } from '../../src/server/settings/save-guard';
import { selfSignedCertificate } from '../network/certificate';
import { type TlsProxy, startTlsProxy } from '../network/tls-proxy';
import { type Behaviour, type ForwardProxy, startForwardProxy } from '../network/forward-proxy';
import { trust } from '../network/trust';
import { loggedLines, readLogs } from './app';
import { World, failure, optionsFor } from './world';

const PASSWORD = 'p@ss/secret-of-the-proxy';

let world: World;
let proxy: ForwardProxy;
/** WeCom as it is in life, behind TLS. */
let secureWecom: TlsProxy;
let apiBaseUrl: string;
let distrust: () => void;

beforeAll(async () => {
  process.env.SERVER_REQUEST_WHITELIST = '127.0.0.1,localhost';
  const print = console.error;
  jest.spyOn(console, 'error').mockImplementation((...args: unknown[]) => {
    // The host prints every error that ends a transaction.
    if (!(args[0] instanceof SettingsRefused)) print(...args);
  });
  const certificate = selfSignedCertificate('localhost');
  distrust = trust(certificate.cert);
  world = await World.start();
  secureWecom = await startTlsProxy(world.wecom.url, 0, certificate);
  apiBaseUrl = secureWecom.url.replace('127.0.0.1', 'localhost');
  proxy = await startForwardProxy();
  proxy.user = `nocobase:${PASSWORD}`;
});

beforeEach(() => {
  proxy.requests.length = 0;
  proxy.behaviour = 'pass';
});

afterAll(async () => {
  distrust();
  await proxy.close();
  await secureWecom.close();
  await world.close();
});

const tunnels = (count: number) => Array<string>(count).fill(`CONNECT ${new URL(apiBaseUrl).host}`);

/** An authenticator that calls WeCom through the proxy, saved by the administrator. */
async function add(name: string, changes: Record<string, unknown> = {}) {
  const api = await world.admin();
  const options = optionsFor(world.wecom, world.app.url, { apiBaseUrl, proxyUrl: proxy.urlWithUser, ...changes });
  return api('authenticators:create', { name, authType: 'WeCom', enabled: true, options });
}

test('all calls of an authenticator go through its proxy, and none of another', async () => {
  expect((await add('proxied')).status).toBe(200);
  const { userid } = world.newMember();
  expect(await world.firstSignIn(userid, world.browser(), 'proxied')).toMatchObject({ status: 200 });
  // gettoken, auth/getuserinfo, auth/getuserdetail, user/get
  expect(proxy.requests).toEqual(tunnels(4));
  expect(await world.round(world.browser(), userid, {}, 'proxied')).toMatchObject({ status: 200 });
  expect(proxy.requests).toEqual(tunnels(5));
  expect(await world.firstSignIn(userid)).toMatchObject({ status: 200 });
  expect(proxy.requests).toHaveLength(5);
  expect(await proxy.open()).toBe(0);
});

test('the address can come from a variable, or a part of it', async () => {
  const { environment } = world.app.app;
  environment.setVariable('PROXY_PASSWORD', encodeURIComponent(PASSWORD), { isSecret: true });
  const proxyUrl = proxy.url.replace('://', '://nocobase:{{$env.PROXY_PASSWORD}}@');
  expect((await add('by-variable', { proxyUrl })).status).toBe(200);
  const { userid } = world.newMember();
  expect(await world.firstSignIn(userid, world.browser(), 'by-variable')).toMatchObject({ status: 200 });
  expect(proxy.requests.length).toBeGreaterThanOrEqual(3);
});

test.each(['proxy.example.com:3128', 'file:///etc/passwd', 'http://proxy/path', `http://x:y@${'x'.repeat(100_000)}`])(
  'an address that is none is refused: %.30s',
  async (proxyUrl) => {
    expect(await add('refused', { proxyUrl })).toMatchObject({
      status: 400,
      body: { errors: [{ code: 'WECOM_CONFIG_INVALID', field: 'proxyUrl', message: expect.any(String) }] },
    });
    expect(await world.db.getRepository('authenticators').count({ filter: { name: 'refused' } })).toBe(0);
  },
);

describe('when the proxy does not let NocoBase through', () => {
  let userid: string;

  beforeAll(async () => {
    await add('troubled');
    ({ userid } = world.newMember());
    expect((await world.firstSignIn(userid, world.browser(), 'troubled')).status).toBe(200);
  });

  const signIn = () => world.round(world.browser(), userid, {}, 'troubled');

  test('407: a mistake in the settings, which the log names', async () => {
    const restore = await world.change('troubled', { proxyUrl: proxy.url.replace('://', '://nocobase:wrong@') });
    expect(await signIn()).toMatchObject(failure(400, 'WECOM_CONFIG_INVALID', 'proxyAuthentication'));
    await restore();
    const reports = await loggedLines((line) => line.includes('"reason":"proxyAuthentication"'));
    expect(reports).toEqual([expect.stringMatching(/"kind":"proxy".*"detail":"407"/)]);
    expect((await signIn()).status).toBe(200);
  });

  test.each<Behaviour>(['garbage', 'hang-up', 'hang', 403, 404, 503])(
    '%s: unavailable, within ten seconds, and nothing stays open',
    async (behaviour) => {
      proxy.behaviour = behaviour;
      const started = Date.now();
      expect(await signIn()).toMatchObject(failure(503, 'WECOM_UNAVAILABLE', 'proxyUnavailable'));
      expect(Date.now() - started).toBeLessThan(10_000);
      expect(proxy.requests).toHaveLength(1);
      expect(await proxy.open()).toBe(0);
      proxy.behaviour = 'pass';
      expect((await signIn()).status).toBe(200);
    },
  );

  test('not running', async () => {
    const restore = await world.change('troubled', { proxyUrl: 'http://127.0.0.1:1' });
    expect(await signIn()).toMatchObject(failure(503, 'WECOM_UNAVAILABLE', 'proxyUnavailable'));
    await restore();
  });

  test('an address that SERVER_REQUEST_WHITELIST does not allow', async () => {
    process.env.SERVER_REQUEST_WHITELIST = 'localhost';
    expect(await signIn()).toMatchObject(failure(503, 'WECOM_UNAVAILABLE', 'proxyUnavailable'));
    process.env.SERVER_REQUEST_WHITELIST = '127.0.0.1,localhost';
    expect(proxy.requests).toEqual([]);
  });
});

test('anonymous visitors and members do not learn of it', async () => {
  await add('listed');
  const anonymous = await (await fetch(`${world.app.url}/api/authenticators:publicList`)).text();
  expect(anonymous).toContain('listed');
  const { body } = await world.firstSignIn(world.newMember().userid);
  const member = await fetch(`${world.app.url}/api/authenticators:list`, {
    headers: { Authorization: `Bearer ${body.data?.token}`, 'X-Role': 'member' },
  });
  expect(member.status).toBe(403);
  for (const text of [anonymous, await member.text()]) {
    expect(text).not.toContain('proxy');
    expect(text).not.toContain(encodeURIComponent(PASSWORD));
  }
});

test('the log shows neither the password nor what the proxy was told', () => {
  const logs = readLogs();
  expect(logs).toContain('proxyAuthentication');
  for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), Buffer.from(proxy.user ?? '').toString('base64')]) {
    expect(logs).not.toContain(secret);
  }
});
