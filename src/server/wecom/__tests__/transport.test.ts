import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { serverRequest } from '@nocobase/utils/lib/server-request';
import {
  DEMO_CORP_ID,
  DEMO_SECRET,
  type FaultKind,
  type Simulator,
  demoCorp,
  startSimulator,
} from '../../../../simulator';
import { WeComError } from '../error';
import { type SendHttp, callWeCom } from '../transport';

const send = serverRequest as SendHttp;
const TOKEN = 'an-access-token-that-nobody-may-see';
/** For what is answered, however busy the machine is, and for what never is. */
const PATIENCE = 4000;
const TIMEOUT = 400;

let wecom: Simulator;
const servers: Server[] = [];
const whitelist = process.env.SERVER_REQUEST_WHITELIST;

beforeAll(async () => {
  process.env.SERVER_REQUEST_WHITELIST = '127.0.0.1';
  wecom = await startSimulator({ corps: [demoCorp()] });
});

afterEach(() => {
  wecom.faults.clear();
});

afterAll(async () => {
  if (whitelist === undefined) delete process.env.SERVER_REQUEST_WHITELIST;
  else process.env.SERVER_REQUEST_WHITELIST = whitelist;
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  await wecom.close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function gettoken(base = wecom.apiBaseUrl, timeout = PATIENCE) {
  const query = { corpid: DEMO_CORP_ID, corpsecret: DEMO_SECRET };
  return callWeCom(send, base, { path: 'gettoken', query, timeout });
}

function getuserinfo(base = wecom.apiBaseUrl, timeout = PATIENCE) {
  const query = { access_token: TOKEN, code: 'a-code-that-nobody-may-see' };
  return callWeCom(send, base, { path: 'auth/getuserinfo', query, timeout });
}

async function errorOf(call: Promise<unknown>): Promise<WeComError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(WeComError);
  const everything = inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(error) + String(error);
  for (const secret of [DEMO_SECRET, TOKEN, 'a-code-that-nobody-may-see', 'corpsecret', 'access_token=', '://127']) {
    expect(everything).not.toContain(secret);
  }
  return error as WeComError;
}

test('an answer without errcode, or with 0, is handed on', async () => {
  await expect(gettoken()).resolves.toMatchObject({ errcode: 0, expires_in: 7200 });
  const base = await serve((_req, res) => res.end('{"userid":"x"}'));
  await expect(getuserinfo(base)).resolves.toEqual({ userid: 'x' });
});

test.each<[string, FaultKind, Partial<WeComError>]>([
  ['reset', 'reset', { kind: 'network', detail: 'ECONNRESET' }],
  ['broken off in the middle', 'cut-off', { kind: 'unreadable', detail: 'too large or broken off' }],
  ['a gateway error', { status: 502 }, { kind: 'status', detail: '502' }],
  ['a page with status 200', { body: '<html><body>login</body></html>' }, { kind: 'unreadable', detail: 'not JSON' }],
  ['unknown path', { status: 404 }, { kind: 'status', detail: '404' }],
  ['cut off', 'truncated-json', { kind: 'unreadable', detail: 'not JSON' }],
  ['empty', 'empty', { kind: 'unreadable', detail: 'not JSON' }],
  ['32 MB', 'huge', { kind: 'unreadable', detail: 'too large or broken off' }],
  ['nested', { body: `${'['.repeat(5000)}${']'.repeat(5000)}` }, { kind: 'unreadable' }],
  ['a list', { body: '[1]' }, { kind: 'unreadable', detail: 'not an object' }],
  ['null', { body: 'null' }, { kind: 'unreadable', detail: 'not an object' }],
  ['a number', { body: '5' }, { kind: 'unreadable', detail: 'not an object' }],
  ['errcode as text', { body: '{"errcode":"0"}' }, { kind: 'unreadable', detail: 'errcode is not a number' }],
  ['errcode as a list', { body: '{"errcode":[40014]}' }, { kind: 'unreadable' }],
])('an answer that is no answer: %s', async (_name, kind, expected) => {
  wecom.faults.add({ call: '*', kind });
  for (const call of [gettoken, getuserinfo]) {
    const error = await errorOf(call());
    expect(error).toMatchObject({ ...expected, errcode: undefined });
  }
});

test.each<[string, FaultKind]>([
  ['never comes', 'hang'],
  ['comes too late', { delay: 700 }],
])('an answer that %s', async (_name, kind) => {
  wecom.faults.add({ call: '*', kind });
  for (const call of [gettoken, getuserinfo]) {
    expect(await errorOf(call(wecom.apiBaseUrl, TIMEOUT))).toMatchObject({ kind: 'network', errcode: undefined });
  }
});

test('connection refused', async () => {
  const base = await serve(() => undefined);
  const server = servers.pop() as Server;
  await new Promise((resolve) => server.close(resolve));
  await expect(errorOf(gettoken(base))).resolves.toMatchObject({
    call: 'gettoken',
    kind: 'network',
    detail: 'ECONNREFUSED',
  });
});

test('an answer that trickles in for ever', async () => {
  wecom.faults.add({ call: '*', kind: 'trickle' });
  const started = Date.now();
  await expect(errorOf(gettoken(wecom.apiBaseUrl, TIMEOUT))).resolves.toMatchObject({ kind: 'network' });
  expect(Date.now() - started).toBeLessThan(4 * TIMEOUT);
});

test('an address that the rules of the host forbid', async () => {
  const error = await errorOf(gettoken('http://localhost:1'));
  expect(error).toMatchObject({ kind: 'network', detail: 'not sent' });
});

test('a redirect is not followed: it would carry the secret elsewhere', async () => {
  const elsewhere = jest.fn<void, Parameters<RequestListener>>((_req, res) => void res.end('{}'));
  const other = await serve(elsewhere);
  const base = await serve((req, res) => res.writeHead(302, { Location: other + (req.url ?? '') }).end());
  await expect(errorOf(gettoken(base))).resolves.toMatchObject({ kind: 'status', detail: '302' });
  expect(elsewhere).not.toHaveBeenCalled();
});

test('a refusal carries what support asks for', async () => {
  wecom.app(DEMO_CORP_ID, '1000002').trustedIps = ['203.0.113.5'];
  const { access_token: token } = (await gettoken()) as { access_token: string };
  const query = { access_token: token, userid: 'zhangsan' };
  const error = await errorOf(callWeCom(send, wecom.apiBaseUrl, { path: 'user/get', query, timeout: PATIENCE }));
  expect(error).toMatchObject({ call: 'user/get', kind: 'refused', errcode: 60020, ip: '127.0.0.1' });
  expect(error.hint).toMatch(/^\d{25}$/);
  wecom.app(DEMO_CORP_ID, '1000002').trustedIps = null;
});

test.each<[unknown, Partial<WeComError>]>([
  [
    'invalid code, hint: [1700000000123], from ip: 2001:db8::1, more info at x',
    { hint: '1700000000123', ip: '2001:db8::1' },
  ],
  ['from ip: <script>, hint: [a b]', { hint: undefined, ip: undefined }],
  [`hint: [${'9'.repeat(1000)}]`, { hint: undefined }],
  ['not a tail', { hint: undefined, ip: undefined }],
  [{ a: 1 }, { hint: undefined, ip: undefined }],
  [undefined, { hint: undefined, ip: undefined }],
])('the tail of a message: %j', async (errmsg, expected) => {
  wecom.faults.add({ call: '*', kind: { body: JSON.stringify({ errcode: 40029, errmsg }) } });
  await expect(errorOf(gettoken())).resolves.toMatchObject({ errcode: 40029, ...expected });
});

test('a message that quotes secrets is not kept', async () => {
  wecom.faults.add({ call: '*', kind: { errcode: 40001, errmsg: `bad secret ${DEMO_SECRET} ${TOKEN}` } });
  await errorOf(getuserinfo());
});

test('a call with a body is a POST, and values are encoded', async () => {
  const seen: { method?: string; url?: string; body: string }[] = [];
  const base = await serve((req, res) => {
    let body = '';
    req.on('data', (chunk) => (body += chunk));
    req.on('end', () => {
      seen.push({ method: req.method, url: req.url, body });
      res.end('{}');
    });
  });
  await callWeCom(send, `${base}/relay/`, { path: 'a/b', query: { code: '&x=1 +/?#' }, timeout: PATIENCE });
  await callWeCom(send, base, { path: 'a/b', body: { user_ticket: 't' }, timeout: PATIENCE });
  expect(seen[0]).toMatchObject({ method: 'GET', url: '/relay/cgi-bin/a/b?code=%26x%3D1+%2B%2F%3F%23', body: '' });
  expect(seen[1]).toEqual({ method: 'POST', url: '/cgi-bin/a/b', body: '{"user_ticket":"t"}' });
});
