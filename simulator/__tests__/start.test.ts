import { DEMO_AGENT_ID, DEMO_CORP_ID, DEMO_SECRET, demoCorp, startSimulator, type Simulator } from '..';

let wecom: Simulator;
beforeAll(async () => {
  wecom = await startSimulator({ corps: [demoCorp()] });
});
afterAll(() => wecom.close());

test('a code leads to a member, with a real token over real HTTP', async () => {
  const token = await fetch(`${wecom.apiBaseUrl}/cgi-bin/gettoken?corpid=${DEMO_CORP_ID}&corpsecret=${DEMO_SECRET}`);
  const { access_token } = await token.json();
  expect(access_token).toHaveLength(214);
  const code = wecom.issueCode({ corpId: DEMO_CORP_ID, agentId: DEMO_AGENT_ID, userid: 'zhangsan' });
  const url = `${wecom.apiBaseUrl}/cgi-bin/auth/getuserinfo?access_token=${access_token}&code=${code}`;
  const answer = await fetch(url);
  expect(answer.headers.get('error-code')).toBe('0');
  expect(await answer.json()).toEqual({ errcode: 0, errmsg: 'ok', userid: 'zhangsan' });
  expect((await (await fetch(url)).json()).errcode).toBe(40029);
});
