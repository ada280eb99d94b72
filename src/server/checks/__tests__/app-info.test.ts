import { judgeAgent, judgeCallbackDomain, judgePhone, judgeVisibleRange, webLoginDomain } from '../app-info';

describe('callback domain', () => {
  test.each([
    ['https://noco.example.com', 'noco.example.com', 'ok'],
    ['https://noco.example.com', 'NOCO.example.com', 'ok'],
    ['https://noco.example.com', 'noco.example.com:443', 'ok'],
    ['http://noco.example.com', 'noco.example.com:80', 'ok'],
    ['https://noco.example.com', 'https://noco.example.com/', 'ok'],
    ['https://noco.example.com:8443', 'noco.example.com:8443', 'ok'],
    ['https://noco.example.com:8443', 'noco.example.com', 'port'],
    ['https://noco.example.com:8443', 'noco.example.com:443', 'port'],
    ['https://noco.example.com', 'noco.example.com:8443', 'other'],
    ['https://noco.example.com:8443', 'noco.example.com:9443', 'other'],
    ['https://www.example.com', 'example.com', 'other'],
    ['https://example.com', 'www.example.com', 'other'],
    ['https://noco.example.com', 'noco.example.com.evil.example', 'other'],
    ['https://noco.example.com', '[nonsense', 'other'],
    ['https://noco.example.com', '', 'missing'],
    ['https://noco.example.com', undefined, 'notTold'],
  ])('Origin %s, domain %s: %s', (origin, redirectDomain, finding) => {
    const result = judgeCallbackDomain({ redirectDomain }, origin);
    expect(result.finding).toBe(finding);
    expect(result.copy).toBe(['ok', 'notTold'].includes(finding) ? undefined : new URL(origin).host);
  });

  test('what is shown of a domain has an end', () => {
    const result = judgeCallbackDomain({ redirectDomain: 'x'.repeat(5000) }, 'https://noco.example.com');
    expect(result.values?.domain.length).toBeLessThan(250);
  });
});

test.each([
  [{ userids: [], departments: [], tags: 0 }, 'empty', 'wrong'],
  [{ userids: ['a', 'b'], departments: [], tags: 0 }, 'narrow', 'attention'],
  [{ userids: ['a'], departments: [7], tags: 0 }, 'some', 'fine'],
  [{ userids: [], departments: [], tags: 2 }, 'some', 'fine'],
  [{ userids: ['a'], departments: [1], tags: 0 }, 'everybody', 'fine'],
  [undefined, 'notTold', 'unknown'],
])('visible range %j: %s', (visible, finding, state) => {
  expect(judgeVisibleRange({ visible })).toMatchObject({ finding, state });
});

test.each([
  [true, 'ok'],
  [false, 'disabled'],
  [undefined, 'ok'],
])('enabled %s: %s', (enabled, finding) => {
  expect(judgeAgent({ name: 'NocoBase', enabled })).toMatchObject({ finding, values: { app: 'NocoBase' } });
});

test('what no answer tells is left to the administrator, with what to compare', () => {
  expect(webLoginDomain('https://noco.example.com:8443')).toMatchObject({
    state: 'byHand',
    copy: 'noco.example.com:8443',
  });
  expect(judgePhone(false).state).toBe('byHand');
  expect(judgePhone(true).state).toBe('fine');
});
