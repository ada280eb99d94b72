import { AT_DESK } from './browser';
import { DEMO_AGENT_ID, DEMO_CORP_ID } from '../../simulator';
import { CONSENT, World, failure } from './world';

let world: World;

beforeAll(async () => {
  world = await World.start();
});

afterAll(() => world.close());

const stateInvalid = failure(401, 'WECOM_STATE_INVALID', 'stateInvalid');

/** Members that are bound already: a returning sign-in needs no consent. */
async function boundMember() {
  const member = world.newMember();
  const { body } = await world.firstSignIn(member.userid);
  return { ...member, id: body.data!.user.id };
}

describe('a member who is known', () => {
  test('signs in with one call to WeCom, inside and outside of its client', async () => {
    const { userid, id } = await boundMember();
    for (const browser of [world.browser(), world.browser(AT_DESK)]) {
      world.wecom.calls.reset();
      const answer = await world.round(browser, userid);
      expect(answer).toMatchObject({ status: 200, body: { data: { user: { id } } } });
      expect(world.wecom.calls.byPath()).toEqual({ 'auth/getuserinfo': 1 });
    }
  });

  test('gets a session that works', async () => {
    const { userid, id, mobile } = await boundMember();
    const { body } = await world.round(world.browser(), userid);
    expect(Object.keys(body.data!).sort()).toEqual(['token', 'user']);
    expect(body.data!.user).toMatchObject({ id, phone: mobile });
    expect(body.data!.user).not.toHaveProperty('password');
    const check = await fetch(`${world.app.url}/api/auth:check`, {
      headers: { Authorization: `Bearer ${body.data!.token}`, 'X-Authenticator': 'wecom' },
    });
    expect(await check.json()).toMatchObject({ data: { id } });
  });

  test('is the same person however WeCom writes the userid', async () => {
    const { userid, id } = await boundMember();
    for (const form of [userid.toUpperCase(), userid[0].toUpperCase() + userid.slice(1)]) {
      world.wecom.member(DEMO_CORP_ID, userid).userid = form;
      const answer = await world.round(world.browser(), form);
      expect(answer.body.data?.user.id).toBe(id);
    }
  });

  test('may have given up the phone or changed the name: nothing is overwritten', async () => {
    const { userid, id } = await boundMember();
    const before = await world.user(id);
    Object.assign(world.wecom.member(DEMO_CORP_ID, userid), { name: 'New name', mobile: '13700000000' });
    await world.round(world.browser(), userid);
    await world.firstSignIn(userid);
    expect(await world.user(id)).toEqual(before);
  });

  test('finds every process ready: the door in one, the return in another', async () => {
    const { userid, id } = await boundMember();
    const twin = await world.app.startTwin();
    const browser = world.browser();
    const page = await browser.open('wecom');
    const values = { code: world.code(page, userid), state: page.searchParams.get('state') };
    const elsewhere = browser.copy(twin);
    expect((await elsewhere.signIn('wecom', values)).body.data?.user.id).toBe(id);
    // And what one process has seen used is used for the other.
    const again = { ...values, code: world.code(page, userid) };
    expect(await browser.signIn('wecom', again)).toMatchObject(stateInvalid);
    await twin.close();
  });
});

describe('a return that does not belong to a visit signs nobody in, and asks WeCom nothing', () => {
  let userid: string;

  beforeAll(async () => {
    ({ userid } = await boundMember());
  });

  beforeEach(() => {
    world.wecom.calls.reset();
  });

  afterEach(() => {
    expect(world.wecom.calls.total()).toBe(0);
  });

  async function begin(browser = world.browser(), name = 'wecom') {
    const page = await browser.open(name);
    return { browser, page, code: world.code(page, userid), state: page.searchParams.get('state') as string };
  }

  test('in another browser', async () => {
    const { code, state } = await begin();
    const answer = await world.browser().signIn('wecom', { code, state });
    expect(answer).toMatchObject(stateInvalid);
  });

  test('with the cookie of another visit only', async () => {
    const mine = await begin();
    const other = await begin();
    expect(await mine.browser.signIn('wecom', { code: other.code, state: other.state })).toMatchObject(stateInvalid);
  });

  test('with a cookie that carries the name of another visit', async () => {
    const mine = await begin();
    const other = await begin();
    mine.browser.cookies.set(other.browser.visitCookies[0], [...mine.browser.cookies.values()][0]);
    expect(await mine.browser.signIn('wecom', { code: other.code, state: other.state })).toMatchObject(stateInvalid);
  });

  test('with a state that was changed', async () => {
    const { browser, code, state } = await begin();
    const changed = state.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    expect(await browser.signIn('wecom', { code, state: changed })).toMatchObject(stateInvalid);
  });

  test('at another authenticator', async () => {
    await world.addAuthenticator('second');
    const { browser, code, state } = await begin();
    expect(await browser.signIn('second', { code, state })).toMatchObject(stateInvalid);
  });

  test.each([{ corpId: 'wwanother' }, { agentId: '1000009' }])('after the settings became %j', async (changes) => {
    const { browser, code, state } = await begin();
    const restore = await world.change('wecom', changes);
    expect(await browser.signIn('wecom', { code, state })).toMatchObject(stateInvalid);
    await restore();
  });

  test('after ten minutes', async () => {
    const { browser, code, state } = await begin();
    const now = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 10 * 60_000 + 1000);
    try {
      expect(await browser.signIn('wecom', { code, state })).toMatchObject(stateInvalid);
    } finally {
      now.mockRestore();
    }
  });

  test('after the authenticator was disabled, or deleted', async () => {
    await world.addAuthenticator('short-lived');
    const gone = failure(404, 'WECOM_CONFIG_INVALID', 'authenticatorUnknown');
    const one = await begin(world.browser(), 'short-lived');
    const two = await begin(world.browser(), 'short-lived');
    await world.setEnabled('short-lived', false);
    expect(await one.browser.signIn('short-lived', { code: one.code, state: one.state })).toMatchObject(gone);
    await world.db.getRepository('authenticators').destroy({ filter: { name: 'short-lived' } });
    expect(await two.browser.signIn('short-lived', { code: two.code, state: two.state })).toMatchObject(gone);
  });

  test('without a code: the member cancelled', async () => {
    for (const values of [{}, { code: '' }, { code: null }]) {
      const { browser, state } = await begin();
      const answer = await browser.signIn('wecom', { ...values, state });
      expect(answer).toMatchObject(failure(401, 'WECOM_CODE_INVALID', 'cancelled'));
    }
  });
});

describe('once is once', () => {
  test('a return that is sent again, with the cookie kept', async () => {
    const { userid, id } = await boundMember();
    const browser = world.browser();
    const page = await browser.open('wecom');
    const kept = browser.copy();
    const values = { code: world.code(page, userid), state: page.searchParams.get('state') };
    expect((await browser.signIn('wecom', values)).body.data?.user.id).toBe(id);
    world.wecom.calls.reset();
    expect(await browser.signIn('wecom', values)).toMatchObject(stateInvalid);
    expect(await kept.signIn('wecom', values)).toMatchObject(stateInvalid);
    expect(world.wecom.calls.total()).toBe(0);
  });

  test('a page that is loaded twice at the same moment', async () => {
    const { userid } = await boundMember();
    const browser = world.browser();
    const page = await browser.open('wecom');
    const values = { code: world.code(page, userid), state: page.searchParams.get('state') };
    const answers = await Promise.all([0, 1, 2, 3].map(() => browser.copy().signIn('wecom', values)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
  });

  test('a code that WeCom has seen before, or that is too old', async () => {
    const { userid } = await boundMember();
    const used = await world.browser().open('wecom');
    const code = world.code(used, userid);
    const codeInvalid = failure(401, 'WECOM_CODE_INVALID', 'codeInvalid');
    for (const expected of [{ status: 200 }, codeInvalid]) {
      const browser = world.browser();
      const page = await browser.open('wecom');
      expect(await browser.signIn('wecom', { code, state: page.searchParams.get('state') })).toMatchObject(expected);
    }
    const browser = world.browser();
    const page = await browser.open('wecom');
    const old = world.code(page, userid);
    world.wecom.ageCodes(6 * 60_000);
    expect(await browser.signIn('wecom', { code: old, state: page.searchParams.get('state') })).toMatchObject(
      codeInvalid,
    );
  });
});

test('seven tabs: the last six can still sign in', async () => {
  const { userid, id } = await boundMember();
  const browser = world.browser();
  const pages: URL[] = [];
  for (let tab = 0; tab < 7; tab += 1) pages.push(await browser.open('wecom'));
  expect(browser.visitCookies).toHaveLength(6);
  const answers = [];
  for (const page of pages) {
    const values = { code: world.code(page, userid), state: page.searchParams.get('state') };
    answers.push(await browser.signIn('wecom', values));
  }
  expect(answers[0]).toMatchObject(stateInvalid);
  expect(answers.slice(1).map(({ body }) => body.data?.user.id)).toEqual(Array(6).fill(id));
  expect(browser.visitCookies).toHaveLength(0);
});

test('two companies side by side: the same userid is two people', async () => {
  const corpId = 'wwsecond0123456789';
  world.wecom.addCorp({
    corpId,
    apps: [{ agentId: DEMO_AGENT_ID, secret: 'secret-of-the-second-company', sensitiveFields: ['mobile'] }],
    members: [{ userid: 'zhangsan', name: 'Another Zhang', mobile: '13600000001' }],
  });
  await world.addAuthenticator('other-company', { corpId, secret: 'secret-of-the-second-company' });
  const here = await world.firstSignIn('zhangsan');
  const there = await world.firstSignIn('zhangsan', world.browser(), 'other-company');
  expect(here.body.data?.user.nickname).toBe('张三');
  expect(there.body.data?.user.nickname).toBe('Another Zhang');
  expect(here.body.data?.user.id).not.toBe(there.body.data?.user.id);
  // And later, too.
  expect((await world.round(world.browser(), 'zhangsan', {}, 'other-company')).body.data?.user.id).toBe(
    there.body.data?.user.id,
  );
  // A code of one company is worth nothing at the other.
  const browser = world.browser();
  const page = await browser.open('wecom', CONSENT);
  const foreign = world.wecom.issueCode({ corpId, agentId: DEMO_AGENT_ID, userid: 'zhangsan' });
  const answer = await browser.signIn('wecom', { code: foreign, state: page.searchParams.get('state') });
  expect(answer).toMatchObject(failure(401, 'WECOM_CODE_INVALID'));
});

test('a session of the host is asked for by its own authenticator: other types are left alone', async () => {
  const answer = await world.browser().signIn('basic', {
    account: process.env.INIT_ROOT_EMAIL,
    password: process.env.INIT_ROOT_PASSWORD,
  });
  expect(answer.status).toBe(200);
  const wrong = await world.browser().signIn('basic', { account: process.env.INIT_ROOT_EMAIL, password: 'wrong-one' });
  expect(wrong.status).toBe(401);
  expect(wrong.body.errors?.[0].code ?? '').not.toMatch(/^WECOM_/);
});
