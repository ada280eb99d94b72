import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DEMO_AGENT_ID, DEMO_CORP_ID, DEMO_SECRET, demoCorp, startSimulator } from '../../../simulator';
import { findLeaks } from '../leaks';

const root = resolve(__dirname, '../../..');
const kinds = (log: string) => findLeaks(log).map(({ what }) => what);

const JWT = 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ1c2VySWQiOjF9.c2lnbmF0dXJl';
const PHONE = 'a phone number';

describe('a leak', () => {
  test('whatever the simulator hands out', async () => {
    const wecom = await startSimulator({ corps: [demoCorp()] });
    const call = async (path: string, init?: RequestInit) =>
      (await (await fetch(`${wecom.apiBaseUrl}/cgi-bin/${path}`, init)).json()) as Partial<Record<string, string>>;
    const { access_token: token = '' } = await call(`gettoken?corpid=${DEMO_CORP_ID}&corpsecret=${DEMO_SECRET}`);
    const scope = 'snsapi_privateinfo';
    const code = wecom.issueCode({ corpId: DEMO_CORP_ID, agentId: DEMO_AGENT_ID, userid: 'zhangsan', scope });
    const { user_ticket: ticket = '' } = await call(`auth/getuserinfo?access_token=${token}&code=${code}`);
    await wecom.close();
    for (const [value, what] of [
      [token, 'an access token of WeCom'],
      [code, 'a code of WeCom'],
      [ticket, 'a user ticket of WeCom'],
      [DEMO_SECRET, 'the Secret of an app'],
    ]) {
      expect(kinds(`2026-11-26 info something went wrong ${value}`)).toEqual([what]);
      expect(kinds(JSON.stringify({ level: 'info', extra: { inner: JSON.stringify({ it: value }) } }))).toEqual([what]);
      expect(kinds(`cut ${value.slice(0, 24)}`)).toEqual([what]);
      expect(findLeaks(`x ${value} y`)[0]?.context).toBe('x … y');
    }
    const mobiles = demoCorp().members?.flatMap(({ mobile }) => mobile ?? []) ?? [];
    expect(mobiles.length).toBeGreaterThan(3);
    for (const mobile of mobiles) expect(kinds(`phone ${mobile}`)).toEqual([PHONE]);
  });

  test.each([
    ['a session', `Authorization: Bearer ${JWT}`],
    ['a cookie', `cookie=nb_wecom_main_01234567=${JWT}; other=1`],
    ['a part of a session', JWT.slice(0, 24)],
    ['a token in an address', 'GET https://x/cgi-bin/user/get?access_token=abc&userid=x'],
    ['a secret in an address', '"url":"/cgi-bin/gettoken?corpid=ww1&corpsecret=abc"'],
    ['a code in an address', 'referer=http://x/signin?code=abc&state=1'],
    ['an encoded address', 'redirect=%2Fsignin%3Fcode%3Dabc'],
    ['a token in JSON', '{"access_token":"abc"}'],
    ['a ticket in JSON in JSON', '{"data":"{\\"user_ticket\\":\\"abc\\"}"}'],
    ['a secret of another app', '"secret":"secret-of-another-app"'],
  ])('%s', (_name, line) => {
    expect(kinds(`first line\n${line}`)).toHaveLength(1);
    expect(findLeaks(`first line\n${line}`)[0].line).toBe(2);
  });

  test.each([
    '13800000001',
    '+8613800000001',
    '+86 138 0000 0001',
    '8613800000001',
    '86-138-0000-0001',
    '008613800000001',
    '(+86)13800000001',
    '138 0000 0001',
    '%2B8613800000001',
    '+86%2013800000001',
    '+1 415 555 0123',
    '+4915112345678',
  ])('a phone number: %s', (phone) => {
    for (const line of [phone, `phone=${phone}`, JSON.stringify({ phone }), `Key (phone)=(${phone}) already exists`]) {
      expect(new Set(kinds(line))).toEqual(new Set([PHONE]));
      expect(JSON.stringify(findLeaks(line))).not.toContain('0000001');
    }
  });
});

test('the random name of a connection is no leak, however it begins', () => {
  expect(kinds('new client connected eyJhpJOaHjJ5RXdIkTnD1')).toEqual([]);
});

test('a secret in what the host logs of a request about users is a leak all the same', () => {
  expect(kinds(`{"message":"request POST /api/users:create","token":"${JWT}"}`)).toHaveLength(1);
});

test.each([
  ['what the plugin reports', '{"message":"WeCom sign-in failed","code":"WECOM_CODE_INVALID","errcode":40029}'],
  ['the same in logfmt', 'message="WeCom sign-in failed" code=WECOM_CODE_INVALID ip=198.51.100.23'],
  ['a hint', '"hint":"1795657641624595295305132"'],
  ['a moment', '{"at":1795657641237,"timestamp":"2026-11-26 01:47:21","iso":"2026-11-26T01:47:21.505+08:00"}'],
  ['a date as browsers write it', 'Thu Nov 26 2026 09:47:21 GMT+0800 (China Standard Time)'],
  ['an id', 'reqId=13812345-0345-4347-87d7-34754af558f8 id=1381234567890123'],
  ['a masked phone', 'phone=138****0001'],
  ['a masked secret', '{"secret":"***"} corpsecret=*** access_token=***'],
  ['a phone in what the host logs', '{"message":"request POST /api/users:create","values":{"phone":"13800000001"}}'],
  [
    'a phone in what the host logs of users that are pushed',
    '{"message":{"source":"api","sourceType":"api","data":{"records":[{"phone":"13800000001"}]}}}',
  ],
  ['a variable in what the host logs', 'message=response /api/environmentVariables:create "value":"secret-of-an-app"'],
  ['a field of the settings', 'a setting is missing: secret'],
])('no leak: %s', (_name, line) => {
  expect(findLeaks(line)).toEqual([]);
});

describe('a run of jest', () => {
  const run = (leak: string) => {
    const logs = mkdtempSync(join(tmpdir(), 'logs-'));
    const { status, stderr } = spawnSync(
      join(root, 'node_modules/.bin/jest'),
      ['--config', join(__dirname, 'leaking/jest.config.cjs'), '--runInBand'],
      { cwd: root, env: { ...process.env, TEST_LOGS: logs, LEAK: leak }, encoding: 'utf8', timeout: 50_000 },
    );
    const kept = existsSync(logs);
    rmSync(logs, { recursive: true, force: true });
    expect(stderr).toContain('1 passed');
    return { status, stderr, kept };
  };

  test('fails when an application has logged a secret, says which, and keeps the log', () => {
    const leaks = ['sim-code-abcdefgh', JWT, '+86 138-0000-0001', DEMO_SECRET];
    const { status, stderr, kept } = run(leaks.join(' and '));
    for (const what of ['a code of WeCom', 'a session token', 'a phone number', 'the Secret of an app']) {
      expect(stderr).toMatch(new RegExp(`${what}.*, application\\.leak\\.ts.*/main/system.*\\.log:1:`));
    }
    for (const leak of leaks) expect(stderr).not.toContain(leak);
    expect({ status, kept }).toEqual({ status: 1, kept: true });
  }, 60_000);

  test('passes when there is no leak, and clears up', () => {
    const { status, kept } = run('nothing secret');
    expect({ status, kept }).toEqual({ status: 0, kept: false });
  }, 60_000);

  test('fails when nothing was logged at all', () => {
    const { status, stderr } = run('');
    expect(stderr).toContain('nothing was logged');
    expect(status).toBe(1);
  }, 60_000);
});
