import { DEMO_CORP_ID, DEMO_AGENT_ID, demoCorp, type Simulator } from '..';
import { isVisible, Corp } from '../corps';
import { AGENT, CORP, call, start, tokenOf } from './helpers';
import { Visitor, cookieOf } from './visitor';

let wecom: Simulator;
beforeAll(async () => {
  wecom = await start();
});
afterEach(() => wecom.reset());
afterAll(() => wecom.close());

test('shows companies, members and counts, and never a token, code or secret', async () => {
  const token = await tokenOf(wecom);
  const code = wecom.issueCode({ corpId: CORP, agentId: AGENT, userid: 'lisi' });
  wecom.member(CORP, 'lisi').name = '<b>&"\'';
  const { html } = await new Visitor(wecom).open('/');
  for (const text of [CORP, '张三', 'app.example.com', 'data-testid="count-gettoken">1<']) expect(html).toContain(text);
  for (const hidden of [token, code, 'secret-of-app', '<b>&"']) expect(html).not.toContain(hidden);
});

test('faults can be switched on and off', async () => {
  const panel = new Visitor(wecom);
  const on = (kind: string, call: string, times = '') =>
    panel.open('/sim/faults', [
      ['kind', kind],
      ['call', call],
      ['times', times],
    ]);
  expect((await on('errcode 45009', 'gettoken', '1')).status).toBe(303);
  await on('empty', 'user/get');
  await on('nonsense', '*');
  await on('empty', 'nonsense');
  expect(wecom.faults.list().map(({ call: name, left }) => [name, left])).toEqual([
    ['gettoken', 1],
    ['user/get', Infinity],
  ]);
  expect((await panel.open('/')).testIds.filter((id) => id === 'fault')).toHaveLength(2);
  expect((await call(wecom, 'gettoken')).errcode).toBe(45009);
  await panel.open('/sim/faults/remove', [['id', String(wecom.faults.list()[0].id)]]);
  expect(wecom.faults.list()).toEqual([]);
  await on('hang', '*');
  await panel.open('/sim/faults/clear', []);
  expect(wecom.faults.list()).toEqual([]);
});

test('an app can be switched off and on, and given another domain', async () => {
  const panel = new Visitor(wecom);
  const change = (...fields: [string, string][]) => panel.open('/sim/app', [['corp', CORP], ['app', AGENT], ...fields]);
  await change(['domain', ' noco.example.com:8443 ']);
  await change(['enabled', '0']);
  expect(wecom.app(CORP, AGENT)).toMatchObject({
    enabled: false,
    oauthDomain: 'noco.example.com:8443',
    webLoginDomain: 'noco.example.com:8443',
  });
  expect((await panel.open('/')).testIds).toContain(`app-${AGENT}-switch`);
  await change(['enabled', '1']);
  expect(wecom.app(CORP, AGENT).enabled).toBe(true);
  expect(
    (
      await panel.open('/sim/app', [
        ['corp', 'nobody'],
        ['domain', 'x'],
      ])
    ).status,
  ).toBe(303);
});

test('the client can be logged in and out', async () => {
  const panel = new Visitor(wecom);
  await panel.open('/sim/client', [
    ['corp', CORP],
    ['person', 'lisi'],
  ]);
  expect(decodeURIComponent(panel.cookie)).toBe(cookieOf('lisi'));
  expect((await panel.open('/')).html).toContain('data-testid="client">李四<');
  await panel.open('/sim/client', []);
  expect(panel.cookie).toBe('sim_member=');
});

test('another site cannot use the forms', async () => {
  const visitor = new Visitor(wecom, { 'Sec-Fetch-Site': 'cross-site' });
  const page = await visitor.open('/sim/faults', [
    ['kind', 'hang'],
    ['call', '*'],
  ]);
  expect([page.status, wecom.faults.list()]).toEqual([403, []]);
});

test('the forms need POST', async () => {
  expect((await new Visitor(wecom).open('/sim/faults/clear')).status).toBe(404);
});

test('the demo company has a member for every case', () => {
  const corp = new Corp(demoCorp());
  const app = corp.app(DEMO_AGENT_ID);
  expect(corp.corpId).toBe(DEMO_CORP_ID);
  const { members } = corp;
  expect(members.some((member) => member.mobile && member.status === 1 && isVisible(app, member.userid))).toBe(true);
  expect(members.some((member) => !member.mobile && isVisible(app, member.userid))).toBe(true);
  expect(members.some((member) => !isVisible(app, member.userid))).toBe(true);
  expect(members.some((member) => member.email && member.biz_mail)).toBe(true);
  expect(members.some((member) => member.status === 5)).toBe(true);
  const phones = members.map((member) => member.mobile).filter(Boolean);
  expect(new Set(phones).size).toBe(phones.length);
});
