import { serverRequest } from '@nocobase/utils/lib/server-request';
import {
  DEMO_AGENT_ID,
  DEMO_CORP_ID,
  DEMO_SECRET,
  type Simulator,
  demoCorp,
  startSimulator,
} from '../../../../simulator';
import { AccessTokens } from '../access-tokens';
import { WeComClient } from '../client';
import type { SendHttp } from '../transport';

const send = serverRequest as SendHttp;
const whitelist = process.env.SERVER_REQUEST_WHITELIST;

let wecom: Simulator;
let tokens: AccessTokens;

beforeAll(async () => {
  process.env.SERVER_REQUEST_WHITELIST = '127.0.0.1';
  wecom = await startSimulator({ corps: [demoCorp()] });
});

beforeEach(() => {
  wecom.reset();
  const kept = new Map<string, unknown>();
  const store = {
    get: async <T>(key: string) => kept.get(key) as T | undefined,
    set: async (key: string, value: unknown) => kept.set(key, value),
  };
  tokens = new AccessTokens(store, (_key, run) => run());
});

afterAll(async () => {
  if (whitelist === undefined) delete process.env.SERVER_REQUEST_WHITELIST;
  else process.env.SERVER_REQUEST_WHITELIST = whitelist;
  await wecom.close();
});

/** A client as a new sign-in gets it; tokens outlive it. */
function client(sendHttp: SendHttp = send) {
  return new WeComClient({ apiBaseUrl: wecom.apiBaseUrl, corpId: DEMO_CORP_ID, secret: DEMO_SECRET }, tokens, sendHttp);
}

function code(who: { userid?: string; openid?: string; linked?: string } = { userid: 'zhangsan' }, consent = false) {
  const scope = consent ? 'snsapi_privateinfo' : 'snsapi_base';
  return wecom.issueCode({ corpId: DEMO_CORP_ID, agentId: DEMO_AGENT_ID, ...who, scope });
}

test('a member, somebody outside, and somebody of a linked company', async () => {
  await expect(client().identify(code())).resolves.toEqual({ kind: 'member', userid: 'zhangsan' });
  await expect(client().identify(code({ openid: 'oX' }))).resolves.toEqual({ kind: 'stranger' });
  await expect(client().identify(code({ linked: 'wwother/lin' }))).resolves.toEqual({ kind: 'linked' });
  expect(wecom.calls.byPath()).toEqual({ gettoken: 1, 'auth/getuserinfo': 3 });
});

test('detail by ticket and record from the contacts', async () => {
  const one = client();
  const identity = await one.identify(code(undefined, true));
  const ticket = identity.kind === 'member' ? identity.userTicket : undefined;
  await expect(one.memberDetail(String(ticket))).resolves.toEqual({
    userid: 'zhangsan',
    mobile: '13800000001',
    email: 'zhangsan@example.com',
  });
  await expect(one.memberRecord('zhangsan')).resolves.toMatchObject({ name: '张三', status: 1 });
});

describe('a token that WeCom refuses', () => {
  test('ended early (40014): one new token, and the code once more, which WeCom had not looked at', async () => {
    await client().identify(code());
    wecom.expireTokens();
    wecom.calls.reset();
    await expect(client().identify(code())).resolves.toMatchObject({ userid: 'zhangsan' });
    expect(wecom.calls.byPath()).toEqual({ gettoken: 1, 'auth/getuserinfo': 2 });
  });

  test.each([40001, 40014, 42001])('errcode %i once', async (errcode) => {
    wecom.faults.add({ call: 'auth/getuserinfo', times: 1, kind: { errcode } });
    await expect(client().identify(code())).resolves.toMatchObject({ userid: 'zhangsan' });
    expect(wecom.calls.count('gettoken')).toBe(2);
  });

  test('again and again: given up after one new token', async () => {
    wecom.faults.add({ call: 'auth/getuserinfo', kind: { errcode: 40014 } });
    await expect(client().identify(code())).rejects.toMatchObject({ call: 'auth/getuserinfo', errcode: 40014 });
    expect(wecom.calls.byPath()).toEqual({ gettoken: 2, 'auth/getuserinfo': 2 });
  });

  test('for fifty sign-ins at once: one new token', async () => {
    await client().identify(code());
    wecom.expireTokens();
    wecom.calls.reset();
    await Promise.all(Array.from({ length: 50 }, () => client().identify(code())));
    expect(wecom.calls.count('gettoken')).toBe(1);
    expect(wecom.calls.count('auth/getuserinfo')).toBeLessThanOrEqual(100);
  });

  test('a wrong secret is asked with once', async () => {
    wecom.app(DEMO_CORP_ID, DEMO_AGENT_ID).secret = 'renewed';
    await expect(client().identify(code())).rejects.toMatchObject({ call: 'gettoken', errcode: 40001 });
    expect(wecom.calls.byPath()).toEqual({ gettoken: 1 });
  });
});

describe('a code is never sent to WeCom twice', () => {
  test.each([-1, 6000, 40029, 45009, 50001, 42003])('after errcode %i', async (errcode) => {
    wecom.faults.add({ call: 'auth/getuserinfo', kind: { errcode } });
    await expect(client().identify(code())).rejects.toMatchObject({ errcode });
    expect(wecom.calls.count('auth/getuserinfo')).toBe(1);
    expect(wecom.calls.count('user/getuserinfo')).toBe(0);
  });

  test.each(['reset', 'truncated-json', 'empty', 'wrong-shape'] as const)(
    'after an answer that is %s',
    async (kind) => {
      wecom.faults.add({ call: 'auth/getuserinfo', kind });
      await expect(client().identify(code())).rejects.toMatchObject({ call: 'auth/getuserinfo' });
      expect(wecom.calls.count('auth/getuserinfo')).toBe(1);
      expect(wecom.calls.count('user/getuserinfo')).toBe(0);
    },
  );

  test.each([500, 502, 503, 302])('after HTTP %i', async (status) => {
    wecom.faults.add({ call: 'auth/getuserinfo', kind: { status } });
    await expect(client().identify(code())).rejects.toMatchObject({ kind: 'status', detail: String(status) });
    expect(wecom.calls.count('auth/getuserinfo')).toBe(1);
  });
});

describe('busy (-1)', () => {
  test.each(['gettoken', 'user/get'])('%s is asked twice more, with more time in between', async (call) => {
    wecom.faults.add({ call, times: 2, kind: { errcode: -1 } });
    await expect(client().memberRecord('zhangsan')).resolves.toMatchObject({ name: '张三' });
    const times = wecom.calls.list().flatMap(({ path, at }) => (path === call ? at : []));
    expect(times).toHaveLength(3);
    expect(times[1] - times[0]).toBeGreaterThan(350);
    expect(times[2] - times[1]).toBeGreaterThan(750);
  });

  test.each(['auth/getuserdetail', 'user/getuserdetail'])('%s, too: its ticket can be used again', async (call) => {
    const one = client();
    const identity = await one.identify(code(undefined, true));
    const ticket = identity.kind === 'member' ? identity.userTicket : undefined;
    if (call.startsWith('user/')) wecom.faults.add({ call: 'auth/getuserdetail', kind: { status: 404 } });
    wecom.faults.add({ call, times: 1, kind: { errcode: -1 } });
    await expect(one.memberDetail(String(ticket))).resolves.toMatchObject({ mobile: '13800000001' });
    expect(wecom.calls.count(call)).toBe(2);
  });

  test('and not a fourth time', async () => {
    wecom.faults.add({ call: 'user/get', kind: { errcode: -1 } });
    await expect(client().memberRecord('zhangsan')).rejects.toMatchObject({ errcode: -1 });
    expect(wecom.calls.count('user/get')).toBe(3);
  });
});

describe('a private edition that only has the former paths', () => {
  beforeEach(() => {
    wecom.faults.add({ call: 'auth/getuserinfo', kind: { status: 404 } });
    wecom.faults.add({ call: 'auth/getuserdetail', kind: { status: 404 } });
  });

  test('answers with capitals, and is asked once by each path', async () => {
    await expect(client().identify(code())).resolves.toMatchObject({ kind: 'member', userid: 'zhangsan' });
    await expect(client().identify(code({ openid: 'oX' }))).resolves.toEqual({ kind: 'stranger' });
    expect(wecom.calls.byPath()).toEqual({ gettoken: 1, 'auth/getuserinfo': 2, 'user/getuserinfo': 2 });
  });

  test('gives the detail', async () => {
    const one = client();
    const identity = await one.identify(code(undefined, true));
    const ticket = identity.kind === 'member' ? identity.userTicket : undefined;
    await expect(one.memberDetail(String(ticket))).resolves.toMatchObject({ mobile: '13800000001' });
  });

  test('or neither path, when the address is not that of WeCom', async () => {
    wecom.faults.add({ call: 'user/getuserinfo', kind: { status: 404 } });
    await expect(client().identify(code())).rejects.toMatchObject({ call: 'user/getuserinfo', detail: '404' });
  });
});

test('an address at which there is not even gettoken is asked once', async () => {
  wecom.faults.add({ call: 'gettoken', kind: { status: 404 } });
  await expect(client().identify(code())).rejects.toMatchObject({ call: 'gettoken', detail: '404' });
  expect(wecom.calls.byPath()).toEqual({ gettoken: 1 });
});

describe('time', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  /** Answers each call after the given time, or gives it up when its limit is reached. */
  function slow(ms: number) {
    const limits: number[] = [];
    const sendHttp: SendHttp = async ({ timeout }) => {
      limits.push(timeout);
      await new Promise((resolve) => setTimeout(resolve, Math.min(ms, timeout)));
      if (ms >= timeout) throw Object.assign(new Error('timeout'), { code: 'ECONNABORTED' });
      const data = JSON.stringify({ access_token: 't', expires_in: 7200, userid: 'zhangsan' });
      return { status: 200, data };
    };
    return { limits, sendHttp };
  }

  test('each call has a limit', async () => {
    jest.useFakeTimers();
    const { limits, sendHttp } = slow(60_000);
    const failed = expect(client(sendHttp).identify('code')).rejects.toMatchObject({ kind: 'network' });
    await jest.advanceTimersByTimeAsync(4100);
    await failed;
    expect(limits).toEqual([4000]);
  });

  test('all calls of a sign-in share one', async () => {
    jest.useFakeTimers();
    const { limits, sendHttp } = slow(3500);
    const started = Date.now();
    const one = client(sendHttp);
    const failed = expect(
      one.identify('code').then(() => Promise.all([one.memberRecord('zhangsan'), one.memberDetail('t')])),
    ).rejects.toMatchObject({ kind: 'network' });
    await jest.advanceTimersByTimeAsync(10_000);
    await failed;
    expect(limits).toEqual([4000, 4000, 1500, 1500]);
    await expect(one.memberRecord('zhangsan')).rejects.toMatchObject({ kind: 'network', detail: 'out of time' });
    expect(limits).toHaveLength(4);
    expect(Date.now() - started).toBeGreaterThan(8500);
  });

  test('WeCom is not waited for beyond it when it is busy', async () => {
    jest.useFakeTimers();
    const busy: SendHttp = async ({ url }) => {
      const isToken = url.includes('gettoken');
      await new Promise((resolve) => setTimeout(resolve, isToken ? 100 : 3900));
      return { status: 200, data: JSON.stringify(isToken ? { access_token: 't', expires_in: 7200 } : { errcode: -1 }) };
    };
    const failed = expect(client(busy).memberRecord('zhangsan')).rejects.toMatchObject({ errcode: -1 });
    await jest.advanceTimersByTimeAsync(8400);
    await failed;
  });

  test('waiting for a token that others are getting is limited, too', async () => {
    jest.useFakeTimers();
    tokens = new AccessTokens({ get: async () => undefined, set: async () => undefined }, () => new Promise(() => {}));
    const failed = expect(client().identify('code')).rejects.toMatchObject({ call: 'gettoken', detail: 'out of time' });
    await jest.advanceTimersByTimeAsync(8600);
    await failed;
  });
});
