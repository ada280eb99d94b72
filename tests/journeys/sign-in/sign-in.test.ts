import { LANES, World, expectSignInPage, expectSignedIn, startWorld } from '../world';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
beforeEach(() => world.reset());
afterEach(async () => {
  expect(await world.complaints()).toEqual([]);
});
afterAll(() => world.close());

describe.each(LANES)('$lane', ({ lane, base, mobile }) => {
  const deepLink = `${base}/admin/reports?x=1&y=2`;

  describe('at a desk', () => {
    test('the button leads to WeCom and back to the page first asked for, query included', async () => {
      await world.saveAuthenticator({ title: '企业微信 Sign-in' });
      await world.introduce('zhangsan');
      const visitor = await world.newVisitor();
      await visitor.open(deepLink);
      await expectSignInPage(visitor);
      await visitor.screenshot(`desk-sign-in-${lane}`);
      await visitor.press('企业微信 Sign-in');
      await visitor.choose('member-zhangsan');
      await visitor.page.getByTestId('confirm').waitFor();
      await visitor.screenshot(`desk-wecom-${lane}`);
      await visitor.choose('confirm');
      await expectSignedIn(visitor, '张三');
      expect(visitor.address).toBe(deepLink);
      await visitor.screenshot(`desk-signed-in-${lane}`);
      expect(world.wecom.calls.total()).toBe(1);
    });

    test('a person who asked for nothing lands where the settings say', async () => {
      await world.saveAuthenticator({ options: { redirectPath: `${base}/admin/welcome` } });
      await world.introduce('zhangsan');
      const visitor = await world.newVisitor();
      await visitor.open(world.homepageLink());
      await visitor.scan('zhangsan');
      await expectSignedIn(visitor, '张三');
      expect(visitor.address).toBe(`${base}/admin/welcome`);
    });
  });

  describe('inside WeCom, automatic login on', () => {
    test.each([`${base}/admin`, deepLink, mobile])('%s opens signed in, without a click', async (address) => {
      await world.saveAuthenticator({ autoLogin: true });
      await world.introduce('zhangsan');
      const visitor = await world.newVisitor({ inWeCom: true, as: 'zhangsan' });
      await visitor.openToSignIn(address);
      await expectSignedIn(visitor, '张三');
      await visitor.screenshot(`auto${address.replace(/\W/g, '-')}`);
      expect(visitor.address.replace(/\/$/, '')).toBe(address);
      expect(visitor.doorRequests).toBe(1);
      expect(visitor.loads).toBe(2);
      expect(world.wecom.calls.total()).toBe(1);
    });

    test('in other browsers the sign-in page waits for a click', async () => {
      await world.saveAuthenticator({ autoLogin: true });
      const visitor = await world.newVisitor();
      await visitor.open(`${base}/admin`);
      await expectSignInPage(visitor);
      await visitor.button().waitFor();
      expect(visitor.doorRequests).toBe(0);
    });
  });

  describe('inside WeCom, by the Workbench homepage link', () => {
    test('one chain of redirects and one load of the application', async () => {
      await world.introduce('zhangsan');
      const visitor = await world.newVisitor({ inWeCom: true, as: 'zhangsan' });
      await visitor.open(world.homepageLink({ redirect: `${base}/admin` }));
      await expectSignedIn(visitor, '张三');
      expect(visitor.address.replace(/\/$/, '')).toBe(`${base}/admin`);
      expect(visitor.loads).toBe(1);
      expect(visitor.requests.filter(({ navigation }) => navigation)).toHaveLength(3);
      expect(world.wecom.calls.total()).toBe(1);
    });

    test('a device that changed hands gets the right account', async () => {
      await world.introduce('zhangsan');
      await world.introduce('zhaoliu');
      const visitor = await world.newVisitor({ inWeCom: true, as: 'zhangsan' });
      await visitor.open(world.homepageLink({ redirect: `${base}/admin` }));
      await expectSignedIn(visitor, '张三');
      await world.becomeClient(visitor, 'zhaoliu');
      await visitor.open(world.homepageLink({ redirect: `${base}/admin` }));
      await expectSignedIn(visitor, '赵六');
      expect(visitor.loads).toBe(2);
    });
  });

  test('inside WeCom, automatic login off: the button, then the same', async () => {
    await world.introduce('zhangsan');
    const visitor = await world.newVisitor({ inWeCom: true, as: 'zhangsan' });
    await visitor.open(deepLink);
    await expectSignInPage(visitor);
    await visitor.screenshot(`phone-sign-in-${lane}`);
    expect(visitor.doorRequests).toBe(0);
    await visitor.press();
    await expectSignedIn(visitor, '张三');
    expect(visitor.address).toBe(deepLink);
  });

  test('after signing out inside WeCom the sign-in page stays, with the button', async () => {
    await world.saveAuthenticator({ autoLogin: true });
    await world.introduce('zhangsan');
    const visitor = await world.newVisitor({ inWeCom: 'desktop', as: 'zhangsan' });
    await visitor.open(`${base}/admin`);
    await expectSignedIn(visitor, '张三');
    await visitor.signOut();
    await expectSignInPage(visitor);
    await visitor.button().waitFor();
    await visitor.page.reload();
    await visitor.button().waitFor();
    expect(visitor.doorRequests).toBe(1);
    await visitor.press();
    await expectSignedIn(visitor, '张三');
  });
});
