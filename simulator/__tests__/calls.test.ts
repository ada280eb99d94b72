import { CALL_NAMES, type Simulator } from '..';
import { AGENT, CORP, call, post, start, time, tokenOf } from './helpers';

let wecom: Simulator;
beforeAll(async () => {
  wecom = await start();
});
afterEach(() => wecom.reset());
afterAll(() => wecom.close());

const withToken = CALL_NAMES.filter((name) => name !== 'gettoken');

describe('checks that all calls with a token share, in their order (section 12.2 of the API notes)', () => {
  test.each(['/cgi-bin/nothing', '/cgi-bin/', '/cgi-bin/user/get/', '/cgi-bin/toString', '/other', '/sim/none'])(
    'unknown path %s is a 404 without a body',
    async (path) => {
      const response = await fetch(wecom.url + path);
      expect([response.status, await response.text()]).toEqual([404, '']);
    },
  );

  test.each(withToken)('%s without a token', async (name) => {
    expect(await call(wecom, name)).toMatchObject({
      errcode: 41001,
      errmsg: expect.stringMatching(/^access_token missing, hint:/),
    });
  });

  test('a token anywhere but in the query does not count', async () => {
    const token = await tokenOf(wecom);
    const headers = { Authorization: `Bearer ${token}` };
    expect((await call(wecom, 'getcallbackip', { headers })).errcode).toBe(41001);
    expect((await call(wecom, 'agent/set', post({ access_token: token, agentid: AGENT }))).errcode).toBe(41001);
  });

  test.each(withToken)('%s with an unknown token answers without the tail', async (name) => {
    const answer = await call(wecom, `${name}?access_token=nonsense`);
    expect(answer).toMatchObject({ errcode: 40014, errmsg: 'invalid access_token' });
  });

  test('an expired token', async () => {
    const token = await tokenOf(wecom);
    time.pass(7200_000);
    expect(await call(wecom, `getcallbackip?access_token=${token}`)).toMatchObject({ errcode: 42001 });
  });

  test('a token that WeCom ended early', async () => {
    const token = await tokenOf(wecom);
    wecom.expireTokens('wwother0123456789a');
    expect((await call(wecom, `getcallbackip?access_token=${token}`)).errcode).toBe(0);
    wecom.expireTokens(CORP);
    expect((await call(wecom, `getcallbackip?access_token=${token}`)).errcode).toBe(40014);
    expect(await tokenOf(wecom)).not.toBe(token);
  });

  test('ageTokens makes a token expire', async () => {
    const token = await tokenOf(wecom);
    wecom.ageTokens(7200_000);
    expect((await call(wecom, `getcallbackip?access_token=${token}`)).errcode).toBe(42001);
  });

  test.each(withToken)('%s from an address that is not trusted names the address', async (name) => {
    const token = await tokenOf(wecom);
    wecom.app(CORP, AGENT).trustedIps = ['203.0.113.5'];
    expect(await call(wecom, `${name}?access_token=${token}`)).toMatchObject({
      errcode: 60020,
      errmsg: expect.stringMatching(
        /^not allow to access from your ip, hint: \[\d{25}\], from ip: 127\.0\.0\.1, more info at .*e=60020$/,
      ),
    });
    wecom.callerIp = '203.0.113.5';
    expect((await call(wecom, `${name}?access_token=${token}`)).errcode).not.toBe(60020);
  });

  test.each(['', '{', '[]', 'null', '"x"', 'user_ticket=a'])('a body that is no JSON object: %j', async (body) => {
    const token = await tokenOf(wecom);
    expect(await call(wecom, `auth/getuserdetail?access_token=${token}`, post(body))).toMatchObject({
      errcode: 40058,
      errmsg: expect.stringContaining('Warning: wrong json format.'),
    });
  });

  test('the wrong method', async () => {
    const token = await tokenOf(wecom);
    expect((await call(wecom, `auth/getuserdetail?access_token=${token}`)).errcode).toBe(40058);
    expect((await call(wecom, `user/get?access_token=${token}&userid=lisi`, post({}))).errcode).toBe(40058);
  });

  test('a body beyond the limit', async () => {
    const token = await tokenOf(wecom);
    const body = post({ user_ticket: 'x'.repeat(300_000) });
    expect((await call(wecom, `auth/getuserdetail?access_token=${token}`, body)).errcode).toBe(40206);
  });
});

describe('empty default fields stay in errors (section 1.1 of the API notes)', () => {
  test.each([
    ['user/get', { department: [], order: [], is_leader_in_dept: [], direct_leader: [] }],
    ['getcallbackip', { ip_list: [] }],
  ])('%s', async (name, fields) => {
    expect(await call(wecom, name)).toEqual({ errcode: 41001, errmsg: expect.any(String), ...fields });
  });
});

describe('user/get (WeCom doc 90196)', () => {
  const get = async (userid: string) =>
    call(wecom, `user/get?access_token=${await tokenOf(wecom)}&userid=${encodeURIComponent(userid)}`);

  test('is found whatever the case, and answers the stored one', async () => {
    expect(await get('zHANGsAN')).toMatchObject({
      errcode: 0,
      userid: 'ZhangSan',
      name: '张三',
      department: [1, 7],
      order: [0, 0],
      is_leader_in_dept: [0, 0],
      status: 1,
    });
  });

  test('hides sensitive fields from apps made after 2022-06-20, and only from them', async () => {
    const hidden = ['mobile', 'email', 'biz_mail', 'avatar', 'gender', 'qr_code', 'address'];
    expect(Object.keys(await get('zhangsan')).filter((field) => hidden.includes(field))).toEqual([]);
    wecom.app(CORP, AGENT).createdAfter2022 = false;
    expect(await get('zhangsan')).toMatchObject({ mobile: '13800000001', email: 'zhang@example.com', gender: '1' });
  });

  test('the visible range, too, is compared without case', async () => {
    wecom.app(CORP, AGENT).visible = ['ZHANGSAN'];
    expect((await get('zhangsan')).errcode).toBe(0);
    expect((await get('lisi')).errcode).toBe(60011);
  });

  test.each([
    ['', 41009],
    ['nobody', 60111],
    ['outside', 60011],
    ['left', 0],
  ])('userid %j answers %d', async (userid, errcode) => {
    const answer = await get(userid);
    expect(answer.errcode).toBe(errcode);
    expect(answer['status']).toBe(errcode === 0 ? 5 : undefined);
  });
});

describe('agent/get and agent/set (WeCom doc 90227)', () => {
  test('shows the app as it was set up', async () => {
    const token = await tokenOf(wecom);
    wecom.app(CORP, AGENT).enabled = false;
    expect(await call(wecom, `agent/get?access_token=${token}&agentid=${AGENT}`)).toMatchObject({
      errcode: 0,
      agentid: 1000002,
      close: 1,
      redirect_domain: 'app.example.com',
      home_url: '',
      allow_userinfos: { user: expect.arrayContaining([{ userid: 'lisi' }]) },
    });
  });

  test('lists the visible range: the whole company, or what was chosen', async () => {
    const token = await tokenOf(wecom);
    const range = async () => {
      const answer = await call(wecom, `agent/get?access_token=${token}&agentid=${AGENT}`);
      return [answer['allow_partys'], answer['allow_tags']];
    };
    const app = wecom.app(CORP, AGENT);
    expect(await range()).toEqual([{ partyid: [] }, { tagid: [] }]);
    app.visibleDepartments = [7];
    app.visibleTags = [1, 2];
    expect(await range()).toEqual([{ partyid: [7] }, { tagid: [1, 2] }]);
    app.visible = null;
    expect(await range()).toEqual([{ partyid: [1] }, { tagid: [1, 2] }]);
  });

  test.each([
    ['', 41011],
    ['1000003', 301002],
    ['999', 301002],
    ['null', 40056],
  ])('agentid %j answers %d', async (agentid, errcode) => {
    const token = await tokenOf(wecom);
    expect((await call(wecom, `agent/get?access_token=${token}&agentid=${agentid}`)).errcode).toBe(errcode);
    expect((await call(wecom, `agent/set?access_token=${token}`, post({ agentid }))).errcode).toBe(errcode);
  });

  test('sets the homepage', async () => {
    const token = await tokenOf(wecom);
    const home_url = 'https://app.example.com/api/wecom:authorize?authenticator=wecom';
    const set = (value: unknown) =>
      call(wecom, `agent/set?access_token=${token}`, post({ agentid: 1000002, home_url: value }));
    expect(await set(home_url)).toEqual({ errcode: 0, errmsg: 'ok' });
    expect(await call(wecom, `agent/get?access_token=${token}&agentid=${AGENT}`)).toMatchObject({ home_url });
    expect((await set('app.example.com')).errcode).toBe(45034);
    expect((await set('https://' + 'x'.repeat(1024))).errcode).toBe(40039);
    expect((await set(5)).errcode).toBe(40058);
    expect(wecom.app(CORP, AGENT).homeUrl).toBe(home_url);
  });
});

test.each(['getcallbackip', 'get_api_domain_ip'])('%s lists addresses (WeCom docs 90930, 92520)', async (name) => {
  const answer = await call(wecom, `${name}?access_token=${await tokenOf(wecom)}`);
  expect(answer['ip_list']).toEqual([expect.stringMatching(/^198\.51\.100\./), expect.any(String)]);
});

test('answers tell the time, which may be wrong', async () => {
  const date = async () => Date.parse((await fetch(`${wecom.apiBaseUrl}/cgi-bin/gettoken`)).headers.get('date') ?? '');
  expect(await date()).toBe(time.now);
  wecom.clockSkew = -120_000;
  expect(await date()).toBe(time.now - 120_000);
});

describe('the log of calls', () => {
  test('counts each call with its errcode, and keeps no secret, token or code', async () => {
    const token = await tokenOf(wecom);
    const code = wecom.issueCode({ corpId: CORP, agentId: AGENT, userid: 'lisi' });
    await call(wecom, `auth/getuserinfo?access_token=${token}&code=${code}`);
    await call(wecom, `auth/getuserinfo?access_token=${token}&code=${code}`);
    await fetch(`${wecom.url}/cgi-bin/secret-of-app`);
    expect(wecom.calls.count('gettoken')).toBe(1);
    expect(wecom.calls.count('auth/getuserinfo')).toBe(2);
    expect(wecom.calls.count('user/get')).toBe(0);
    expect(wecom.calls.total()).toBe(4);
    expect(wecom.calls.list().map(({ path, errcode }) => [path, errcode])).toEqual([
      ['gettoken', 0],
      ['auth/getuserinfo', 0],
      ['auth/getuserinfo', 40029],
      ['(unknown)', null],
    ]);
    const logged = JSON.stringify(wecom.calls.list());
    for (const hidden of [token, code, 'secret-of-app']) expect(logged).not.toContain(hidden);
    wecom.calls.reset();
    expect([wecom.calls.total(), wecom.calls.list(), wecom.calls.byPath()]).toEqual([0, [], {}]);
  });
});

test('reset brings everything back', async () => {
  const token = await tokenOf(wecom);
  const code = wecom.issueCode({ corpId: CORP, agentId: AGENT, userid: 'lisi' });
  wecom.addCorp({ corpId: 'wwnew', apps: [] });
  wecom.member(CORP, 'LISI').name = 'changed';
  wecom.corp(CORP).addMember({ userid: 'new' });
  wecom.faults.add({ call: '*', kind: { errcode: -1 } });
  wecom.reset();
  expect(() => wecom.corp('wwnew')).toThrow('no company wwnew');
  expect(() => wecom.member(CORP, 'new')).toThrow('no member new');
  expect(wecom.member(CORP, 'lisi').name).toBe('李四');
  expect(wecom.calls.total()).toBe(0);
  expect((await call(wecom, `getcallbackip?access_token=${token}`)).errcode).toBe(40014);
  const fresh = await tokenOf(wecom);
  expect((await call(wecom, `auth/getuserinfo?access_token=${fresh}&code=${code}`)).errcode).toBe(40029);
});
