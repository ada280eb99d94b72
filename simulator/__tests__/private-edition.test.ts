import type { Simulator } from '..';
import { AGENT, CORP, call, post, start, tokenOf } from './helpers';

let wecom: Simulator;
let token: string;

beforeAll(async () => {
  wecom = await start();
});
beforeEach(async () => {
  wecom.reset();
  wecom.edition = 'private';
  token = await tokenOf(wecom);
});
afterAll(() => wecom.close());

const issue = () => wecom.issueCode({ corpId: CORP, agentId: AGENT, userid: 'zhangsan', scope: 'snsapi_privateinfo' });

test("today's identity calls are not there, and use no code up", async () => {
  const code = issue();
  for (const path of ['auth/getuserinfo', 'auth/getuserdetail']) {
    const answer = await fetch(`${wecom.apiBaseUrl}/cgi-bin/${path}?access_token=${token}&code=${code}`);
    expect([answer.status, await answer.text()]).toEqual([404, '']);
  }
  expect(await call(wecom, `user/getuserinfo?access_token=${token}&code=${code}`)).toMatchObject({ errcode: 0 });
});

test('the former ones answer with capitals', async () => {
  const info = await call(wecom, `user/getuserinfo?access_token=${token}&code=${issue()}`);
  expect(info).toMatchObject({ errcode: 0, UserId: 'ZhangSan', user_ticket: expect.any(String) });
  expect(info).not.toHaveProperty('userid');
  const detail = await call(
    wecom,
    `user/getuserdetail?access_token=${token}`,
    post({ user_ticket: info['user_ticket'] }),
  );
  expect(detail).toMatchObject({ errcode: 0, mobile: '13800000001' });
});

test('a member record has its older shape', async () => {
  const record = await call(wecom, `user/get?access_token=${token}&userid=zhangsan`);
  expect(record).toMatchObject({ errcode: 0, enable: 1, isleader: 0, english_name: expect.any(String), status: 1 });
  expect(record).not.toHaveProperty('direct_leader');
});

test('starting over brings the edition of the start back', () => {
  wecom.reset();
  expect(wecom.edition).toBe('public');
});
