import { DEMO_AGENT_ID, DEMO_CORP_ID } from '../../../simulator';
import { LANES, World, expectFailure, expectSignInPage, expectSignedIn, startWorld } from '../world';

/** Phone of the member `zhangsan`. */
const PHONE = '13800000001';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
beforeEach(() => world.reset());
afterEach(async () => {
  expect(await world.complaints()).toEqual([]);
});
afterAll(() => world.close());

describe.each(LANES)('$lane', ({ lane, base }) => {
  const home = `${base}/admin`;

  /** Opens the Workbench homepage as somebody whom NocoBase has not seen yet, up to WeCom's question for consent. */
  async function openedFirstTime(userid = 'zhangsan', locale: 'en-US' | 'zh-CN' = 'en-US') {
    const visitor = await world.newVisitor({ inWeCom: true, as: userid, locale });
    await visitor.open(world.homepageLink({ redirect: home }));
    await visitor.page.getByTestId('consent').waitFor();
    return visitor;
  }

  test('a silent round, one question, and the existing user with the phone is bound; then nothing is asked', async () => {
    const existing = await world.createUser({ nickname: '老张', phone: '+86 138-0000-0001' });
    // Somebody signed in before, so that there is an access token.
    await world.introduce('zhaoliu');
    const visitor = await openedFirstTime();
    await visitor.screenshot(`consent-${lane}`);
    await visitor.choose('agree');
    expect((await expectSignedIn(visitor, '老张')).id).toBe(existing.id);
    expect(visitor.doorRequests).toBe(2);
    expect(world.wecom.calls.total()).toBeLessThanOrEqual(4);
    expect(await world.users()).toHaveLength(3);

    world.wecom.calls.reset();
    const tomorrow = await world.newVisitor({ inWeCom: true, as: 'zhangsan' });
    await tomorrow.open(world.homepageLink({ redirect: home }));
    expect((await expectSignedIn(tomorrow)).id).toBe(existing.id);
    expect(tomorrow.doorRequests).toBe(1);
    expect(world.wecom.calls.byPath()).toEqual({ 'auth/getuserinfo': 1 });
  });

  test('without such a user one is created', async () => {
    const visitor = await openedFirstTime('zhaoliu');
    await visitor.choose('agree');
    const { id } = await expectSignedIn(visitor, '赵六');
    expect((await world.users()).find((user) => user.id === id)).toMatchObject({
      phone: '13800000004',
      email: 'zhaoliu@corp.example.com',
    });
  });

  test('without such a user and with automatic creation off the reason is told, and nothing is created', async () => {
    await world.saveAuthenticator({ autoSignup: false });
    const visitor = await openedFirstTime('zhangsan', 'zh-CN');
    await visitor.choose('agree');
    await expectFailure(visitor, 'userNotFound', 'zh-CN');
    await visitor.screenshot(`refused-zh-${lane}`);
    expect(await world.users()).toHaveLength(1);

    await world.createUser({ nickname: '老张', phone: PHONE });
    await visitor.press();
    await expectSignedIn(visitor, '老张');
  });

  test.each(lane === 'v1' ? (['refuse', 'nothing enabled'] as const) : (['refuse', 'no phone'] as const))(
    'the phone stays unknown (%s): created, or told what is missing',
    async (why) => {
      const userid = why === 'no phone' ? 'lisi' : 'zhangsan';
      if (why === 'nothing enabled') world.wecom.app(DEMO_CORP_ID, DEMO_AGENT_ID).sensitiveFields = [];
      await world.saveAuthenticator({ autoSignup: false });
      const visitor = await world.newVisitor({ inWeCom: true, as: userid });
      const answer = async () => {
        if (why !== 'nothing enabled') await visitor.choose(why === 'refuse' ? 'refuse' : 'agree');
      };
      await visitor.open(world.homepageLink({ redirect: home }));
      await answer();
      await expectFailure(visitor, 'phoneUnknown');
      await visitor.screenshot(`phone-unknown-${lane}`);
      expect(await world.users()).toHaveLength(1);

      await world.saveAuthenticator({ autoSignup: true });
      await visitor.press();
      // Who agreed is not asked again for a while.
      if (why === 'refuse') await answer();
      expect((await expectSignedIn(visitor)).nickname).toBeTruthy();
      expect(await world.users()).toHaveLength(2);
    },
  );

  test('who closes the question of WeCom is asked again the next time', async () => {
    const visitor = await openedFirstTime();
    await visitor.choose('cancel');
    await visitor.page.getByTestId('closed').waitFor();
    await visitor.open(world.homepageLink({ redirect: home }));
    await visitor.choose('agree');
    await expectSignedIn(visitor, '张三');
  });

  test('who closes it on a device where somebody else is signed in leaves nobody signed in', async () => {
    await world.introduce('zhaoliu');
    const visitor = await world.newVisitor({ inWeCom: true, as: 'zhaoliu' });
    await visitor.open(world.homepageLink({ redirect: home }));
    await expectSignedIn(visitor, '赵六');
    await world.becomeClient(visitor, 'zhangsan');
    await visitor.open(world.homepageLink({ redirect: home }));
    await visitor.choose('cancel');
    await visitor.page.getByTestId('closed').waitFor();
    await visitor.open(home);
    await expectSignInPage(visitor);
  });

  test('two users with one phone: told so, and nobody is bound', async () => {
    await world.createUser({ nickname: '老张', phone: PHONE });
    await world.createUser({ nickname: '小张', phone: `+86 ${PHONE}` });
    const visitor = await openedFirstTime('zhangsan', 'zh-CN');
    await visitor.choose('agree');
    await expectFailure(visitor, 'phoneAmbiguous', 'zh-CN');
    expect(await world.users()).toHaveLength(3);
  });

  test('automatic login takes the same way', async () => {
    await world.saveAuthenticator({ autoLogin: true });
    const visitor = await world.newVisitor({ inWeCom: true, as: 'zhangsan' });
    await visitor.open(`${home}/reports?x=1&y=2`);
    await visitor.choose('agree');
    await expectSignedIn(visitor, '张三');
    expect(visitor.address).toBe(`${home}/reports?x=1&y=2`);
  });

  test.each(lane === 'v1' ? (['zh-CN'] as const) : (['en-US', 'zh-CN'] as const))(
    'by scan the first sign-in is refused with the steps to take, in %s',
    async (locale) => {
      const visitor = await world.newVisitor({ locale });
      await visitor.open(`${home}/reports?x=1&y=2`);
      await visitor.press();
      await visitor.scan('zhangsan');
      const text = await expectFailure(visitor, 'firstSignInInClient', locale);
      for (const step of ['1.', '2.', '3.']) expect(text).toMatch(new RegExp(`^${step} `, 'm'));
      await visitor.screenshot(`first-by-scan-${locale}-${lane}`);
      expect(await world.users()).toHaveLength(1);

      await world.introduce('zhangsan');
      await visitor.press();
      await visitor.scan('zhangsan');
      await expectSignedIn(visitor, '张三');
      expect(visitor.address).toBe(`${home}/reports?x=1&y=2`);
    },
  );
});
