import type { Simulator } from '..';
import { AGENT, CORP, OTHER_CORP, SECRET, call, start, time, tokenOf } from './helpers';

let wecom: Simulator;
beforeAll(async () => {
  wecom = await start();
});
afterEach(() => wecom.reset());
afterAll(() => wecom.close());

test('a token of about 214 characters with its life (WeCom doc 91039)', async () => {
  const answer = await call(wecom, `gettoken?corpid=${CORP}&corpsecret=${SECRET}`);
  expect(answer).toEqual({ errcode: 0, errmsg: 'ok', access_token: expect.any(String), expires_in: 7200 });
  expect(answer['access_token']).toHaveLength(214);
});

test('the same token inside its life, with what is left of it, and another one after (WeCom doc 91039)', async () => {
  const first = await tokenOf(wecom);
  time.pass(7_000_000);
  const again = await call(wecom, `gettoken?corpid=${CORP}&corpsecret=${SECRET}`);
  expect(again).toMatchObject({ access_token: first, expires_in: 200 });
  time.pass(200_000);
  expect(await tokenOf(wecom)).not.toBe(first);
});

test('each secret has its own token (WeCom doc 91039)', async () => {
  expect(await tokenOf(wecom)).not.toBe(await tokenOf(wecom, 'secret-of-second-app'));
});

test.each([
  ['neither parameter', '', 41004, 'corpsecret missing'],
  ['no secret', `?corpid=${CORP}`, 41004, 'corpsecret missing'],
  ['no corpid', `?corpsecret=${SECRET}`, 41002, 'corpid missing'],
  ['unknown corpid', `?corpid=wwnobody&corpsecret=${SECRET}`, 40013, 'invalid corpid'],
  ['wrong secret', `?corpid=${CORP}&corpsecret=wrong`, 40001, 'invalid credential'],
  ['secret of another company', `?corpid=${OTHER_CORP}&corpsecret=${SECRET}`, 40091, 'secret is invalid'],
])('%s (WeCom doc 90313)', async (_name, query, errcode, text) => {
  const answer = await call(wecom, `gettoken${query}`);
  expect(answer.errcode).toBe(errcode);
  expect(answer.errmsg).toMatch(
    new RegExp(
      `^${text}, hint: \\[\\d{25}\\], from ip: 127\\.0\\.0\\.1, more info at https://open\\.work\\.weixin\\.qq\\.com/devtool/query\\?e=${errcode}$`,
    ),
  );
  expect(answer).not.toHaveProperty('access_token');
});

test('a disabled app gets no token (WeCom doc 91039)', async () => {
  wecom.app(CORP, AGENT).enabled = false;
  expect((await call(wecom, `gettoken?corpid=${CORP}&corpsecret=${SECRET}`)).errcode).toBe(40001);
});

test('is not checked against the trusted IPs (section 1.2 of the API notes)', async () => {
  wecom.app(CORP, AGENT).trustedIps = ['203.0.113.5'];
  expect((await call(wecom, `gettoken?corpid=${CORP}&corpsecret=${SECRET}`)).errcode).toBe(0);
});
