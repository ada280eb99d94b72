import { appendQuery, headerSafe, isTrustedDomain } from '../domains';

describe('trusted domains match exactly, port included (WeCom docs 91022, 91335)', () => {
  test.each([
    ['https://app.example.com/a?b=1', 'app.example.com', true],
    ['https://APP.example.com/', 'app.EXAMPLE.com', true],
    ['http://app.example.com:8080/', 'app.example.com:8080', true],
    ['https://app.example.com:443/', 'app.example.com', true],
    ['https://app.example.com:8443/', 'app.example.com', false],
    ['https://app.example.com/', 'app.example.com:8443', false],
    ['https://www.app.example.com/', 'app.example.com', false],
    ['https://example.com/', 'app.example.com', false],
    ['https://app.example.com/', '*.example.com', false],
    ['https://app.example.com@evil.example/', 'app.example.com', false],
    ['https://app.example.com.evil.example/', 'app.example.com', false],
    ['https://app.example.com/', '', false],
    ['https://app.example.com/', 'app.example.com/path', false],
    ['javascript:alert(1)', 'app.example.com', false],
    ['/signin', 'app.example.com', false],
  ])('%s under %j: %s', (redirectUri, trusted, expected) => {
    expect(isTrustedDomain(redirectUri, trusted)).toBe(expected);
  });
});

describe('the way back keeps what the caller wrote (WeCom doc 91022)', () => {
  test.each([
    ['https://a.example/cb', 'https://a.example/cb?code=C&state=S'],
    ['https://a.example/cb?x=%2Fadmin%3Fy%3D1', 'https://a.example/cb?x=%2Fadmin%3Fy%3D1&code=C&state=S'],
    ['https://a.example/cb?x=%2f+%20~', 'https://a.example/cb?x=%2f+%20~&code=C&state=S'],
    ['https://a.example/cb?', 'https://a.example/cb?code=C&state=S'],
    ['https://a.example/cb?x=1&', 'https://a.example/cb?x=1&code=C&state=S'],
    ['https://a.example/cb?x=1#/route?y=2', 'https://a.example/cb?x=1&code=C&state=S#/route?y=2'],
    ['https://a.example/页', 'https://a.example/%E9%A1%B5?code=C&state=S'],
  ])('%s', (redirectUri, expected) => {
    expect(
      appendQuery(redirectUri, [
        ['code', 'C'],
        ['state', 'S'],
      ]),
    ).toBe(expected);
  });

  test('values are encoded', () => {
    expect(appendQuery('https://a.example', [['state', 'a&b=c \ud800']])).toBe(
      'https://a.example?state=a%26b%3Dc%20%EF%BF%BD',
    );
  });

  test('nothing can break out of the header', () => {
    expect(headerSafe('a\r\nSet-Cookie: x')).toBe('a%0D%0ASet-Cookie:%20x');
  });
});
