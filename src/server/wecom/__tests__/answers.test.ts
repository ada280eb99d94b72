import { readAppInfo, readAccessToken, readIdentity, readMemberDetail, readMemberRecord } from '../answers';

const unreadable = (call: string) => expect.objectContaining({ name: 'WeComError', kind: 'unreadable', call });
const failing = (run: () => unknown) => {
  try {
    return { value: run() };
  } catch (error) {
    return error;
  }
};

test('gettoken', () => {
  expect(readAccessToken({ access_token: 't', expires_in: 7200 })).toEqual({ token: 't', expiresIn: 7200 });
});

test.each([
  {},
  { access_token: '' },
  { access_token: 5, expires_in: 7200 },
  { access_token: ['t'], expires_in: 7200 },
  { access_token: 't' },
  { access_token: 't', expires_in: '7200' },
  { access_token: 't', expires_in: 0 },
  { access_token: 't', expires_in: -1 },
  { access_token: 't', expires_in: null },
  { access_token: 't', expires_in: NaN },
])('gettoken of the wrong shape: %j', (answer) => {
  expect(failing(() => readAccessToken(answer))).toEqual(unreadable('gettoken'));
});

test.each<[object, object]>([
  [{ userid: 'zhangsan' }, { kind: 'member', userid: 'zhangsan', userTicket: undefined }],
  [
    { UserId: 'zhangsan', DeviceId: 'd' },
    { kind: 'member', userid: 'zhangsan', userTicket: undefined },
  ],
  [
    { userid: 'zhangsan', user_ticket: 't' },
    { kind: 'member', userid: 'zhangsan', userTicket: 't' },
  ],
  [
    { userid: 'zhangsan', user_ticket: '' },
    { kind: 'member', userid: 'zhangsan', userTicket: undefined },
  ],
  [
    { userid: 'a.b-c_d@e', openid: '' },
    { kind: 'member', userid: 'a.b-c_d@e', userTicket: undefined },
  ],
  [
    { userid: 'zhangsan', openid: 'o' },
    { kind: 'member', userid: 'zhangsan', userTicket: undefined },
  ],
  [{ openid: 'oX' }, { kind: 'stranger' }],
  [{ OpenId: 'oX', userid: '' }, { kind: 'stranger' }],
  [{ openid: 'oX', external_userid: 'wm' }, { kind: 'stranger' }],
  [{ userid: 'wwother/lin' }, { kind: 'linked' }],
  [{ userid: '/' }, { kind: 'linked' }],
])('getuserinfo: %j', (answer, expected) => {
  expect(readIdentity('auth/getuserinfo', { ...answer })).toEqual(expected);
});

test.each([
  {},
  { userid: '' },
  { userid: 1000 },
  { userid: ['zhangsan'] },
  { userid: {} },
  { userid: true },
  { userid: 'zhang san' },
  { userid: 'zhang\nsan' },
  { userid: 'x'.repeat(65) },
  { openid: 5 },
  { userid: 'zhangsan', user_ticket: {} },
  { deviceid: 'd' },
])('getuserinfo of the wrong shape: %j', (answer) => {
  expect(failing(() => readIdentity('auth/getuserinfo', { ...answer }))).toEqual(unreadable('auth/getuserinfo'));
});

test('getuserdetail: what was not agreed to is absent', () => {
  expect(
    readMemberDetail('auth/getuserdetail', {
      userid: 'zhangsan',
      mobile: '',
      email: null,
      biz_mail: 'a@b',
      gender: '0',
      avatar: 'x',
    }),
  ).toEqual({ userid: 'zhangsan', mobile: undefined, email: undefined, bizMail: 'a@b' });
});

test.each([{}, { userid: 5 }, { userid: '' }, { userid: 'x', mobile: 13800000001 }, { userid: 'x', biz_mail: [] }])(
  'getuserdetail of the wrong shape: %j',
  (answer) => {
    expect(failing(() => readMemberDetail('auth/getuserdetail', { ...answer }))).toEqual(
      unreadable('auth/getuserdetail'),
    );
  },
);

test('user/get', () => {
  expect(readMemberRecord({ userid: 'x', name: '张三', mobile: '1', email: 'e', biz_mail: 'b', status: 1 })).toEqual({
    name: '张三',
    mobile: '1',
    email: 'e',
    bizMail: 'b',
    status: 1,
  });
  expect(readMemberRecord({ userid: 'x', name: '' })).toEqual({});
});

test.each([{}, { userid: 'x', status: '1' }, { userid: 'x', name: 5 }, { name: 'x' }])(
  'user/get of the wrong shape: %j',
  (answer) => {
    expect(failing(() => readMemberRecord({ ...answer }))).toEqual(unreadable('user/get'));
  },
);

test('an error tells which field was wrong and no value', () => {
  const error = failing(() => readMemberDetail('auth/getuserdetail', { userid: 'x', mobile: 13800000001 }));
  expect(JSON.stringify(error) + String(error)).not.toContain('13800000001');
});

describe('agent/get (WeCom document 90227)', () => {
  test('an app as WeCom describes it', () => {
    const answer = {
      agentid: 1000002,
      name: 'NocoBase',
      close: 0,
      allow_userinfos: { user: [{ userid: 'zhangsan' }, { userid: 'lisi' }] },
      allow_partys: { partyid: [7] },
      allow_tags: { tagid: [1, 2, 3] },
      redirect_domain: 'noco.example.com',
      home_url: '',
    };
    expect(readAppInfo(answer)).toEqual({
      name: 'NocoBase',
      enabled: true,
      visible: { userids: ['zhangsan', 'lisi'], departments: [7], tags: 3 },
      redirectDomain: 'noco.example.com',
      homeUrl: '',
    });
  });

  test('what is left out is not taken for empty', () => {
    expect(readAppInfo({ close: 1 })).toEqual({ enabled: false });
    expect(readAppInfo({ allow_tags: {} }).visible).toEqual({ userids: [], departments: [], tags: 0 });
  });

  test.each([
    { close: 'no' },
    { allow_partys: { partyid: 'all' } },
    { allow_userinfos: { user: {} } },
    { redirect_domain: 5 },
    { home_url: ['x'] },
    { name: {} },
  ])('%j cannot be read', (answer) => {
    expect(() => readAppInfo(answer)).toThrow(expect.objectContaining({ kind: 'unreadable', call: 'agent/get' }));
  });
});
