import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultInput, Simulator } from '..';
import { CORP, SECRET, AGENT, call, start, tokenOf } from './helpers';

let wecom: Simulator;
beforeAll(async () => {
  wecom = await start();
});
afterEach(() => wecom.reset());
afterAll(() => wecom.close());

const gettoken = () => fetch(`${wecom.apiBaseUrl}/cgi-bin/gettoken?corpid=${CORP}&corpsecret=${SECRET}`);
const add = (fault: Omit<FaultInput, 'call'>) => wecom.faults.add({ call: 'gettoken', ...fault });

test('hits the named call only, as often as asked, then lets it through', async () => {
  const token = await tokenOf(wecom);
  add({ times: 2, kind: { errcode: -1 } });
  expect((await call(wecom, `getcallbackip?access_token=${token}`)).errcode).toBe(0);
  expect((await (await gettoken()).json()).errcode).toBe(-1);
  expect((await (await gettoken()).json()).errcode).toBe(-1);
  expect((await (await gettoken()).json()).errcode).toBe(0);
  expect(wecom.faults.list()).toEqual([]);
});

test('* hits every call until it is removed', async () => {
  const remove = wecom.faults.add({ call: '*', kind: { errcode: 45009 } });
  for (let round = 0; round < 3; round += 1) {
    expect(await call(wecom, 'user/get')).toMatchObject({
      errcode: 45009,
      errmsg: expect.stringMatching(/^api freq out of limit, hint:/),
      department: [],
    });
  }
  remove();
  expect((await call(wecom, 'user/get')).errcode).toBe(41001);
});

test('one after the other, and all gone with clear', async () => {
  add({ times: 1, kind: { errcode: 40001 } });
  add({ kind: { errcode: 45009 } });
  expect((await (await gettoken()).json()).errcode).toBe(40001);
  expect((await (await gettoken()).json()).errcode).toBe(45009);
  wecom.faults.clear();
  expect((await (await gettoken()).json()).errcode).toBe(0);
});

test('an errcode with a text of its own, also one that no header can hold', async () => {
  add({ kind: { errcode: 60020, errmsg: '拒绝\ud800\n' } });
  const response = await gettoken();
  expect(response.headers.get('error-msg')).toMatch(/^%E6%8B%92%E7%BB%9D%EF%BF%BD%0A, hint:/);
  expect((await response.json()).errmsg).toMatch(/^拒绝/);
});

test('a call may be named with its prefix', async () => {
  wecom.faults.add({ call: '/cgi-bin/gettoken', times: 1, kind: 'empty' });
  expect(await (await gettoken()).text()).toBe('');
});

test('delay', async () => {
  add({ times: 1, kind: { delay: 120 } });
  const before = performance.now();
  expect((await (await gettoken()).json()).errcode).toBe(0);
  expect(performance.now() - before).toBeGreaterThan(110);
});

test('reset breaks the connection', async () => {
  add({ times: 1, kind: 'reset' });
  await expect(gettoken()).rejects.toThrow('fetch failed');
  expect((await gettoken()).status).toBe(200);
});

test('hang never answers', async () => {
  add({ kind: 'hang' });
  const url = `${wecom.apiBaseUrl}/cgi-bin/gettoken`;
  const patience = new AbortController();
  const answer = fetch(url, { signal: patience.signal });
  const gone = expect(answer).rejects.toThrow(/aborted/);
  while (wecom.calls.list().length === 0) await sleep(5);
  await sleep(150);
  patience.abort();
  await gone;
  expect(wecom.calls.list()).toEqual([expect.objectContaining({ path: 'gettoken', errcode: null, fault: 'hang' })]);
});

test('cut off in the middle, after the code was used up', async () => {
  const token = await tokenOf(wecom);
  const code = wecom.issueCode({ corpId: CORP, agentId: AGENT, userid: 'lisi' });
  wecom.faults.add({ call: 'auth/getuserinfo', times: 1, kind: 'cut-off' });
  const url = `${wecom.apiBaseUrl}/cgi-bin/auth/getuserinfo?access_token=${token}&code=${code}`;
  const response = await fetch(url);
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow('terminated');
  expect((await (await fetch(url)).json()).errcode).toBe(40029);
});

test('trickle sends something for ever', async () => {
  add({ kind: 'trickle' });
  const patience = new AbortController();
  const response = await fetch(`${wecom.apiBaseUrl}/cgi-bin/gettoken`, { signal: patience.signal });
  const reader = response.body!.getReader();
  for (let chunk = 0; chunk < 3; chunk += 1) {
    expect(new TextDecoder().decode((await reader.read()).value)).toMatch(/^ +$/);
  }
  patience.abort();
  await expect(
    (async () => {
      while (!(await reader.read()).done);
    })(),
  ).rejects.toThrow(/aborted/);
});

test('gone: the last answer, then nobody listens until it comes back', async () => {
  const token = await tokenOf(wecom);
  wecom.faults.add({ call: 'getcallbackip', times: 1, kind: 'gone' });
  expect((await call(wecom, `getcallbackip?access_token=${token}`)).errcode).toBe(0);
  const refused = expect.objectContaining({ cause: expect.objectContaining({ code: 'ECONNREFUSED' }) });
  await expect(gettoken()).rejects.toEqual(refused);
  await wecom.comeBack();
  expect((await gettoken()).status).toBe(200);
  await wecom.comeBack();
  wecom.goAway();
  await expect(gettoken()).rejects.toEqual(refused);
  await wecom.comeBack();
  expect((await gettoken()).status).toBe(200);
});

test('a gateway error in HTML', async () => {
  add({ kind: { status: 502 } });
  const response = await gettoken();
  expect([response.status, response.headers.get('content-type')]).toEqual([502, 'text/html; charset=UTF-8']);
  expect(await response.text()).toContain('<h1>502</h1>');
});

test('truncated JSON, after the code was used up', async () => {
  const token = await tokenOf(wecom);
  const code = wecom.issueCode({ corpId: CORP, agentId: AGENT, userid: 'lisi' });
  wecom.faults.add({ call: 'auth/getuserinfo', times: 1, kind: 'truncated-json' });
  const url = `${wecom.apiBaseUrl}/cgi-bin/auth/getuserinfo?access_token=${token}&code=${code}`;
  const text = await (await fetch(url)).text();
  expect(text).toMatch(/^\{"errcode":0/);
  expect(() => JSON.parse(text)).toThrow();
  expect((await (await fetch(url)).json()).errcode).toBe(40029);
});

test.each([
  ['gettoken', { errcode: 0, access_token: ['a'] }],
  ['auth/getuserinfo', { userid: 1000 }],
  ['auth/getuserdetail', { mobile: 13800000001 }],
  ['user/get', ['not', 'an', 'object']],
])('%s in the wrong shape', async (name, part) => {
  wecom.faults.add({ call: name, kind: 'wrong-shape' });
  expect(await (await fetch(`${wecom.apiBaseUrl}/cgi-bin/${name}`)).json()).toMatchObject(part);
});

test('a body of any text', async () => {
  add({ kind: { body: 'null' } });
  expect(await (await gettoken()).json()).toBeNull();
});

test('huge: many megabytes, and it stops when the caller hangs up', async () => {
  add({ kind: 'huge' });
  const whole = await (await gettoken()).text();
  expect(whole.length).toBeGreaterThan(30_000_000);
  expect(JSON.parse(whole).errcode).toBe(0);
  const abort = new AbortController();
  const response = await fetch(`${wecom.apiBaseUrl}/cgi-bin/gettoken`, { signal: abort.signal });
  abort.abort();
  await expect(response.text()).rejects.toThrow();
  expect(wecom.calls.count('gettoken')).toBe(2);
});
