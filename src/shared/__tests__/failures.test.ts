import { FAILURES, type FailureInfo, type FailureReason, failureOf } from '../failures';

const rows = Object.entries(FAILURES) as [FailureReason, FailureInfo][];

/** The contract: programs outside rely on these codes and their kinds of status. */
const CODES: Record<string, number[]> = {
  WECOM_STATE_INVALID: [401],
  WECOM_CODE_INVALID: [401],
  WECOM_NOT_MEMBER: [403],
  WECOM_CONSENT_REQUIRED: [401],
  WECOM_FIRST_SIGN_IN_IN_CLIENT: [403],
  WECOM_USER_NOT_FOUND: [403],
  WECOM_PHONE_AMBIGUOUS: [409],
  WECOM_CONFIG_INVALID: [400, 404],
  WECOM_IP_NOT_TRUSTED: [400],
  WECOM_RATE_LIMITED: [429],
  WECOM_UNAVAILABLE: [503],
};

test('there is a row for every code of the contract, and no other code', () => {
  expect([...new Set(rows.map(([, { code }]) => code))].sort()).toEqual(Object.keys(CODES).sort());
});

test.each(rows)('%s has the status of its code, and words', (_reason, { code, status, message, cause, remedy }) => {
  expect(CODES[code]).toContain(status);
  for (const text of [message, cause, remedy]) {
    expect(text.trim()).toBe(text);
    expect(text.length).toBeGreaterThan(5);
  }
  // The person signing in is told what to do in words, not in codes.
  expect(message).not.toMatch(/WECOM_|errcode|undefined|\{\{/);
});

test('only WeCom or the database being away is answered with 503, never with 500', () => {
  for (const [, { code, status }] of rows) {
    expect(status === 503).toBe(code === 'WECOM_UNAVAILABLE');
    expect(status).not.toBe(500);
  }
});

test('every errcode leads to one reason', () => {
  const errcodes = rows.flatMap(([, { errcodes = [] }]) => errcodes);
  expect(new Set(errcodes).size).toBe(errcodes.length);
  expect(errcodes).not.toContain(0);
});

test('reasons that share a code have words of their own, unless only the administrator can tell them apart', () => {
  const messages = rows.filter(([, { code }]) => code !== 'WECOM_CONFIG_INVALID').map(([, { message }]) => message);
  expect(new Set(messages).size).toBe(messages.length);
  const remedies = rows.map(([, { remedy }]) => remedy).filter((remedy) => remedy !== 'Nothing.');
  expect(new Set(remedies).size).toBe(remedies.length);
});

test.each([
  'toString',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  '',
  'nothing',
  null,
  undefined,
  1,
  {},
  ['cancelled'],
])('a reason from outside that is not in the table: %p', (reason) => {
  expect(failureOf(reason)).toBeUndefined();
});

test('a reason from outside that is in the table', () => {
  expect(failureOf('cancelled')).toBe(FAILURES.cancelled);
});
