import { WeComError } from '../../wecom/error';
import { judgeAgentError, judgeCredentials, judgeTrustedIp } from '../access';

const refused = (errcode: number, more: { ip?: string; answeredAt?: number } = {}) =>
  new WeComError({ call: 'gettoken', kind: 'refused', errcode, ...more });
const failed = (kind: 'network' | 'proxy' | 'status' | 'unreadable', detail?: string) =>
  new WeComError({ call: 'gettoken', kind, detail });

describe('Company ID and Secret', () => {
  test.each([
    [40013, 'companyUnknown', 'wrong'],
    [2000002, 'companyUnknown', 'wrong'],
    [40001, 'secretRefused', 'wrong'],
    [42001, 'secretRefused', 'wrong'],
    [40091, 'secretOfOtherCompany', 'wrong'],
    [45031, 'secretUnsafe', 'wrong'],
    [50003, 'notAllowed', 'wrong'],
    [45009, 'rateLimited', 'unknown'],
    [-1, 'busy', 'unknown'],
    [12345, 'other', 'unknown'],
  ])('errcode %i: %s', (errcode, finding, state) => {
    expect(judgeCredentials(refused(errcode))).toEqual({
      check: 'credentials',
      finding,
      state,
      values: { errcode: String(errcode) },
    });
  });

  test.each([
    [failed('network', 'ECONNREFUSED'), 'unreachable', { detail: 'ECONNREFUSED' }],
    [failed('network'), 'unreachable', { detail: '-' }],
    [failed('proxy', '403'), 'proxyUnavailable', { detail: '403' }],
    [failed('status', '502'), 'notWeCom', undefined],
    [failed('unreadable', 'not JSON'), 'notWeCom', undefined],
  ])('%s: %s', (error, finding, values) => {
    expect(judgeCredentials(error)).toMatchObject({ finding, state: 'unknown', ...(values ? { values } : {}) });
  });

  test('an answer that is repeated says how old it is', () => {
    expect(judgeCredentials(refused(40001, { answeredAt: Date.now() - 12_300 })).repeatedAfter).toBe(12);
    expect(judgeCredentials(refused(40001)).repeatedAfter).toBeUndefined();
  });

  test('a proxy that wants a password', () => {
    expect(judgeCredentials(failed('proxy', '407'))).toMatchObject({ finding: 'proxyAuthentication', state: 'wrong' });
  });

  test('no error', () => {
    expect(judgeCredentials()).toEqual({ check: 'credentials', finding: 'ok', state: 'fine' });
  });
});

describe('address of the server', () => {
  test.each([
    [undefined, 'ok', undefined],
    [refused(60020, { ip: '203.0.113.5' }), 'notTrusted', '203.0.113.5'],
    // Not to be pasted: the list does not take it.
    [refused(60020, { ip: '2001:db8::5' }), 'notTrustedIpv6', undefined],
    [refused(60020), 'notTrustedNameless', undefined],
    [refused(45009), 'notReached', undefined],
    [failed('network'), 'notReached', undefined],
  ])('%s: %s', (error, finding, copy) => {
    const result = judgeTrustedIp(error);
    expect([result.finding, result.copy]).toEqual([finding, copy]);
  });
});

test.each([
  [refused(301002), 'otherApp'],
  [refused(40056), 'invalid'],
  [refused(48002), 'notAllowed'],
  [refused(45009), 'rateLimited'],
  [refused(60020), 'notReached'],
  [refused(7), 'other'],
  [failed('unreadable'), 'notReached'],
])('the app: %s: %s', (error, finding) => {
  expect(judgeAgentError(error).finding).toBe(finding);
});
