import { DEMO_AGENT_ID, DEMO_CORP_ID } from '../../simulator';
import { AT_DESK } from './browser';
import { type TestDatabase, onEveryDatabase } from './databases';
import { CONSENT, type Who, World, failure } from './world';

onEveryDatabase((create) => {
  let database: TestDatabase;
  let world: World;

  beforeAll(async () => {
    database = await create();
    world = await World.start(database.options);
  });

  afterAll(async () => {
    await world.close();
    await database.drop();
  });

  const app = () => world.wecom.app(DEMO_CORP_ID, DEMO_AGENT_ID);

  /** Runs a sign-in that must fail, and checks that it left nothing behind. */
  async function expectRefused(who: Who, expected: object, query: Record<string, string> = CONSENT): Promise<void> {
    const before = await world.counts();
    const browser = world.browser();
    expect(await world.round(browser, who, query)).toMatchObject(expected);
    expect(await world.counts()).toEqual(before);
    expect(browser.visitCookies).toEqual([]);
    expect([...browser.cookies.keys()]).toEqual([]);
  }

  /** Users and what hangs on them, before and after. */
  async function signInWithout(changes: Record<string, unknown>, run: () => Promise<void>): Promise<void> {
    const restore = await world.change('wecom', changes);
    try {
      await run();
    } finally {
      await restore();
    }
  }

  const withoutCreation = (run: () => Promise<void>) => signInWithout({ public: { autoSignup: false } }, run);

  describe('in two rounds', () => {
    test('inside WeCom: silent, then with consent, at most four calls together', async () => {
      const { userid, mobile } = world.newMember({ name: '张三丰' });
      const browser = world.browser();
      world.wecom.expireTokens();
      world.wecom.calls.reset();
      expect(await world.round(browser, userid)).toMatchObject(
        failure(401, 'WECOM_CONSENT_REQUIRED', 'consentRequired'),
      );
      const { status, body } = await world.round(browser, userid, CONSENT);
      expect(status).toBe(200);
      expect(body.data?.user).toMatchObject({ nickname: '张三丰', phone: mobile });
      const { gettoken, ...calls } = world.wecom.calls.byPath();
      expect(calls).toEqual({ 'auth/getuserinfo': 2, 'auth/getuserdetail': 1, 'user/get': 1 });
      expect(gettoken).toBeLessThanOrEqual(2);
      world.wecom.calls.reset();
      expect((await world.round(browser, userid)).body.data?.user.id).toBe(body.data?.user.id);
      expect(world.wecom.calls.byPath()).toEqual({ 'auth/getuserinfo': 1 });
    });

    test('by scan: told to open the app in WeCom first', async () => {
      const { userid } = world.newMember();
      for (const query of [{}, CONSENT]) {
        const before = await world.counts();
        const answer = await world.round(world.browser(AT_DESK), userid, query);
        expect(answer).toMatchObject(failure(403, 'WECOM_FIRST_SIGN_IN_IN_CLIENT', 'firstSignInInClient'));
        expect(answer.body.errors?.[0].message).toContain('Workbench');
        expect(await world.counts()).toEqual(before);
      }
      expect((await world.firstSignIn(userid)).status).toBe(200);
      expect((await world.round(world.browser(AT_DESK), userid)).status).toBe(200);
    });
  });

  describe('an existing user with the phone', () => {
    test.each([
      (digits: string) => digits,
      (digits: string) => `+86${digits}`,
      (digits: string) => `+86 ${digits.slice(0, 3)} ${digits.slice(3, 7)} ${digits.slice(7)}`,
      (digits: string) => `86-${digits}`,
      (digits: string) => `0086${digits}`,
      (digits: string) => `${digits.slice(0, 3)}-${digits.slice(3, 7)}-${digits.slice(7)}`,
      (digits: string) => `(+86)${digits}`,
    ])('is found however it is written: %#', async (write) => {
      const { userid, mobile } = world.newMember({ name: 'Name in WeCom', email: `${Date.now()}@wecom.example` });
      const id = await world.createUser({
        nickname: 'Name here',
        phone: write(mobile),
        email: `${mobile}@here.example`,
      });
      const before = await world.user(id);
      const { status, body } = await world.firstSignIn(userid);
      expect([status, body.data?.user.id]).toEqual([200, id]);
      // What the user was before is left as it was.
      expect(await world.user(id)).toEqual(before);
      expect((await world.round(world.browser(), userid)).body.data?.user.id).toBe(id);
    });

    test('is found with automatic creation off, too', () =>
      withoutCreation(async () => {
        const { userid, mobile } = world.newMember();
        const id = await world.createUser({ nickname: 'Here', phone: mobile });
        expect((await world.firstSignIn(userid)).body.data?.user.id).toBe(id);
      }));

    test('abroad', async () => {
      const { userid } = world.newMember({ mobile: '+85251234567' });
      const id = await world.createUser({ nickname: 'Hong Kong', phone: '+852 5123 4567' });
      await world.createUser({ nickname: 'Same digits at home', phone: '51234567' });
      expect((await world.firstSignIn(userid)).body.data?.user.id).toBe(id);
    });

    test('is not found by a part of the number', async () => {
      const { userid, mobile } = world.newMember();
      const longer = await world.createUser({ nickname: 'Longer', phone: `${mobile}0` });
      const { body } = await world.firstSignIn(userid);
      expect(body.data?.user.id).not.toBe(longer);
    });

    test('twice, in two ways of writing: refused, nobody is bound', async () => {
      const { userid, mobile } = world.newMember();
      await world.createUser({ nickname: 'One', phone: mobile });
      const second = await world.createUser({ nickname: 'Two', phone: `+86 ${mobile}` });
      const ambiguous = failure(409, 'WECOM_PHONE_AMBIGUOUS', 'phoneAmbiguous');
      await expectRefused(userid, ambiguous);
      await withoutCreation(() => expectRefused(userid, ambiguous));
      await world.db.getRepository('users').update({ filterByTk: second, values: { phone: null } });
      expect((await world.firstSignIn(userid)).body.data?.user.nickname).toBe('One');
    });

    test('that is bound to another member keeps its binding', async () => {
      const first = world.newMember();
      const { body } = await world.firstSignIn(first.userid);
      const id = body.data!.user.id;
      // The number changed hands.
      const second = world.newMember({ mobile: first.mobile });
      await withoutCreation(() =>
        expectRefused(second.userid, failure(403, 'WECOM_USER_NOT_FOUND', 'userBoundToAnother')),
      );
      const other = await world.firstSignIn(second.userid);
      expect(other.body.data?.user).toMatchObject({ phone: null });
      expect(other.body.data?.user.id).not.toBe(id);
      expect((await world.round(world.browser(), first.userid)).body.data?.user.id).toBe(id);
      expect((await world.user(id)).phone).toBe(first.mobile);
    });

    test('that is bound at another authenticator is bound here as well', async () => {
      await world.addAuthenticator('another', { agentId: '1000007', secret: 'secret-of-another-app' });
      world.wecom.corp(DEMO_CORP_ID).addApp({
        agentId: '1000007',
        secret: 'secret-of-another-app',
        sensitiveFields: ['mobile'],
      });
      const { userid } = world.newMember();
      const here = await world.firstSignIn(userid);
      const there = await world.firstSignIn(userid, world.browser(), 'another');
      expect(there.body.data?.user.id).toBe(here.body.data?.user.id);
      // But not to a colleague who got the number later.
      const colleague = world.newMember({ mobile: world.wecom.member(DEMO_CORP_ID, userid).mobile });
      world.wecom.member(DEMO_CORP_ID, userid).mobile = '';
      await world.addAuthenticator('third', { agentId: '1000007', secret: 'secret-of-another-app' });
      const other = await world.firstSignIn(colleague.userid, world.browser(), 'third');
      expect(other.body.data?.user).toMatchObject({ phone: null });
      expect(other.body.data?.user.id).not.toBe(here.body.data?.user.id);
    });
  });

  describe('a new user', () => {
    test('has name, phone and the default role', async () => {
      const { userid, mobile } = world.newMember({ name: '诸葛孔明' });
      const { body } = await world.firstSignIn(userid);
      expect(await world.user(body.data!.user.id)).toMatchObject({
        nickname: '诸葛孔明',
        phone: mobile,
        email: null,
        roles: [{ name: 'member' }],
      });
    });

    test.each<[string, object, string | null]>([
      ['corporate before personal', { email: 'p1@x.example', biz_mail: 'b1@x.example' }, 'b1@x.example'],
      ['personal', { email: 'p2@x.example' }, 'p2@x.example'],
      ['none', {}, null],
      ['not an address', { email: 'not an address' }, null],
      ['far too long', { email: `${'x'.repeat(300)}@x.example` }, null],
    ])('e-mail: %s', async (_name, emails, expected) => {
      const { userid } = world.newMember(emails);
      const { status, body } = await world.firstSignIn(userid);
      expect([status, body.data?.user.email]).toEqual([200, expected]);
    });

    test('whose e-mail somebody has, in other capitals, comes without', async () => {
      await world.createUser({ nickname: 'Owner', email: 'Taken@Corp.example' });
      const { userid } = world.newMember({ biz_mail: 'taken@corp.EXAMPLE', email: 'free@x.example' });
      const { status, body } = await world.firstSignIn(userid);
      expect([status, body.data?.user.email]).toEqual([200, null]);
    });

    test('without a name in WeCom is named by the userid', async () => {
      const { userid } = world.newMember({ name: '' });
      expect((await world.firstSignIn(userid)).body.data?.user.nickname).toBe(userid);
    });

    test('with a long or odd name', async () => {
      for (const name of ['名'.repeat(64), `O'Brien "Bobby" <b>%_\\`, '😀 emoji']) {
        const { userid } = world.newMember({ name });
        expect((await world.firstSignIn(userid)).body.data?.user.nickname).toBe(name);
      }
    });

    test('after the user of a member was deleted', async () => {
      const { userid, mobile } = world.newMember();
      const { body } = await world.firstSignIn(userid);
      await world.db.getRepository('users').destroy({ filterByTk: body.data!.user.id });
      expect(await world.round(world.browser(), userid)).toMatchObject(failure(401, 'WECOM_CONSENT_REQUIRED'));
      const again = await world.firstSignIn(userid);
      expect(again.body.data?.user).toMatchObject({ phone: mobile });
      expect(again.body.data?.user.id).not.toBe(body.data!.user.id);
    });

    test('is not created when automatic creation is off', () =>
      withoutCreation(() =>
        expectRefused(world.newMember().userid, failure(403, 'WECOM_USER_NOT_FOUND', 'userNotFound')),
      ));
  });

  describe('a phone that stays unknown', () => {
    const unknown: [string, (userid: string) => Who, () => () => void][] = [
      ['consent refused', (userid) => ({ userid, consent: 'none' }), () => () => undefined],
      ['another field agreed to', (userid) => ({ userid, consent: ['gender'] }), () => () => undefined],
      ['a code without a ticket', (userid) => ({ userid, scope: 'snsapi_base' }), () => () => undefined],
      [
        'fields not enabled for the app',
        (userid) => userid,
        () => {
          const { sensitiveFields } = app();
          app().sensitiveFields = [];
          return () => void (app().sensitiveFields = sensitiveFields);
        },
      ],
    ];

    test.each(unknown)('%s: created without a phone', async (_name, who, prepare) => {
      const undo = prepare();
      const { userid, name, mobile } = world.newMember({ biz_mail: `${Date.now()}@x.example` });
      const owner = await world.createUser({ nickname: 'Owner of the number', phone: mobile });
      const { status, body } = await world.firstSignIn(who(userid));
      undo();
      expect(status).toBe(200);
      expect(body.data?.user).toMatchObject({ nickname: name, phone: null });
      expect(body.data?.user.id).not.toBe(owner);
    });

    test.each(unknown)('%s: told what is missing when automatic creation is off', async (_name, who, prepare) => {
      const undo = prepare();
      const { userid } = world.newMember();
      await withoutCreation(() => expectRefused(who(userid), failure(403, 'WECOM_USER_NOT_FOUND', 'phoneUnknown')));
      undo();
    });

    test.each(['', 'no number', '0', '+', '9'.repeat(60)])('the member has %j as phone', async (mobile) => {
      const { userid } = world.newMember({ mobile });
      const { status, body } = await world.firstSignIn(userid);
      expect([status, body.data?.user.phone]).toEqual([200, null]);
    });

    test('an app made before 2022 gets the phone without consent', async () => {
      app().createdAfter2022 = false;
      const { userid, mobile } = world.newMember();
      const id = await world.createUser({ nickname: 'Here', phone: mobile });
      const { body } = await world.firstSignIn({ userid, consent: 'none' });
      app().createdAfter2022 = true;
      expect(body.data?.user.id).toBe(id);
    });
  });

  describe('somebody who may not sign in', () => {
    const notMember = (reason: string) => failure(403, 'WECOM_NOT_MEMBER', reason);

    test.each([{}, CONSENT])('a person outside the company: %j', async (query) => {
      await expectRefused({ openid: 'oDemo0123456789abcdefghijkl' }, notMember('notMember'), query);
    });

    test.each([{}, CONSENT])('a person of a linked company: %j', async (query) => {
      await expectRefused({ linked: 'wwpartner0123456789/qian.linked' }, notMember('linkedCompany'), query);
    });

    test('a member who has left', () => expectRefused('sunqi', notMember('notMember')));

    test('a member who was disabled', () =>
      expectRefused(world.newMember({ status: 2 }).userid, notMember('leftCompany')));

    test('a member outside the visible range', () => expectRefused('wangwu', notMember('notVisible')));
  });
});
