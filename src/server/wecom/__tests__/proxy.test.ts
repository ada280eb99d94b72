import { createServer as createTlsServer } from 'node:https';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { checkUrlAgainstWhitelist, serverRequest } from '@nocobase/utils/lib/server-request';
import { DEMO_CORP_ID, DEMO_SECRET, type Simulator, demoCorp, startSimulator } from '../../../../simulator';
import { selfSignedCertificate } from '../../../../tests/network/certificate';
import { type TlsProxy, startTlsProxy } from '../../../../tests/network/tls-proxy';
import { type Behaviour, type ForwardProxy, startForwardProxy } from '../../../../tests/network/forward-proxy';
import { trust } from '../../../../tests/network/trust';
import { WeComError } from '../error';
import { throughProxy } from '../proxy';
import { type SendHttp, callWeCom } from '../transport';

/** Of calls that are to get an answer, and of those that are not. */
const TIMEOUT = 3000;
const SHORT = 400;
const USER = 'purchasing@example.com:p@ss/wörd%';
const whitelist = process.env.SERVER_REQUEST_WHITELIST;

let wecom: Simulator;
/** The simulator behind TLS, as `localhost`. */
let secureWecom: TlsProxy;
let secureUrl: string;
let proxy: ForwardProxy;
let tlsProxy: ForwardProxy;
const certificate = selfSignedCertificate('localhost');
const endings: (() => unknown)[] = [];

beforeAll(async () => {
  process.env.SERVER_REQUEST_WHITELIST = '127.0.0.1,localhost';
  wecom = await startSimulator({ corps: [demoCorp()] });
  secureWecom = await startTlsProxy(wecom.url, 0, certificate);
  secureUrl = secureWecom.url.replace('127.0.0.1', 'localhost');
  proxy = await startForwardProxy();
  tlsProxy = await startForwardProxy(certificate);
});

beforeEach(() => {
  endings.push(trust(certificate.cert));
  for (const each of [proxy, tlsProxy]) {
    each.requests.length = 0;
    each.behaviour = 'pass';
    each.user = undefined;
  }
});

afterEach(async () => {
  wecom.faults.clear();
  await Promise.all(endings.splice(0).map((end) => end()));
  // Whatever happened to a call, it leaves no connection behind.
  expect(await proxy.open()).toBe(0);
  expect(await tlsProxy.open()).toBe(0);
});

afterAll(async () => {
  if (whitelist === undefined) delete process.env.SERVER_REQUEST_WHITELIST;
  else process.env.SERVER_REQUEST_WHITELIST = whitelist;
  await Promise.all([proxy, tlsProxy, secureWecom, wecom].map((each) => each.close()));
});

/** @param proxyUrl undefined: nothing in the settings */
function gettoken(proxyUrl: string | undefined, base = secureUrl, timeout = TIMEOUT) {
  const direct = serverRequest as SendHttp;
  const send = proxyUrl ? throughProxy(direct, proxyUrl, checkUrlAgainstWhitelist) : direct;
  const query = { corpid: DEMO_CORP_ID, corpsecret: DEMO_SECRET };
  return callWeCom(send, base, { path: 'gettoken', query, timeout });
}

async function errorOf(call: Promise<unknown>): Promise<WeComError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(WeComError);
  const everything = inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(error);
  for (const secret of [DEMO_SECRET, 'purchasing', 'p@ss', 'p%40ss', Buffer.from(USER).toString('base64'), '://']) {
    expect(everything).not.toContain(secret);
  }
  return error as WeComError;
}

describe('gets through', () => {
  const ways = [
    ['http', () => proxy],
    ['https', () => tlsProxy],
  ] as const;

  test.each(ways)('%s proxy to WeCom over TLS: a tunnel that shows the proxy the host alone', async (_name, which) => {
    const one = which();
    await expect(gettoken(one.url)).resolves.toMatchObject({ errcode: 0, expires_in: 7200 });
    expect(one.requests).toEqual([`CONNECT ${new URL(secureUrl).host}`]);
    expect(one.seen().length).toBeGreaterThan(100);
    for (const secret of [DEMO_SECRET, DEMO_CORP_ID, 'cgi-bin']) {
      expect(one.seen()).not.toContain(secret);
    }
  });

  test.each(ways)('%s proxy to a private edition without TLS', async (_name, which) => {
    const one = which();
    await expect(gettoken(one.url, wecom.apiBaseUrl)).resolves.toMatchObject({ errcode: 0 });
    expect(one.requests).toEqual([expect.stringMatching(/^GET http:\/\/127\.0\.0\.1:\d+\/cgi-bin\/gettoken\?/)]);
  });

  test.each(ways)('%s proxy with user and password, special characters included', async (_name, which) => {
    const one = which();
    one.user = USER;
    await expect(gettoken(one.urlWithUser)).resolves.toMatchObject({ errcode: 0 });
    await expect(gettoken(one.urlWithUser, wecom.apiBaseUrl)).resolves.toMatchObject({ errcode: 0 });
  });

  test('many calls at once, and calls with a body', async () => {
    await Promise.all(Array.from({ length: 20 }, () => gettoken(proxy.url)));
    const send = throughProxy(serverRequest as SendHttp, proxy.url, checkUrlAgainstWhitelist);
    const post = { path: 'auth/getuserdetail', query: { access_token: 'x' }, body: { user_ticket: 't' } };
    await expect(callWeCom(send, secureUrl, { ...post, timeout: TIMEOUT })).rejects.toMatchObject({ errcode: 40014 });
  });
});

describe('TLS is checked against WeCom, whatever the proxy does', () => {
  test('a certificate that nobody vouches for, such as that of a proxy which reads along', async () => {
    endings.splice(0).forEach((end) => end());
    wecom.calls.reset();
    await expect(errorOf(gettoken(proxy.url))).resolves.toMatchObject({
      kind: 'network',
      detail: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
    expect(wecom.calls.total()).toBe(0);
  });

  test('a certificate of another host', async () => {
    const other = selfSignedCertificate('elsewhere.example.com');
    endings.push(trust(other.cert));
    const server = createTlsServer(other, (_req, res) => res.end('{}')) as Server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    endings.push(() => new Promise((resolve) => server.close(resolve)));
    const error = await errorOf(gettoken(proxy.url, `https://localhost:${(server.address() as AddressInfo).port}`));
    expect(error).toMatchObject({ kind: 'network', detail: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  test('a proxy with a certificate that nobody vouches for is told nothing', async () => {
    endings.splice(0).forEach((end) => end());
    tlsProxy.user = USER;
    for (const base of [secureUrl, wecom.apiBaseUrl]) {
      const error = await errorOf(gettoken(tlsProxy.urlWithUser, base));
      expect(error).toMatchObject({ kind: 'proxy', detail: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    }
    expect(tlsProxy.requests).toEqual([]);
  });
});

describe.each([
  ['over TLS', () => secureUrl],
  ['without TLS', () => wecom.apiBaseUrl],
])('a proxy that does not let through, to WeCom %s', (_name, base) => {
  test.each([
    ['none', (url: string) => url],
    ['wrong', (url: string) => url.replace('://', '://somebody:else@')],
  ])('407: user and password are %s', async (_kind, wrong) => {
    proxy.user = USER;
    await expect(errorOf(gettoken(wrong(proxy.url), base()))).resolves.toMatchObject({ kind: 'proxy', detail: '407' });
  });

  test('not running', async () => {
    const gone = await startForwardProxy();
    await gone.close();
    const error = await errorOf(gettoken(gone.url, base()));
    expect(error).toMatchObject({ call: 'gettoken', kind: 'proxy', detail: 'ECONNREFUSED' });
  });

  test.each<[Behaviour, RegExp]>([
    ['hang', /^(ABORT_ERR|ERR_CANCELED|ECONNABORTED)$/],
    ['garbage', /^HPE_INVALID_CONSTANT$/],
    ['hang-up', /^ECONNRESET$/],
  ])('%s', async (behaviour, detail) => {
    proxy.behaviour = behaviour;
    const started = Date.now();
    const error = await errorOf(gettoken(proxy.url, base(), behaviour === 'hang' ? SHORT : TIMEOUT));
    expect(error).toMatchObject({ kind: 'proxy', detail: expect.stringMatching(detail) });
    expect(Date.now() - started).toBeLessThan(4 * SHORT);
  });

  test('an address that the rules of the host forbid: no connection is made', async () => {
    process.env.SERVER_REQUEST_WHITELIST = 'localhost';
    try {
      const error = await errorOf(gettoken(proxy.url, base().replace('127.0.0.1', 'localhost')));
      expect(error).toMatchObject({ kind: 'proxy', detail: 'ERR_ADDRESS_NOT_ALLOWED' });
    } finally {
      process.env.SERVER_REQUEST_WHITELIST = '127.0.0.1,localhost';
    }
    expect(proxy.requests).toEqual([]);
  });
});

test.each([400, 403, 404, 502, 503])('a tunnel refused with %i is not taken for an answer of WeCom', async (status) => {
  proxy.behaviour = status;
  await expect(errorOf(gettoken(proxy.url))).resolves.toMatchObject({ kind: 'proxy', detail: String(status) });
});

test('the rules of the host hold for WeCom as well, though the proxy connects to it', async () => {
  const error = await errorOf(gettoken(proxy.url, 'https://169.254.169.254'));
  expect(error).toMatchObject({ kind: 'network', detail: 'not sent' });
  expect(proxy.requests).toEqual([]);
});

test.each<[string, Partial<WeComError>]>([
  ['hang', { kind: 'network' }],
  ['reset', { kind: 'network' }],
  ['huge', { kind: 'unreadable' }],
])('behind an open tunnel, WeCom is to blame: %s', async (kind, expected) => {
  wecom.faults.add({ call: '*', kind: kind as 'hang' });
  await expect(errorOf(gettoken(proxy.url, secureUrl, kind === 'hang' ? SHORT : TIMEOUT))).resolves.toMatchObject(
    expected,
  );
});

test('a proxy is reached by its IPv6 address, too', async () => {
  const error = await errorOf(gettoken('http://[::1]:1'));
  // Not ENOTFOUND, as for a name in brackets.
  expect(error).toMatchObject({ kind: 'proxy', detail: 'ERR_ADDRESS_NOT_ALLOWED' });
  process.env.SERVER_REQUEST_WHITELIST += ',::1';
  expect((await errorOf(gettoken('http://[::1]:1'))).detail).toMatch(/^E(CONNREFUSED|ADDRNOTAVAIL|AFNOSUPPORT)$/);
  process.env.SERVER_REQUEST_WHITELIST = '127.0.0.1,localhost';
});

describe('a proxy that the environment names', () => {
  const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy'];
  const before = Object.fromEntries(names.map((name) => [name, process.env[name]]));
  let other: ForwardProxy;

  beforeAll(async () => {
    other = await startForwardProxy();
    names.forEach((name) => delete process.env[name]);
    Object.assign(process.env, { http_proxy: other.url, https_proxy: other.url });
  });
  beforeEach(() => {
    other.requests.length = 0;
  });
  afterAll(async () => {
    for (const name of names) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
    await other.close();
  });

  test.each(['http', 'https'])('is used when the settings have none, and what it wants is told: %s', async (scheme) => {
    // For this machine itself axios never asks such a proxy, so WeCom has another name here.
    process.env.SERVER_REQUEST_WHITELIST += ',wecom.example.com';
    other.user = USER;
    const error = await errorOf(gettoken(undefined, `${scheme}://wecom.example.com`));
    expect(error).toMatchObject({ kind: 'proxy', detail: '407' });
    expect(other.requests).toEqual([
      expect.stringMatching(
        scheme === 'https' ? /^CONNECT wecom\.example\.com:443$/ : /^GET http:\/\/wecom\.example\.com\//,
      ),
    ]);
    process.env.SERVER_REQUEST_WHITELIST = '127.0.0.1,localhost';
  });

  test('is left alone when the settings have one', async () => {
    await expect(gettoken(proxy.url)).resolves.toMatchObject({ errcode: 0 });
    await expect(gettoken(proxy.url, wecom.apiBaseUrl)).resolves.toMatchObject({ errcode: 0 });
    expect([proxy.requests.length, other.requests.length]).toEqual([2, 0]);
  });
});
