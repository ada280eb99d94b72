import { SETTINGS_FIELDS, fieldName } from '../../../shared/settings-fields';
import { SettingProblem, publicOptions, readOption, readSettings } from '../settings';

const minimal = { corpId: 'wwone', agentId: '1000002', secret: 's3cret', origin: 'https://nocobase.example.com' };

test('what is not given has its default', () => {
  expect(readSettings(minimal)).toEqual({
    ...minimal,
    autoSignup: true,
    autoLogin: false,
    phoneMatching: 'confirmed',
    redirectPath: '/admin',
    apiBaseUrl: 'https://qyapi.weixin.qq.com',
    oauthUrl: 'https://open.weixin.qq.com/connect/oauth2/authorize',
    ssoUrl: 'https://login.work.weixin.qq.com/wwlogin/sso/login',
  });
});

test('emptied fields have their default, too', () => {
  const emptied = { ...minimal, redirectPath: '', apiBaseUrl: null, oauthUrl: '  ', public: { autoSignup: null } };
  expect(readSettings(emptied)).toEqual(readSettings(minimal));
});

test('what is given is used', () => {
  const given = {
    ...minimal,
    public: { autoSignup: false, autoLogin: true },
    phoneMatching: 'none',
    redirectPath: '/m',
    apiBaseUrl: 'http://a.example',
    oauthUrl: 'http://b.example',
    ssoUrl: 'http://c.example',
  };
  const { public: switches, ...rest } = given;
  expect(readSettings(given)).toEqual({ ...rest, ...switches });
});

test('values come tidy, also out of variables', () => {
  const settings = readSettings({ ...minimal, corpId: ' wwone\n', origin: ' HTTPS://NocoBase.Example.com:443/ ' });
  expect(settings).toMatchObject({ corpId: 'wwone', origin: 'https://nocobase.example.com' });
});

test.each<[string, unknown]>([
  ['corpId', undefined],
  ['corpId', {}],
  ['corpId', null],
  ['corpId', 'text'],
  ['corpId', []],
  ['agentId', { ...minimal, agentId: '1000002x' }],
  ['secret', { ...minimal, secret: ' ' }],
  ['origin', { ...minimal, origin: 'nocobase.example.com' }],
  ['redirectPath', { ...minimal, redirectPath: '//evil.example' }],
  ['apiBaseUrl', { ...minimal, apiBaseUrl: 'x' }],
  ['public.autoSignup', { ...minimal, public: { autoSignup: 'no' } }],
])('the first setting that is wrong is named: %s', (name, options) => {
  let problem: unknown;
  try {
    readSettings(options);
  } catch (error) {
    problem = error;
  }
  expect(problem).toBeInstanceOf(SettingProblem);
  expect(fieldName((problem as SettingProblem).field)).toBe(name);
});

test.each<[unknown, object]>([
  [{ public: { autoSignup: false, autoLogin: true } }, { autoSignup: false, autoLogin: true }],
  [
    { public: { autoSignup: true, autoLogin: false, secret: 'x', corpId: 'y' }, secret: 'x' },
    { autoSignup: true, autoLogin: false },
  ],
  [{ public: { autoSignup: 'no', autoLogin: 'yes' } }, { autoSignup: true, autoLogin: false }],
  [{}, { autoSignup: true, autoLogin: false }],
  [{ public: null }, { autoSignup: true, autoLogin: false }],
  [null, { autoSignup: true, autoLogin: false }],
  [undefined, { autoSignup: true, autoLogin: false }],
])('anonymous browsers learn two switches and nothing else: %j', (options, expected) => {
  expect(publicOptions(options)).toEqual(expected);
});

test('only the two switches are in the public part of the options', () => {
  expect(SETTINGS_FIELDS.filter(({ path }) => path[0] === 'public').map(fieldName)).toEqual([
    'public.autoSignup',
    'public.autoLogin',
  ]);
});

test('reading an option of anything', () => {
  const [autoSignup] = SETTINGS_FIELDS;
  expect(readOption({ public: { autoSignup: 1 } }, autoSignup)).toBe(1);
  for (const options of [undefined, null, 'text', 5, [], { public: 'x' }, { public: null }]) {
    expect(readOption(options, autoSignup)).toBeUndefined();
  }
});
