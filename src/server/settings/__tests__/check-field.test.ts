import { SETTINGS_FIELDS, fieldNamed, type SettingsField } from '../../../shared/settings-fields';
import { checkField, checkSavedField, hasVariables } from '../check-field';

function field(name: string): SettingsField {
  const found = fieldNamed(name);
  if (!found) throw new Error(`no field ${name}`);
  return found;
}

describe('values that are fine', () => {
  test.each<[string, unknown[]]>([
    ['public.autoSignup', [true, false, undefined, null, '']],
    ['public.autoLogin', [true, false, undefined]],
    ['phoneMatching', ['confirmed', 'all', 'none', undefined, null, '']],
    ['corpId', ['wwdemo0123456789ab', 'ww1', 'wl_private-corp']],
    ['agentId', ['1000002', '1', '0']],
    ['secret', ['abcDEF-_0123456789', '!~$%&/()=']],
    [
      'origin',
      [
        'https://nocobase.example.com',
        'http://127.0.0.1:13000',
        'https://例子.example',
        'http://[::1]:80',
        'HTTPS://A.B/',
      ],
    ],
    [
      'ownershipFile',
      [{ name: 'WW_verify_7rG3kjVbXHngiald.txt', content: '7rG3kjVbXHngiald', lineBreak: 'LF' }, undefined, null, ''],
    ],
    ['redirectPath', ['/admin', '/v/admin?x=1#y', '/', undefined, '']],
    ['apiBaseUrl', ['https://qyapi.weixin.qq.com', 'http://relay.example.com:8080/wecom/', undefined, '']],
    ['oauthUrl', ['https://open.weixin.qq.com/connect/oauth2/authorize', undefined]],
    ['ssoUrl', ['https://login.work.weixin.qq.com/wwlogin/sso/login', undefined]],
    [
      'proxyUrl',
      [
        'http://proxy.example.com:3128',
        'http://10.0.0.5',
        'https://proxy.example.com/',
        'http://[::1]:3128',
        'http://user:password@proxy.example.com:3128',
        'http://user@proxy.example.com',
        'http://user%40example.com:p%40%2F%23%25@proxy.example.com:3128',
        'http://user:p@ss@proxy.example.com:3128',
        undefined,
        '',
      ],
    ],
  ])('%s', (name, values) => {
    for (const value of values) {
      expect([value, checkField(field(name), value)]).toEqual([value, undefined]);
    }
  });
});

describe('values that are not', () => {
  const required = '{{field}} is required.';
  test.each<[string, unknown, string]>([
    ...['corpId', 'agentId', 'secret', 'origin'].flatMap((name): [string, unknown, string][] => [
      [name, undefined, required],
      [name, null, required],
      [name, '', required],
      [name, 1000002, 'must be text'],
      [name, true, 'must be text'],
      [name, ['x'], 'must be text'],
      [name, { a: 1 }, 'must be text'],
      [name, 'x'.repeat(1025), 'too long'],
    ]),
    ...['redirectPath', 'apiBaseUrl', 'oauthUrl', 'ssoUrl', 'proxyUrl'].flatMap((name): [string, unknown, string][] => [
      [name, 5, 'must be text'],
      [name, {}, 'must be text'],
      [name, '/'.repeat(2000), 'too long'],
    ]),
    ...['Confirmed', ' all', '{{$env.X}}', true, 1, {}, ['all'], 'toString'].map((value): [string, unknown, string] => [
      'phoneMatching',
      value,
      'one of the choices',
    ]),
    ...['public.autoSignup', 'public.autoLogin'].flatMap((name): [string, unknown, string][] => [
      [name, 'true', 'on or off'],
      [name, 1, 'on or off'],
      [name, {}, 'on or off'],
      [name, '{{$env.X}}', 'on or off'],
    ]),
    ['ownershipFile', 'WW_verify_7rG3kjVbXHngiald.txt', 'a name and a content'],
    ['ownershipFile', '{{$env.X}}', 'a name and a content'],
    ['ownershipFile', { name: 'index.html', content: 'x' }, 'the name has to be'],
    ['ownershipFile', { name: 'WW_verify_7rG3kjVbXHngiald.txt', content: '<html>' }, 'the content has to be'],
    ['corpId', 'ww demo', 'not valid'],
    ['corpId', 'ww/demo', 'not valid'],
    ['corpId', '企业', 'not valid'],
    ['corpId', 'x'.repeat(65), 'not valid'],
    ['agentId', '100000x', 'not valid'],
    ['agentId', '-1', 'not valid'],
    ['agentId', '1.5', 'not valid'],
    ['agentId', '１０００００２', 'not valid'],
    ['agentId', '1'.repeat(21), 'not valid'],
    ['secret', 'with a space', 'not valid'],
    ['secret', 'with\nnewline', 'not valid'],
    ['secret', 'ünïcode', 'not valid'],
    ...[
      'nocobase.example.com',
      '//nocobase.example.com',
      'https:nocobase.example.com',
      'https:///nocobase.example.com',
      'ftp://nocobase.example.com',
      'javascript:alert(1)',
      'https://',
      'https://nocobase.example.com/path',
      'https://nocobase.example.com//',
      'https://nocobase.example.com?x',
      'https://nocobase.example.com?',
      'https://nocobase.example.com#x',
      'https://nocobase.example.com/#',
      'https://user@nocobase.example.com',
      'https://user:pass@nocobase.example.com',
      'https://nocobase.example.com:99999',
      'https://a b',
    ].map((value): [string, unknown, string] => ['origin', value, 'without a path']),
    ...['admin', '//evil', 'https://evil.example', '/\\evil', '/%2fevil', '/null', 'null', '/signin', '/api/x'].map(
      (value): [string, unknown, string] => ['redirectPath', value, 'path inside the app'],
    ),
    ...['apiBaseUrl', 'oauthUrl', 'ssoUrl'].flatMap((name) =>
      [
        'qyapi.weixin.qq.com',
        'ftp://x',
        'javascript:alert(1)',
        'https://',
        'https://u:p@x',
        'https://x/?a=1',
        'https://x/#a',
        'x',
      ].map((value): [string, unknown, string] => [name, value, 'complete URL']),
    ),
    ...[
      'proxy.example.com:3128',
      'socks5://proxy.example.com:1080',
      'file:///etc/passwd',
      'http://',
      'http:///proxy.example.com',
      'http://proxy.example.com:99999',
      'http://proxy.example.com/path',
      'http://proxy.example.com?x=1',
      'http://proxy.example.com#x',
      'http://user:pa/ss@proxy.example.com',
      'http://user:pass%@proxy.example.com',
      'http://user:%ff@proxy.example.com',
      'http://user%3Aname:pass@proxy.example.com',
      'http://user:pass%0d%0aX@proxy.example.com',
      'http://:pass@proxy.example.com',
      'http://user name:pass@proxy.example.com',
    ].map((value): [string, unknown, string] => ['proxyUrl', value, 'percent-encoded']),
  ])('%s: %j', (name, value, problem) => {
    expect(checkField(field(name), value)).toContain(problem);
    expect(checkSavedField(field(name), value)).toContain(problem);
  });
});

describe('variables', () => {
  test.each([
    ['{{$env.X}}', true],
    ['https://{{$env.HOST}}', true],
    ['{{ $env.X }}', true],
    ['{$env.X}', false],
    ['', false],
    [undefined, false],
    [{}, false],
  ])('%j', (value, expected) => {
    expect(hasVariables(value)).toBe(expected);
  });

  test('a value with a variable is saved unchecked and checked when it is used', () => {
    // A switch is on or off, a choice one of a few, and a file is served as it is.
    const withoutVariables = ['switch', 'choice', 'ownershipFile'];
    for (const each of SETTINGS_FIELDS.filter(({ kind }) => !withoutVariables.includes(kind))) {
      expect(checkSavedField(each, 'x {{$env.X}}')).toBeUndefined();
      expect(checkSavedField(each, `{{$env.X}}${'x'.repeat(1024)}`)).toBe('{{field}} is too long.');
    }
    expect(checkField(field('agentId'), '{{$env.X}}')).toBeDefined();
  });
});
