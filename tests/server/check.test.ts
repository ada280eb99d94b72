import './environment';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEMO_AGENT_ID, DEMO_CORP_ID, DEMO_SECRET } from '../../simulator';
import type { CheckResult } from '../../src/shared/checks';
import { readLogs } from './app';
import { type Answer, answerOf } from './browser';
import { World, optionsFor } from './world';

type Api = (path: string, values?: unknown) => Promise<Answer>;

let world: World;
let admin: Api;
let secrets = 0;

beforeAll(async () => {
  world = await World.start();
  admin = await world.admin();
});
beforeEach(() => {
  world.wecom.reset();
  const { host } = new URL(world.app.url);
  Object.assign(app(), { oauthDomain: host, webLoginDomain: host });
});
afterAll(() => world.close());

const app = () => world.wecom.app(DEMO_CORP_ID, DEMO_AGENT_ID);

const homepage = (name = 'wecom') => `${world.app.url}/api/wecom:authorize?authenticator=${name}`;

function request(step: string, changes: Record<string, unknown> = {}, api = admin): Promise<Answer> {
  return api('wecom:check', { step, name: 'wecom', options: optionsFor(world.wecom, world.app.url, changes) });
}

async function check(step: string, changes: Record<string, unknown> = {}): Promise<CheckResult[]> {
  const { status, body } = await request(step, changes);
  expect([status, body.errors]).toEqual([200, undefined]);
  return body.data as unknown as CheckResult[];
}

/** Results as `check: finding`, which is what most tests look at. */
async function findings(step: string, changes: Record<string, unknown> = {}): Promise<Record<string, string>> {
  return Object.fromEntries((await check(step, changes)).map((result) => [result.check, result.finding]));
}

/** A Secret that nobody tried before: refusals are remembered for a minute. */
function wrongSecret(): string {
  secrets += 1;
  return `wrong-secret-number-${secrets}`;
}

describe('what is right', () => {
  test('is found to be fine', async () => {
    app().visible = null;
    app().homeUrl = homepage();
    expect(await findings('credentials')).toEqual({ credentials: 'ok' });
    expect(await findings('app')).toEqual({
      trustedIp: 'ok',
      agent: 'ok',
      visibleRange: 'everybody',
      callbackDomain: 'ok',
      webLoginDomain: 'byHand',
      homepage: 'ok',
      phone: 'byHand',
      clock: 'ok',
    });
    expect(await findings('origin')).toEqual({ origin: 'overHttp' });
  });

  test('WeCom is asked once for a token, and stores nothing', async () => {
    world.wecom.calls.reset();
    const before = await world.db.getRepository('authenticators').find();
    await check('credentials', { secret: DEMO_SECRET });
    await check('app');
    await check('app');
    expect(world.wecom.calls.count('gettoken')).toBeLessThanOrEqual(1);
    expect(await world.db.getRepository('authenticators').find()).toEqual(before);
  });

  test('variables and secrets are filled in', async () => {
    const { environment } = world.app.app;
    environment.setVariable('CHECK_CORP', DEMO_CORP_ID);
    environment.setVariable('CHECK_SECRET', DEMO_SECRET, { isSecret: true });
    environment.setVariable('CHECK_ORIGIN', world.app.url);
    const options = {
      corpId: '{{$env.CHECK_CORP}}',
      secret: '{{ $env.CHECK_SECRET }}',
      origin: '{{$env.CHECK_ORIGIN}}',
    };
    expect(await findings('credentials', options)).toEqual({ credentials: 'ok' });
    expect(await findings('app', options)).toMatchObject({ agent: 'ok', callbackDomain: 'ok' });
    expect(await findings('origin', options)).toEqual({ origin: 'overHttp' });
  });

  test('phone numbers that an old app sees', async () => {
    app().createdAfter2022 = false;
    expect(await findings('app')).toMatchObject({ phone: 'ok' });
  });
});

describe('Company ID and Secret', () => {
  test.each([
    ['companyUnknown', () => ({ corpId: 'wwunknown0123456789' })],
    ['secretRefused', () => ({ secret: wrongSecret() })],
    [
      'secretOfOtherCompany',
      () => {
        const secret = wrongSecret();
        world.wecom.addCorp({ corpId: 'wwother0123456789a', apps: [{ agentId: '1000002', secret }] });
        return { secret };
      },
    ],
  ])('%s', async (finding, changes) => {
    expect(await findings('credentials', changes())).toEqual({ credentials: finding, clock: 'ok' });
  });

  test('of a disabled app', async () => {
    const secret = wrongSecret();
    Object.assign(app(), { secret, enabled: false });
    expect(await findings('credentials', { secret })).toMatchObject({ credentials: 'secretRefused' });
  });

  test('a refused Secret is tried once, however often somebody clicks', async () => {
    const secret = wrongSecret();
    await check('credentials', { secret });
    world.wecom.calls.reset();
    for (const step of ['credentials', 'app', 'credentials']) {
      expect((await check(step, { secret }))[0]).toMatchObject({
        finding: 'secretRefused',
        repeatedAfter: expect.any(Number),
      });
    }
    expect(world.wecom.calls.total()).toBe(0);
  });

  test.each([
    [{ errcode: 45009 }, 'rateLimited'],
    [{ errcode: 45031 }, 'secretUnsafe'],
    [{ errcode: 12345 }, 'other'],
    ['reset', 'unreachable'],
    ['empty', 'notWeCom'],
    ['huge', 'notWeCom'],
    [{ status: 502 }, 'notWeCom'],
  ] as const)('WeCom answers %j', async (kind, finding) => {
    world.wecom.faults.add({ call: 'gettoken', kind });
    expect(await findings('credentials', { secret: wrongSecret() })).toMatchObject({ credentials: finding });
  });
});

describe('the app', () => {
  test('an address that is not trusted is named, and hides what is behind it', async () => {
    app().trustedIps = ['198.51.100.9'];
    world.wecom.callerIp = '203.0.113.5';
    const results = await check('app');
    expect(results[0]).toEqual({
      check: 'trustedIp',
      finding: 'notTrusted',
      state: 'wrong',
      values: { ip: '203.0.113.5' },
      copy: '203.0.113.5',
    });
    const others = results.slice(1).map(({ finding }) => finding);
    expect(others).toEqual([...Array(4).fill('notReached'), 'byHand', 'byHand', 'ok']);
  });

  test('an AgentId of another app, from a trusted address and from another one', async () => {
    expect(await findings('app', { agentId: '1000009' })).toMatchObject({ trustedIp: 'ok', agent: 'otherApp' });
    world.wecom.faults.add({ call: 'agent/get', kind: { errcode: 301002 } });
    world.wecom.faults.add({ call: 'getcallbackip', kind: { errcode: 60020 } });
    expect(await findings('app')).toMatchObject({ trustedIp: 'notTrusted', agent: 'otherApp' });
  });

  test('disabled, while its token lives on', async () => {
    await check('app');
    app().enabled = false;
    expect(await findings('app')).toMatchObject({ trustedIp: 'ok', agent: 'disabled' });
  });

  test('a token that was good until the Secret was reset', async () => {
    const secret = wrongSecret();
    app().secret = secret;
    await check('app', { secret });
    app().secret = wrongSecret();
    world.wecom.expireTokens();
    expect(await findings('app', { secret })).toMatchObject({ credentials: 'secretRefused', agent: 'notReached' });
  });

  test('ranges, domain and clock', async () => {
    Object.assign(app(), { visible: [], oauthDomain: 'www.example.com' });
    world.wecom.clockSkew = -400_000;
    const results = await check('app');
    expect(results.find((result) => result.check === 'callbackDomain')).toEqual({
      check: 'callbackDomain',
      finding: 'other',
      state: 'wrong',
      values: { domain: 'www.example.com', host: new URL(world.app.url).host },
      copy: new URL(world.app.url).host,
    });
    expect(await findings('app')).toMatchObject({ visibleRange: 'empty', clock: 'wrong' });
    expect(results.find((result) => result.check === 'clock')?.values).toEqual({
      seconds: expect.stringMatching(/^40[0-2]$/),
    });
  });

  test.each(['reset', 'empty', 'truncated-json', 'wrong-shape', { status: 500 }] as const)(
    'an answer that cannot be read (%j) is no 500',
    async (kind) => {
      world.wecom.faults.add({ call: 'agent/get', kind });
      expect(await findings('app')).toMatchObject({
        agent: 'notReached',
        homepage: 'notReached',
        clock: expect.any(String),
      });
    },
  );

  test('a WeCom that does not answer is given up in time', async () => {
    world.wecom.faults.add({ call: '*', kind: 'hang' });
    const began = Date.now();
    await check('app');
    expect(Date.now() - began).toBeLessThan(10_000);
  }, 15_000);
});

describe('the homepage', () => {
  const set = (changes: object) =>
    admin('wecom:setHomepage', {
      name: 'wecom',
      options: optionsFor(world.wecom, world.app.url),
      from: '',
      to: homepage(),
      ...changes,
    });

  test('is set when the administrator agreed to it, and then fine', async () => {
    const result = (await check('app')).find((each) => each.check === 'homepage');
    expect(result).toMatchObject({ finding: 'missing', change: { from: '', to: homepage() } });
    expect((await set(result?.change ?? {})).status).toBe(200);
    expect(app().homeUrl).toBe(homepage());
    expect(await findings('app')).toMatchObject({ homepage: 'ok' });
  });

  test.each([
    ['became another one', { from: 'https://old.example.com' }],
    ['would be another one', { to: 'https://evil.example.com' }],
    ['is not told', { from: undefined, to: undefined }],
  ])('is left alone when it %s', async (_, changes) => {
    expect(await set(changes)).toMatchObject({ status: 409, body: { errors: [{ code: 'WECOM_CONFIG_INVALID' }] } });
    expect(app().homeUrl).toBe('');
  });

  test.each([
    [{ errcode: 48002 }, 400],
    ['reset', 503],
  ] as const)('WeCom answers %j', async (kind, status) => {
    world.wecom.faults.add({ call: 'agent/set', kind });
    const answer = await set({});
    expect(answer).toMatchObject({ status, body: { errors: [{ message: expect.any(String) }] } });
    expect(app().homeUrl).toBe('');
  });
});

describe('the Origin', () => {
  let server: Server | undefined;
  const requests: string[] = [];

  /** Something else that serves HTTP. */
  async function serve(listener: RequestListener): Promise<string> {
    requests.length = 0;
    server = createServer((req, res) => {
      requests.push(req.url ?? '');
      listener(req, res);
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  test.each<[string, string, RequestListener]>([
    ['another site', 'notThis', (_, res) => res.end('<html>')],
    ['one that answers the same to all', 'notThis', (_, res) => res.end('{"trusted":true,"proof":"00"}')],
    ['an error', 'notThis', (_, res) => res.writeHead(404).end()],
    ['a redirect', 'redirected', (_, res) => res.writeHead(302, { Location: 'http://127.0.0.1:1/internal' }).end()],
    ['a hundred kilobytes', 'notThis', (_, res) => res.end('x'.repeat(100_000))],
    ['nobody', 'unreachable', (req) => req.socket.destroy()],
  ])('%s', async (_, finding, listener) => {
    const origin = await serve(listener);
    const results = await check('origin', { origin });
    expect(results.map((result) => result.finding)).toEqual([finding]);
    expect(requests).toHaveLength(1);
    expect(JSON.stringify(results)).not.toContain('internal');
  });

  test('another NocoBase of another key cannot pass for this one, a proxy before this one can', async () => {
    const origin = await serve(async (req, res) => {
      const answer = await fetch(world.app.url + req.url, {
        headers: { 'X-Forwarded-Host': String(req.headers.host) },
      });
      res.end(await answer.text());
    });
    expect(await findings('origin', { origin })).toEqual({ origin: 'overHttp' });
  });

  test('a proxy that does not pass on the host', async () => {
    const origin = await serve(async (req, res) => res.end(await (await fetch(world.app.url + req.url)).text()));
    expect(await findings('origin', { origin })).toEqual({ origin: 'proxyHeaders' });
  });

  test('another process of the same application', async () => {
    const twin = await world.app.startTwin();
    expect(await findings('origin', { origin: twin.url })).toEqual({ origin: 'overHttp' });
    await twin.close();
  });

  test('is not called when the host may not', async () => {
    expect(await findings('origin', { origin: 'https://noco.example.com' })).toEqual({ origin: 'notAllowed' });
  });

  test.each(['', 'x'.repeat(32), '0'.repeat(31), `${'0'.repeat(32)}&nonce=${'1'.repeat(32)}`])(
    'the echo answers no other nonce: %.40s',
    async (nonce) => {
      const answer = await fetch(`${world.app.url}/api/wecom:echo?origin=x&nonce=${nonce}`);
      expect(answer.status).toBe(400);
      await answer.text();
    },
  );
});

describe('what is refused', () => {
  const nowhere = () => expect(world.wecom.calls.total()).toBe(0);

  beforeEach(() => world.wecom.calls.reset());
  afterEach(nowhere);

  test('people who may not manage authenticators, and nobody at all', async () => {
    await world.firstSignIn('zhangsan');
    world.wecom.calls.reset();
    const browser = world.browser();
    const body = JSON.stringify({ step: 'app', name: 'wecom', options: optionsFor(world.wecom, world.app.url) });
    const signedIn = await world.round(browser, 'zhangsan');
    const token = signedIn.body.data?.token ?? '';
    world.wecom.calls.reset();
    for (const action of ['check', 'setHomepage']) {
      const call = async (headers: Record<string, string>) =>
        answerOf(
          await fetch(`${world.app.url}/api/wecom:${action}`, {
            method: 'POST',
            body,
            headers: { 'Content-Type': 'application/json', ...headers },
          }),
        );
      expect((await call({ Authorization: `Bearer ${token}` })).status).toBe(403);
      expect((await call({})).status).toBe(401);
    }
  });

  test('a role that may manage authenticators may check, too', async () => {
    await world.db.getRepository('roles').create({ values: { name: 'signin', snippets: ['pm.auth.authenticators'] } });
    const role = world.app.app.acl.getRole('signin');
    expect(role.snippetAllowed('wecom:check')).toBe(true);
    expect(role.snippetAllowed('wecom:setHomepage')).toBe(true);
    await world.db.getRepository('roles').create({ values: { name: 'other', snippets: ['ui.*', 'pm.users'] } });
    expect(world.app.app.acl.getRole('other').snippetAllowed('wecom:check')).toBeFalsy();
  });

  test.each(['nothing', '', '__proto__', 'constructor', 5, null, ['app']])('a step that is none: %j', async (step) => {
    expect((await admin('wecom:check', { step, name: 'wecom', options: {} })).status).toBe(400);
  });

  test.each<[unknown, unknown]>([
    [undefined, {}],
    ['', {}],
    ['x'.repeat(256), {}],
    [5, {}],
    ['wecom', undefined],
    ['wecom', 'text'],
    ['wecom', []],
    ['wecom', null],
  ])('a form that is none: %.20s %j', async (name, options) => {
    expect((await admin('wecom:check', { step: 'app', name, options })).status).toBe(400);
    expect((await admin('wecom:setHomepage', { name, options, from: '', to: '' })).status).toBe(400);
  });

  test.each<[string, unknown, string]>([
    ['corpId', 'x'.repeat(100_000), 'credentials'],
    ['secret', '{{$env.X}}'.repeat(20_000), 'credentials'],
    ['secret', ['a'], 'credentials'],
    ['secret', undefined, 'credentials'],
    ['corpId', { $ne: 1 }, 'credentials'],
    ['agentId', 'x'.repeat(100_000), 'app'],
    ['agentId', '12x', 'app'],
    ['apiBaseUrl', 'file:///etc/passwd', 'credentials'],
    ['apiBaseUrl', 'gopher://127.0.0.1', 'app'],
    ['apiBaseUrl', 'http://169.254.169.254/latest/meta-data', 'credentials'],
    ['apiBaseUrl', 'http://[::ffff:169.254.169.254]/', 'credentials'],
    ['apiBaseUrl', 'http://metadata.google.internal./', 'credentials'],
    ['apiBaseUrl', 'http://10.0.0.1:6379', 'credentials'],
    ['apiBaseUrl', 'http://localhost:6379', 'app'],
    ['origin', 'file:///etc/passwd', 'origin'],
    ['origin', 'javascript:alert(1)', 'origin'],
    ['origin', 'http://user:password@127.0.0.1', 'origin'],
    ['origin', `http://${'x'.repeat(100_000)}`, 'origin'],
    ['origin', 'http://127.0.0.1/api/users:list', 'origin'],
  ])('%s: %.40j', async (key, value, step) => {
    const { status, body } = await request(step, { [key]: value });
    expect(status).toBe(400);
    expect(body.errors?.[0]).toMatchObject({ code: 'WECOM_CONFIG_INVALID', field: key });
    expect(body.errors?.[0].message.length).toBeLessThan(300);
  });

  test('what one part does not look at does not hold it up', async () => {
    expect((await request('origin', { secret: '', agentId: 'x', apiBaseUrl: 'nonsense' })).status).toBe(200);
    expect((await request('credentials', { secret: '', origin: 'nonsense' })).body.errors?.[0].field).toBe('secret');
  });

  test('an Origin out of a secret, which the answer would show', async () => {
    world.app.app.environment.setVariable('HIDDEN', 'https://s3cret.example.com', { isSecret: true });
    for (const step of ['app', 'origin']) {
      const { status, body } = await request(step, { origin: '{{$env.HIDDEN}}' });
      expect([status, body.errors?.[0].field]).toEqual([400, 'origin']);
      expect(JSON.stringify(body)).not.toContain('s3cret');
    }
  });

  test('settings in an address', async () => {
    const query = new URLSearchParams({ step: 'app', name: 'wecom' });
    expect((await admin(`wecom:check?${query}`)).status).toBe(405);
    expect((await admin(`wecom:setHomepage?${query}`)).status).toBe(405);
  });
});

test('ten checks at once are bounded, and the next one is served', async () => {
  world.wecom.faults.add({ call: 'agent/get', kind: { delay: 2000 } });
  const first = Array.from({ length: 4 }, () => request('app'));
  while (world.wecom.calls.count('agent/get') < 4) await sleep(10);
  const answers = await Promise.all([...first, ...Array.from({ length: 6 }, () => request('app'))]);
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(4);
  expect(statuses.filter((status) => status === 429)).toHaveLength(6);
  expect(answers.find(({ status }) => status === 429)?.body.errors?.[0]).toMatchObject({
    code: 'WECOM_RATE_LIMITED',
    message: expect.stringContaining('Too many checks'),
  });
  world.wecom.faults.clear();
  expect((await request('app')).status).toBe(200);
});

test('what was in the forms is in no log', () => {
  expect(readLogs()).toContain('wecom:check');
  // World.close() looks for every Secret of this file; here for the options as such.
  expect(readLogs()).not.toMatch(/"actionName":"check"[^\n]*corpId/);
});
