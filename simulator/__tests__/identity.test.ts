import type { IssueCodeInput, Simulator } from '..';
import { AGENT, CORP, OTHER_CORP, call, post, start, time, tokenOf } from './helpers';

let wecom: Simulator;
let token: string;
beforeAll(async () => {
  wecom = await start();
});
beforeEach(async () => {
  wecom.reset();
  token = await tokenOf(wecom);
});
afterAll(() => wecom.close());

const issue = (more: Partial<IssueCodeInput>) => wecom.issueCode({ corpId: CORP, agentId: AGENT, ...more });
const info = (code: string, withToken = token) =>
  call(wecom, `auth/getuserinfo?access_token=${withToken}&code=${encodeURIComponent(code)}`);
const detail = (body: unknown, withToken = token) =>
  call(wecom, `auth/getuserdetail?access_token=${withToken}`, post(body));

describe('auth/getuserinfo: who is it (WeCom docs 91023, 98176)', () => {
  const ok = { errcode: 0, errmsg: 'ok' };
  test.each<[string, Partial<IssueCodeInput>, Record<string, unknown>]>([
    ['a member, with the stored case', { userid: 'zhangsan' }, { userid: 'ZhangSan' }],
    ['a member outside the visible range', { userid: 'outside' }, { userid: 'outside' }],
    ['a person of a linked company', { linked: 'wwlinked/lin' }, { userid: 'wwlinked/lin' }],
    ['somebody else', { openid: 'oSomebody' }, { openid: 'oSomebody' }],
    ['a member who has left', { userid: 'left' }, { openid: expect.stringMatching(/^o[\w-]{27}$/) }],
  ])('%s', async (_name, person, fields) => {
    expect(await info(issue(person))).toEqual({ ...ok, ...fields });
  });

  test.each<[string, Partial<IssueCodeInput>, boolean]>([
    ['silent scope', { userid: 'ZhangSan', scope: 'snsapi_base' }, false],
    ['consent scope in the client', { userid: 'ZhangSan', scope: 'snsapi_privateinfo' }, true],
    ['consent refused', { userid: 'ZhangSan', scope: 'snsapi_privateinfo', consent: 'none' }, true],
    ['web login', { userid: 'ZhangSan', scope: 'snsapi_privateinfo', inClient: false }, false],
    ['member out of range', { userid: 'outside', scope: 'snsapi_privateinfo' }, false],
    ['linked company', { linked: 'wwlinked/lin', scope: 'snsapi_privateinfo' }, false],
    ['not a member', { openid: 'oSomebody', scope: 'snsapi_privateinfo' }, false],
  ])('user_ticket: %s -> %s', async (_name, input, given) => {
    expect('user_ticket' in (await info(issue(input)))).toBe(given);
  });
});

describe('auth/getuserinfo: codes (WeCom doc 91023)', () => {
  test('a code works once', async () => {
    const code = issue({ userid: 'lisi' });
    expect((await info(code)).errcode).toBe(0);
    expect(await info(code)).toEqual({ errcode: 40029, errmsg: expect.stringMatching(/^invalid code, hint:/) });
  });

  test('a code works for five minutes', async () => {
    const [early, late, aged] = [1, 2, 3].map(() => issue({ userid: 'lisi' }));
    time.pass(299_999);
    expect((await info(early)).errcode).toBe(0);
    time.pass(1);
    expect((await info(late)).errcode).toBe(40029);
    expect((await info(aged)).errcode).toBe(40029);
    const fresh = issue({ userid: 'lisi' });
    wecom.ageCodes(300_000);
    expect((await info(fresh)).errcode).toBe(40029);
  });

  test('no code', async () => {
    expect((await info('')).errcode).toBe(41008);
  });

  test.each(['nonsense', '../..', '%00', '\u{1F600}'])('an unknown code %j', async (code) => {
    expect((await info(code)).errcode).toBe(40029);
  });

  test('a code of another company or app fails, and stays usable for its own', async () => {
    const code = issue({ userid: 'lisi' });
    expect((await info(code, await tokenOf(wecom, 'secret-of-other-corp', OTHER_CORP))).errcode).toBe(40029);
    expect((await info(code, await tokenOf(wecom, 'secret-of-second-app'))).errcode).toBe(40029);
    expect((await info(code)).errcode).toBe(0);
  });

  test('a code that came back to a domain which the app of the token does not own', async () => {
    const code = issue({ userid: 'lisi', redirectUri: 'https://app.example.com/signin' });
    expect((await info(code, await tokenOf(wecom, 'secret-of-second-app'))).errcode).toBe(50001);
  });

  test('a disabled app', async () => {
    wecom.app(CORP, AGENT).enabled = false;
    expect((await info(issue({ userid: 'lisi' }))).errcode).toBe(50003);
  });
});

test('issueCode needs a person', () => {
  expect(() => issue({})).toThrow('issueCode needs one of');
});

describe('auth/getuserdetail (WeCom doc 95833)', () => {
  const ticketFor = async (input: Partial<IssueCodeInput>) =>
    String((await info(issue({ scope: 'snsapi_privateinfo', userid: 'ZhangSan', ...input })))['user_ticket']);

  test('gives what the administrator ticked and the member agreed to', async () => {
    expect(await detail({ user_ticket: await ticketFor({}) })).toEqual({
      errcode: 0,
      errmsg: 'ok',
      userid: 'ZhangSan',
      gender: '1',
      avatar: expect.stringMatching(/^https:/),
      mobile: '13800000001',
      email: 'zhang@example.com',
    });
  });

  test('a part only when the member agreed to a part', async () => {
    const answer = await detail({ user_ticket: await ticketFor({ consent: ['email', 'biz_mail'] }) });
    expect(answer).toMatchObject({ email: 'zhang@example.com', mobile: '', gender: '0' });
    expect(answer).not.toHaveProperty('biz_mail');
  });

  test('nothing private when the member refused, or the administrator ticked nothing', async () => {
    const refused = await detail({ user_ticket: await ticketFor({ consent: 'none' }) });
    expect(refused).toMatchObject({ errcode: 0, userid: 'ZhangSan', gender: '0', mobile: '', email: '' });
    wecom.app(CORP, AGENT).sensitiveFields = [];
    const none = await detail({ user_ticket: await ticketFor({}) });
    expect(Object.keys(none).sort()).toEqual(['avatar', 'errcode', 'errmsg', 'gender', 'userid']);
  });

  test('a ticket lives 1800 seconds, and may be used twice', async () => {
    const user_ticket = await ticketFor({});
    time.pass(1_799_999);
    expect((await detail({ user_ticket })).errcode).toBe(0);
    expect((await detail({ user_ticket })).errcode).toBe(0);
    time.pass(1);
    expect((await detail({ user_ticket })).errcode).toBe(84014);
  });

  test.each([
    [{}, 84090],
    [{ user_ticket: '' }, 84090],
    [{ user_ticket: 'nonsense' }, 84015],
    [{ user_ticket: 5 }, 84015],
    [{ user_ticket: null }, 84015],
  ])('%j answers %d', async (body, errcode) => {
    expect((await detail(body)).errcode).toBe(errcode);
  });

  test('a ticket of another app', async () => {
    const user_ticket = await ticketFor({});
    expect((await detail({ user_ticket }, await tokenOf(wecom, 'secret-of-second-app'))).errcode).toBe(84015);
  });

  test('a member who went out of range, or left, since', async () => {
    const user_ticket = await ticketFor({});
    wecom.app(CORP, AGENT).visible = [];
    expect((await detail({ user_ticket })).errcode).toBe(60011);
    wecom.member(CORP, 'zhangsan').status = 5;
    expect((await detail({ user_ticket })).errcode).toBe(60111);
  });
});

describe('the older calls, still met in private editions (section 4.1 of the API notes)', () => {
  const legacy = (code: string) => call(wecom, `user/getuserinfo?access_token=${token}&code=${code}`);

  test('capitals for a member', async () => {
    const answer = await legacy(issue({ userid: 'zhangsan', scope: 'snsapi_privateinfo' }));
    expect(answer).toMatchObject({ errcode: 0, UserId: 'ZhangSan', DeviceId: '', expires_in: 1800 });
    const body = post({ user_ticket: answer['user_ticket'] });
    expect(await call(wecom, `user/getuserdetail?access_token=${token}`, body)).toMatchObject({
      mobile: '13800000001',
    });
  });

  test('capitals for somebody else', async () => {
    expect(await legacy(issue({ openid: 'oSomebody' }))).toMatchObject({ OpenId: 'oSomebody', DeviceId: '' });
  });
});
