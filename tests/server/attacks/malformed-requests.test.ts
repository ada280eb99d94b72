import '../environment';
import fc from 'fast-check';
import { Agent, type IncomingMessage, request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { TARGETS, hostileTarget } from '../../../src/shared/__tests__/hostile-targets';
import { servicesOf } from '../../../src/server/services';
import { AT_DESK, IN_WECOM } from '../browser';
import { CONSENT, World, failure } from '../world';

let world: World;

beforeAll(async () => {
  world = await World.start();
  await world.firstSignIn('zhangsan');
});

afterAll(() => world.close());

const { seed: SEED } = TARGETS;
const AT_ONCE = 25;
/** Each part is a test, so that a slow machine does not run into the limit of one. */
const PARTS = 5;
const BATCHES = 45;
const REQUESTS = PARTS * BATCHES * AT_ONCE;
const VISITS = 400;

interface Malformed {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: Buffer;
}

const from = fc.constantFrom<string[]>;
const text = fc.oneof(
  from('', 'wecom', 'basic', 'nobody', '__proto__', 'constructor', 'toString', 'null', 'undefined', '0', '-1', 'true'),
  from('0'.repeat(32), 'x'.repeat(513), 'x'.repeat(1000), '{"a":1}', '{', '[]', "' OR 1=1 --", '{{$env.X}}', '../..'),
  from('//evil.example', '/admin', '/\\evil.example', 'javascript:alert(1)', '张三', '\u2028', '😀'),
  fc.string({ maxLength: 20 }),
);
const encoded = fc.oneof(
  { weight: 4, arbitrary: text.map((value) => encodeURIComponent(Buffer.from(value).toString())) },
  { weight: 1, arbitrary: from('%', '%zz', '%c3%28', '%00', '%ff', '%u0041', '%2', '%25%', '+', '%0d%0aX:%201') },
);
const name = from(
  ...['authenticator', 'redirect', 'scope', 'retry', 'moved', 'code', 'state', 'values', 'values[code]', 'filter'],
  ...['authenticator[]', 'redirect[a][b]', 'state[]', '__proto__', '__proto__[x]', 'constructor[prototype][x]'],
  ...['filterByTk', 'fields', 'fields[]', 'appends[]', 'sort', 'page', 'pageSize', 'token', 'locale', 'timezone', ''],
  ...['whitelist', 'blacklist', 'tree', 'except', 'paginate', '__appName', 'a'.repeat(100), '[', ']', '[[', 'a[b'],
);
const query = fc
  .array(
    fc.oneof(
      fc.tuple(name, encoded).map(([key, value]) => `${key}=${value}`),
      encoded,
    ),
    { maxLength: 6 },
  )
  .map((pairs) => pairs.join('&').replace(/[^\x21-\x7e]/g, ''));

const headerValue = fc.oneof(
  text.map((value) => value.replace(/[^\x20-\x7e]/g, '')),
  from('*', ',', ';;;', 'a=b; c="d', '%', 'Bearer', 'Bearer x.y.z', 'Bearer undefined', 'Basic YTpi', 'gzip, gzip'),
);
/** Not X-Data-Source: the host answers one that it does not know with 500, whatever the request asks for. */
const header = fc.tuple(
  from(
    ...['X-Authenticator', 'Authorization', 'Cookie', 'X-Role', 'X-Locale', 'X-Timezone', 'X-Hostname', 'Accept'],
    ...['X-Forwarded-For', 'X-Forwarded-Host', 'X-Forwarded-Proto', 'Forwarded', 'Origin', 'Referer', 'User-Agent'],
    ...['If-None-Match', 'X-With-ACL-Meta', 'Range', 'X-App', 'X-Request-Id', 'X-HTTP-Method-Override', 'X-Action'],
    ...['Content-Type', 'Content-Encoding', 'Accept-Language', 'X-Request-Source', 'X-Form-Token'],
  ),
  headerValue,
);

const json: fc.Arbitrary<unknown> = fc.oneof(
  fc.record({ code: fc.anything({ maxDepth: 1 }), state: text }),
  fc.record({ code: text, state: fc.jsonValue({ maxDepth: 2 }) }),
  fc.jsonValue({ maxDepth: 3 }),
);
const textOf = (value: unknown) =>
  Buffer.from(JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}` : part)) ?? '');
const bytes = fc.oneof(
  { weight: 6, arbitrary: json.map(textOf) },
  { weight: 2, arbitrary: query.map((pairs) => Buffer.from(pairs)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array)) },
  {
    weight: 2,
    arbitrary: from(
      ...['{', '{"code":', '"', 'nul', '\ufeff{}', '{"code":"a","code":{}}', '{"__proto__":{"code":"a","state":"b"}}'],
      ...['{"constructor":{"prototype":{"x":1}}}', `${'['.repeat(1000)}${']'.repeat(1000)}`, `"${'x'.repeat(20_000)}"`],
      ...[`{"code":"${'x'.repeat(20_000)}","state":"${'0'.repeat(32)}"}`, '{"code":1e999}', '{"code":"\\ud800"}', '\0'],
    ).map((body) => Buffer.from(body)),
  },
  { weight: 1, arbitrary: fc.constant(gzipSync('{"code":"x","state":"y"}')) },
);

const common = {
  query,
  headers: fc.array(header, { maxLength: 5 }).map((pairs) => Object.fromEntries(pairs)),
  type: from(
    ...['application/json', 'application/json', 'application/json; charset=utf-99', 'application/JSON;charset="x'],
    ...['application/x-www-form-urlencoded', 'multipart/form-data', 'multipart/form-data; boundary=x', 'text/plain'],
    ...['application/vnd.api+json', 'application/csp-report', 'x', '/', 'text/xml', 'application/octet-stream'],
  ),
};

/** Everything may be wrong. */
const wild = fc
  .record({
    ...common,
    method: from('GET', 'POST', 'POST', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'PROPFIND', 'TRACE'),
    action: from('wecom:authorize', 'auth:signIn', 'auth:signIn'),
    aimed: fc.boolean(),
    body: fc.option(bytes, { nil: undefined }),
  })
  .map(({ action, aimed, method, headers, type, body, ...rest }): Malformed => ({
    method,
    path: `/api/${action}?${aimed ? 'authenticator=wecom&' : ''}${rest.query}`,
    headers: { 'Content-Type': type, ...headers, ...(aimed ? { 'X-Authenticator': 'wecom' } : {}) },
    body: ['GET', 'HEAD', 'TRACE'].includes(method) ? undefined : body,
  }));

/** The way in as browsers go it, with values that none would send. */
const door = fc
  .record({
    headers: common.headers,
    accept: from('text/html', '*/*'),
    userAgent: from(IN_WECOM, AT_DESK),
    redirect: hostileTarget.map((target) => encodeURIComponent(Buffer.from(target).toString())),
    rest: query,
  })
  .map(({ headers, accept, userAgent, redirect, rest }): Malformed => ({
    method: 'GET',
    path: `/api/wecom:authorize?authenticator=wecom&redirect=${redirect}${rest && `&${rest}`}`,
    headers: { ...headers, Accept: accept, 'User-Agent': userAgent },
  }));

/** The way back as clients go it, of a visit that never began. */
const back = fc
  .record({
    headers: common.headers,
    state: fc.string({ unit: from(...'0123456789abcdef'), minLength: 32, maxLength: 32 }),
    cookie: fc.oneof(
      from(
        '',
        'x',
        'a.b.c',
        'eyJhbGciOiJub25lIn0.e30.',
        'eyJhbGciOiJIUzI1NiJ9.bnVsbA.x',
        '"',
        '%',
        '\t',
        '='.repeat(3000),
      ),
      fc.base64String({ maxLength: 60 }),
    ),
    values: json,
  })
  .map(({ headers, state, cookie, values }): Malformed => ({
    method: 'POST',
    path: '/api/auth:signIn',
    headers: {
      ...headers,
      'Content-Type': 'application/json',
      'X-Authenticator': 'wecom',
      Cookie: `nb_wecom_main_${state.slice(0, 8)}=${cookie}; __Host-nb_wecom_main_${state.slice(0, 8)}=${cookie}`,
    },
    body: textOf(typeof values === 'object' ? { ...values, state } : { code: values, state }),
  }));

const malformed = fc.oneof(
  { weight: 3, arbitrary: wild },
  { weight: 1, arbitrary: door },
  { weight: 1, arbitrary: back },
);
const batch = fc.array(malformed, { minLength: AT_ONCE, maxLength: AT_ONCE });

/** Sends a request as it is; a connection that the server closes counts as a refusal. */
async function send(agent: Agent, sent: Malformed): Promise<{ status: number; text: string; location?: string }> {
  const { method, path, headers, body } = sent;
  const { hostname, port } = new URL(world.app.url);
  return new Promise((resolve, reject) => {
    const length = body ? { 'Content-Length': String(body.length) } : {};
    const outgoing = request({ agent, hostname, port, method, path, headers: { ...headers, ...length } });
    outgoing.on('response', (response: IncomingMessage) => {
      const { statusCode: status = 0, headers: answered } = response;
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status, text: Buffer.concat(chunks).toString(), location: answered.location }),
      );
      response.on('error', reject);
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve({ status: 0, text: '' }) : reject(error),
    );
    outgoing.end(body);
  });
}

/** How many rows there are, of everything. */
async function rows(): Promise<Record<string, number>> {
  await servicesOf(world.app.app).recentFailures.flush();
  const names = [...world.db.collections.keys()];
  const counts = await Promise.all(names.map((name) => world.db.getModel(name).count()));
  return Object.fromEntries(names.map((name, index) => [name, counts[index]]));
}

/** Fails with what was sent when an answer shows that something broke, or that somebody got in. */
function expectRefusal(sent: object, { status, text: answer }: { status: number; text: string }): void {
  if (status >= 500 || /"token"|eyJhbGciOi|\bat .*\.(js|ts):\d+/.test(answer)) {
    throw new Error(`${JSON.stringify(sent)} was answered ${status}: ${answer.slice(0, 300)}`);
  }
}

beforeAll(() => {
  // The host prints some of what it cannot read.
  jest.spyOn(console, 'log').mockImplementation();
});

beforeEach(() => {
  world.wecom.calls.reset();
});

afterAll(() => {
  jest.restoreAllMocks();
});

describe(`${REQUESTS} malformed requests (seed ${SEED})`, () => {
  /** Codes of failures, or paths that were led to, with how often. */
  const seen = new Map<string, number>();

  test.each(Array.from({ length: PARTS }, (_, part) => part + 1))(
    'get no 5xx and no session, leave no row and ask WeCom nothing: part %i',
    async (part) => {
      const before = await rows();
      const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
      const property = fc.asyncProperty(batch, async (requests) => {
        const answers = await Promise.all(requests.map((each) => send(agent, each)));
        answers.forEach((answer, index) => {
          const { body, ...rest } = requests[index];
          expectRefusal({ ...rest, body: body?.toString().slice(0, 300) }, answer);
          const { pathname } = new URL(answer.location ?? '/none', world.app.url);
          const kind = /"code":"(WECOM_\w+)"/.exec(answer.text)?.[1] ?? pathname;
          seen.set(kind, (seen.get(kind) ?? 0) + 1);
        });
      });
      // What is shrunk here would be all requests at once; the message names the one.
      await fc.assert(property, { seed: SEED + part, numRuns: BATCHES, endOnFailure: true });
      agent.destroy();
      const { wecomFailures, ...others } = await rows();
      expect(others).toEqual(Object.fromEntries(Object.entries(before).filter(([name]) => name !== 'wecomFailures')));
      // A row for each kind, however often it happened: visits that never began, and proxies that name another address.
      expect(wecomFailures).toBeLessThanOrEqual(2);
      expect(world.wecom.calls.total()).toBe(0);
    },
  );

  test('reach the code that they are meant for, which serves people afterwards', async () => {
    const times = (kind: string) => seen.get(kind) ?? 0;
    expect(times(new URL(world.wecom.oauthUrl).pathname)).toBeGreaterThan(200);
    expect(times(new URL(world.wecom.ssoUrl).pathname)).toBeGreaterThan(200);
    expect(times('/signin')).toBeGreaterThan(20);
    expect(times('WECOM_STATE_INVALID')).toBeGreaterThan(1_000);
    expect(times('WECOM_CONFIG_INVALID')).toBeGreaterThan(50);
    expect((await world.round(world.browser(), 'zhangsan')).status).toBe(200);
  });
});

describe(`${VISITS} returns of real visits with a malformed code (seed ${SEED})`, () => {
  const code = fc.oneof(text, fc.string({ unit: 'binary', maxLength: 600 }), fc.anything({ maxDepth: 2 }));

  test('sign nobody in; each costs a row, and a call when the code could be one', async () => {
    const before = await rows();
    let callable = 0;
    const property = fc.asyncProperty(fc.array(code, { minLength: AT_ONCE, maxLength: AT_ONCE }), async (codes) => {
      await Promise.all(
        codes.map(async (value) => {
          const browser = world.browser();
          const page = await browser.open('wecom', CONSENT);
          const body = textOf({ code: value, state: page.searchParams.get('state') }).toString();
          const answer = await browser.signIn('wecom', undefined, { body });
          const { code: sent } = JSON.parse(body) as { code?: unknown };
          callable += typeof sent === 'string' && sent.length > 0 && sent.length <= 512 ? 1 : 0;
          const reason = sent === undefined || sent === null || sent === '' ? 'cancelled' : 'codeInvalid';
          expect([body, answer]).toMatchObject([body, failure(401, 'WECOM_CODE_INVALID', reason)]);
        }),
      );
    });
    await fc.assert(property, { seed: SEED, numRuns: VISITS / AT_ONCE, endOnFailure: true });
    expect(await rows()).toEqual({
      ...before,
      wecomClaims: before.wecomClaims + VISITS,
      wecomFailures: expect.any(Number),
    });
    expect(callable).toBeGreaterThan(VISITS / 4);
    expect(world.wecom.calls.byPath()).toEqual({ 'auth/getuserinfo': callable });
  });
});
