import { DEMO_AGENT_ID, DEMO_CORP_ID } from '../../simulator';
import { answerOf } from './browser';
import { World, failure } from './world';

let world: World;

beforeAll(async () => {
  world = await World.start();
  await world.firstSignIn('zhangsan');
});

afterEach(() => {
  world.wecom.faults.clear();
});

afterAll(() => world.close());

const stateInvalid = failure(401, 'WECOM_STATE_INVALID', 'stateInvalid');

/** A browser on its way back from WeCom. */
async function begin(query: Record<string, string> = {}, who = 'zhangsan') {
  const browser = world.browser();
  const page = await browser.open('wecom', query);
  return { browser, code: world.code(page, who), state: page.searchParams.get('state') as string };
}

describe('what comes back instead of code and state', () => {
  const huge = 'x'.repeat(100_000);
  const states: [string, unknown][] = [
    ['missing', undefined],
    ['null', null],
    ['empty', ''],
    ['huge', huge],
    ['a number', 5],
    ['a boolean', true],
    ['a list', ['0'.repeat(32)]],
    ['an object', { $ne: null }],
    ['capitals', 'A'.repeat(32)],
    ['never made', '0'.repeat(32)],
    ['a prototype', '__proto__'],
  ];

  test.each(states)('state: %s', async (_name, state) => {
    const { browser, code } = await begin();
    world.wecom.calls.reset();
    const before = await world.counts();
    expect(await browser.signIn('wecom', { code, state })).toMatchObject(stateInvalid);
    expect(await world.counts()).toEqual(before);
    expect(world.wecom.calls.total()).toBe(0);
  });

  test.each<[string, unknown, string]>([
    ['missing', undefined, 'cancelled'],
    ['null', null, 'cancelled'],
    ['empty', '', 'cancelled'],
    ['huge', huge, 'codeInvalid'],
    ['a byte too long', 'x'.repeat(513), 'codeInvalid'],
    ['a number', 5, 'codeInvalid'],
    ['false', false, 'codeInvalid'],
    ['a list', ['code'], 'codeInvalid'],
    ['an object', { a: 1 }, 'codeInvalid'],
  ])('code: %s', async (_name, code, reason) => {
    const { browser, state } = await begin();
    world.wecom.calls.reset();
    const before = await world.counts();
    expect(await browser.signIn('wecom', { code, state })).toMatchObject(failure(401, 'WECOM_CODE_INVALID', reason));
    expect(await world.counts()).toEqual(before);
    expect(world.wecom.calls.total()).toBe(0);
    // The visit is used up by it.
    expect(await browser.signIn('wecom', { code: 'x', state })).toMatchObject(stateInvalid);
  });

  test.each(['x', '&access_token=x', '#', '张三', 'a b', '%00', '../../gettoken', 'x'.repeat(512)])(
    'a code that WeCom never made: %.20s',
    async (code) => {
      const { browser, state } = await begin();
      expect(await browser.signIn('wecom', { code, state })).toMatchObject(
        failure(401, 'WECOM_CODE_INVALID', 'codeInvalid'),
      );
    },
  );

  test.each(['[]', '"text"', '5', 'null', '[{"code":"x","state":"y"}]', '{}', '', '{', 'code=x&state=y'])(
    'body: %s',
    async (body) => {
      const { browser } = await begin();
      const answer = await browser.signIn('wecom', undefined, { body });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expect(answer.body.data?.token).toBeUndefined();
    },
  );

  test('a form instead of JSON', async () => {
    const { browser, code, state } = await begin();
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const body = `code=${code}&code=${code}&state=${state}&state=${state}`;
    expect(await browser.signIn('wecom', undefined, { body, headers })).toMatchObject(stateInvalid);
  });

  test('several megabytes', async () => {
    const { browser } = await begin();
    const body = JSON.stringify({ code: 'x', state: 'y', more: 'z'.repeat(12 * 1024 * 1024) });
    const response = await browser.fetch('/api/auth:signIn', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Authenticator': 'wecom' },
      body,
    });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    await response.text();
  });

  test('a body with more than it should have', async () => {
    const { browser, code, state } = await begin();
    const values = { code, state, redirect: '//evil', userid: 'lisi', consent: true, __proto__: { x: 1 }, id: 1 };
    const answer = await browser.signIn('wecom', values);
    expect(answer.body.data?.user.nickname).toBe('张三');
  });
});

describe('a GET of auth:signIn', () => {
  test.each(['code and state', 'lists', 'values[…]'])('signs nobody in: %s', async (form) => {
    const { browser, code, state } = await begin();
    const query = {
      'code and state': `code=${code}&state=${state}`,
      lists: `code[]=${code}&state[]=${state}&code=${code}&code=${code}`,
      'values[…]': `values[code]=${code}&values[state]=${state}`,
    }[form];
    const answer = await answerOf(
      await browser.fetch(`/api/auth:signIn?${query}`, { headers: { 'X-Authenticator': 'wecom' } }),
    );
    expect(answer).toMatchObject(stateInvalid);
  });

  test('nor does a code in the address of a POST', async () => {
    const { browser, code, state } = await begin();
    const headers = { 'X-Authenticator': 'wecom', 'Content-Type': 'application/json' };
    const path = `/api/auth:signIn?code=${code}&state=${state}`;
    expect(await answerOf(await browser.fetch(path, { method: 'POST', headers, body: '{}' }))).toMatchObject(
      stateInvalid,
    );
  });
});

describe('a return to nowhere', () => {
  test.each(['nobody', 'basic', 'x'.repeat(5000), '__proto__', '', 'WECOM ; DROP'])(
    'authenticator %.20j',
    async (name) => {
      const { browser, code, state } = await begin();
      world.wecom.calls.reset();
      const answer = await browser.signIn(name, { code, state });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expect(answer.body.data).toBeUndefined();
      expect(world.wecom.calls.total()).toBe(0);
      if (name !== '' && name !== 'basic') {
        expect(answer).toMatchObject(failure(404, 'WECOM_CONFIG_INVALID', 'authenticatorUnknown'));
      }
    },
  );

  test('there is no other way to a session, such as signing up', async () => {
    const { browser, state } = await begin();
    const before = await world.counts();
    const signUp = await browser.fetch('/api/auth:signUp', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Authenticator': 'wecom' },
      body: JSON.stringify({ code: 'x', state }),
    });
    expect((await signUp.text()).includes('token')).toBe(false);
    expect(await world.counts()).toEqual(before);
  });
});

test.each(['garbage', '', 'a.b.c', `${'x'.repeat(6000)}`, '%00', '"quoted"'])(
  'a visit cookie that holds nonsense: %.20j',
  async (value) => {
    const { browser, code, state } = await begin();
    browser.cookies.set(browser.visitCookies[0], value);
    expect(await browser.signIn('wecom', { code, state })).toMatchObject(stateInvalid);
  },
);

test('a crowd of cookies is worked off in answers that fit through a proxy, and keeps nobody out', async () => {
  const browser = world.browser();
  for (let index = 0; index < 120; index += 1) browser.cookies.set(`nb_wecom_main_${10_000_000 + index}`, 'x');
  for (let visits = 0; browser.visitCookies.length > 6; visits += 1) {
    expect(visits).toBeLessThan(20);
    const response = await browser.knock({ authenticator: 'wecom' });
    const page = new URL(response.headers.get('location') as string);
    // By default nginx takes 4 KB.
    expect([...response.headers].map((pair) => pair.join(': ')).join('\r\n').length).toBeLessThan(4_000);
    const values = { code: world.code(page, 'zhangsan'), state: page.searchParams.get('state') };
    expect((await browser.signIn('wecom', values)).status).toBe(200);
  }
});

test('a message that quotes a secret goes no further', async () => {
  const { secret } = world.wecom.app(DEMO_CORP_ID, DEMO_AGENT_ID);
  world.wecom.faults.add({ call: 'auth/getuserinfo', kind: { errcode: 40029, errmsg: `no: ${secret}` } });
  const answer = await world.round(world.browser(), 'zhangsan');
  expect(JSON.stringify(answer)).not.toContain(secret);
});

test('a token that ended is renewed once for many sign-ins at once', async () => {
  world.wecom.expireTokens();
  world.wecom.calls.reset();
  const answers = await Promise.all(Array.from({ length: 20 }, () => world.round(world.browser(), 'zhangsan')));
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
  expect(world.wecom.calls.count('gettoken')).toBe(1);
});
