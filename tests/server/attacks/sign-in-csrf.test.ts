import '../environment';
import jwt from 'jsonwebtoken';
import { servicesOf } from '../../../src/server/services';
import { readSettings } from '../../../src/server/settings/settings';
import { Visits } from '../../../src/server/visit/visits';
import type { Browser } from '../browser';
import { CONSENT, World, failure } from '../world';

let world: World;

beforeAll(async () => {
  world = await World.start();
  for (const member of ['attacker', 'victim']) {
    world.newMember({ userid: member });
    await world.firstSignIn(member);
  }
});

beforeEach(() => {
  world.wecom.calls.reset();
});

afterAll(() => world.close());

const stateInvalid = failure(401, 'WECOM_STATE_INVALID', 'stateInvalid');

/** What is in the address of a return page: everything that a link can carry. */
async function begin(who: string, browser: Browser = world.browser()) {
  const page = await browser.open('wecom');
  return { browser, code: world.code(page, who), state: page.searchParams.get('state') as string };
}

/** What the server signs visits with, and for. */
async function insideOf(name: string) {
  const authenticator = await world.db.getRepository('authenticators').findOne({ filter: { name } });
  const secret = world.app.app.authManager.jwt.getSecret() as string | Buffer;
  return { secret, settings: readSettings(authenticator.get('options')) };
}

async function expectNothing(browser: Browser, values: object, name = 'wecom'): Promise<void> {
  expect(await browser.signIn(name, values)).toMatchObject(stateInvalid);
  expect(world.wecom.calls.total()).toBe(0);
}

describe('a link with the code and state of the attacker, in the browser of the victim', () => {
  test('signs nobody in', async () => {
    const { code, state } = await begin('attacker');
    await expectNothing(world.browser(), { code, state });
  });

  test('nor while the victim has visits of its own open, which go on afterwards', async () => {
    const { code, state } = await begin('attacker');
    const victim = await begin('victim');
    await expectNothing(victim.browser, { code, state });
    const answer = await victim.browser.signIn('wecom', { code: victim.code, state: victim.state });
    expect(answer.body.data?.user.nickname).toBe(world.wecom.member('wwdemo0123456789ab', 'victim').name);
  });

  test('nor does the code with a state that the victim has open, as long as the attacker cannot read it', async () => {
    const attacker = await begin('attacker');
    const victim = await begin('victim');
    const guess = victim.state.slice(0, 31) + (victim.state.endsWith('0') ? '1' : '0');
    await expectNothing(victim.browser, { code: attacker.code, state: guess });
  });

  test('nor by a cookie that the attacker made of the own one', async () => {
    const { browser, code, state } = await begin('attacker');
    const [name] = browser.visitCookies;
    const own = browser.cookies.get(name) as string;
    const claims = jwt.decode(own) as object;
    const [header, payload, signature] = own.split('.');
    const unsigned = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
    for (const cookie of [
      jwt.sign(claims, 'guessed key'),
      jwt.sign(claims, '', { algorithm: 'none' }),
      `${unsigned}.${payload}.${signature}`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
      state,
    ]) {
      const victim = world.browser();
      victim.cookies.set(name, cookie);
      await expectNothing(victim, { code, state });
    }
    // The cookie itself would do: that it cannot be planted is what keeps the attacker out.
    expect((await browser.signIn('wecom', { code, state })).status).toBe(200);
  });
});

describe('signed by the same server, but something else', () => {
  test('a session token is no visit', async () => {
    const { body } = await world.round(world.browser(), 'attacker');
    const { browser, code, state } = await begin('attacker');
    const [name] = browser.visitCookies;
    const own = browser.cookies.get(name) as string;
    browser.cookies.set(name, body.data!.token);
    world.wecom.calls.reset();
    await expectNothing(browser, { code, state });
    browser.cookies.set(name, own);
    expect((await browser.signIn('wecom', { code, state })).status).toBe(200);
  });

  test('a visit is no session token', async () => {
    const { browser } = await begin('victim');
    const [cookie] = browser.visitCookies.map((name) => browser.cookies.get(name) as string);
    const asVictim = world.client(cookie);
    expect((await asVictim('auth:check')).body.data ?? {}).not.toHaveProperty('id');
    expect((await asVictim('users:list')).status).toBe(401);
  });

  test('a visit of a sub-app with the same keys is no visit here', async () => {
    const { settings, secret } = await insideOf('wecom');
    const jar = new Map<string, string>();
    const state = new Visits(secret, 'sales', servicesOf(world.app.app).claims).begin(
      {
        get: (name) => jar.get(name),
        names: () => [...jar.keys()],
        set: (name, value) => void jar.set(name, value),
        clear: (name) => void jar.delete(name),
      },
      'wecom',
      settings,
      { inClient: true, consent: false },
    );
    const [[name, cookie]] = jar;
    const browser = world.browser();
    browser.cookies.set(name, cookie).set(name.replace('_sales_', '_main_'), cookie);
    const { code } = await begin('attacker');
    await expectNothing(browser, { code, state });
  });

  test('a cookie that a neighbouring host planted is not looked at over HTTPS', async () => {
    await world.addAuthenticator('tls', { origin: 'https://noco.example.com' });
    const browser = world.browser();
    const page = await browser.open('tls', CONSENT);
    const planted = world.browser();
    // What another host can set has no name that begins with `__Host-`.
    browser.cookies.forEach((value, name) => planted.cookies.set(name.replace('__Host-', ''), value));
    expect([...browser.cookies.keys()]).not.toEqual([...planted.cookies.keys()]);
    const values = { code: world.code(page, 'attacker'), state: page.searchParams.get('state') };
    await expectNothing(planted, values, 'tls');
    expect((await browser.signIn('tls', values)).status).toBe(200);
  });
});

describe('a visit is worth one attempt', () => {
  test('also when that one failed, so that it is no way to guess codes', async () => {
    const { browser, code, state } = await begin('victim');
    const kept = browser.copy();
    expect((await browser.signIn('wecom', { code: 'guess', state })).body.errors?.[0].code).toBe('WECOM_CODE_INVALID');
    world.wecom.calls.reset();
    await expectNothing(kept, { code, state });
  });

  test('of many guesses at once one reaches WeCom', async () => {
    const { browser, state } = await begin('victim');
    const guesses = Array.from({ length: 20 }, (_, index) =>
      browser.copy().signIn('wecom', { code: `guess${index}`, state }),
    );
    const codes = (await Promise.all(guesses)).map(({ body }) => body.errors?.[0].code);
    expect(codes.filter((code) => code !== 'WECOM_STATE_INVALID')).toEqual(['WECOM_CODE_INVALID']);
    expect(world.wecom.calls.byPath()).toEqual({ 'auth/getuserinfo': 1 });
  });

  test('for the authenticator it began at, even if another has the same company and app', async () => {
    await world.addAuthenticator('twin');
    const { browser, code, state } = await begin('victim');
    await expectNothing(browser, { code, state }, 'twin');
    expect((await browser.signIn('wecom', { code, state })).status).toBe(200);
  });

  test('for the WeCom it began with: a code is not sent to another address', async () => {
    const { browser, code, state } = await begin('victim');
    const restore = await world.change('wecom', { apiBaseUrl: 'http://127.0.0.1:1' });
    await expectNothing(browser, { code, state });
    await restore();
  });
});
