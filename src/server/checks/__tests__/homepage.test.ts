import { judgeHomepage } from '../homepage';

const link = 'https://noco.example.com/api/wecom:authorize?authenticator=acme';

test.each([
  [link, 'ok', 'ok'],
  ['https://noco.example.com:443/api/wecom%3Aauthorize?authenticator=acme', 'ok', 'ok'],
  [`${link}&redirect=%2Fadmin%2Fabc`, 'ok', 'ok'],
  ['https://noco.example.com/admin', 'withoutAutoLogin', 'page'],
  ['https://noco.example.com/m', 'withoutAutoLogin', 'page'],
  ['https://noco.example.com/v/mobile?x=1#y', 'withoutAutoLogin', 'page'],
  ['https://noco.example.com/api/wecom:authorize?authenticator=other', 'other', 'other'],
  ['https://noco.example.com/api/wecom:authorize', 'other', 'other'],
  ['https://noco.example.com/signin', 'other', 'other'],
  ['https://noco.example.com/api/users:list', 'other', 'other'],
  ['https://noco.example.com//evil.example', 'other', 'other'],
  ['http://noco.example.com/admin', 'other', 'other'],
  ['https://noco.example.com.evil.example/admin', 'other', 'other'],
  ['https://noco.example.com/%E0%A4%A', 'other', 'other'],
  ['not an address', 'other', 'other'],
  ['', 'missing', 'missing'],
])('%s: %s, with automatic login %s', (homeUrl, without, withAutoLogin) => {
  for (const [autoLogin, finding] of [
    [false, without],
    [true, withAutoLogin],
  ] as const) {
    const result = judgeHomepage({ homeUrl }, { link, autoLogin });
    expect(result.finding).toBe(finding);
    expect(result.change).toEqual(result.state === 'fine' ? undefined : { from: homeUrl, to: link });
  }
});

test('a homepage that the answer leaves out cannot be compared, so it is not offered to set it', () => {
  expect(judgeHomepage({}, { link, autoLogin: true })).toEqual({
    check: 'homepage',
    finding: 'notTold',
    state: 'unknown',
    copy: link,
  });
});
