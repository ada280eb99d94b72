import { DEMO_AGENT_ID, DEMO_CORP_ID } from '../../../simulator';
import { FAILURES } from '../../../src/shared/failures';
import { LANES, World, expectFailure, expectSignInPage, expectSignedIn, startWorld } from '../world';

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

  test('a member who cancels at WeCom may sign in again', async () => {
    await world.introduce('zhangsan');
    const visitor = await world.newVisitor({ locale: 'zh-CN' });
    await visitor.open(`${home}/reports?x=1&y=2`);
    await visitor.press();
    await visitor.choose('member-zhangsan');
    await visitor.choose('refuse');
    await expectFailure(visitor, 'cancelled', 'zh-CN');
    await visitor.screenshot(`cancelled-zh-${lane}`);
    await visitor.press();
    await visitor.scan('zhangsan');
    await expectSignedIn(visitor, '张三');
    expect(visitor.address).toBe(`${home}/reports?x=1&y=2`);
  });

  test.each([
    ['somebody outside the company', { openid: 'oDemo0123456789abcdefghijkl' }, 'notMember'],
    ['somebody of a linked company', { linked: 'wwpartner0123456789/qian.linked' }, 'linkedCompany'],
  ] as const)('%s stays outside, with automatic login too', async (_who, as, reason) => {
    await world.saveAuthenticator({ autoLogin: true });
    const visitor = await world.newVisitor({ inWeCom: true, as });
    await visitor.open(home);
    await expectFailure(visitor, reason);
    await visitor.screenshot(`${reason}-${lane}`);
    expect(visitor.doorRequests).toBe(1);
    expect(await world.users()).toHaveLength(1);

    await world.introduce('zhangsan');
    await world.becomeClient(visitor, 'zhangsan');
    await visitor.press();
    await expectSignedIn(visitor, '张三');
  });

  test('at a desk, strangers who scan are told who they are to the company', async () => {
    const visitor = await world.newVisitor();
    await visitor.open(home);
    await visitor.press();
    await visitor.choose('outsider');
    await visitor.choose('confirm');
    await expectFailure(visitor, 'notMember');
    await visitor.press();
    await visitor.choose('linked');
    await visitor.choose('confirm');
    await expectFailure(visitor, 'linkedCompany');
    expect(await world.users()).toHaveLength(1);
  });

  test('a member outside the range of the app is told so, by WeCom or by the sign-in page', async () => {
    const visitor = await world.newVisitor({ inWeCom: true, as: 'wangwu' });
    await visitor.open(world.homepageLink({ redirect: home }));
    // WeCom itself refuses the consent round.
    await visitor.page.getByTestId('error').waitFor();
    expect(await visitor.page.getByTestId('error-code').innerText()).toBe('50002');

    world.wecom.app(DEMO_CORP_ID, DEMO_AGENT_ID).visible = null;
    world.wecom.faults.add({ call: 'auth/getuserdetail', kind: { errcode: 60011 }, times: 1 });
    await visitor.open(world.homepageLink({ redirect: home, scope: 'snsapi_privateinfo' }));
    await visitor.choose('agree');
    await expectFailure(visitor, 'notVisible');
    expect(await world.users()).toHaveLength(1);
  });

  test('who may not come in does not stay in as somebody else', async () => {
    await world.introduce('zhangsan');
    const visitor = await world.newVisitor({ inWeCom: true, as: 'zhangsan' });
    await visitor.open(world.homepageLink({ redirect: home }));
    await expectSignedIn(visitor, '张三');
    await world.becomeClient(visitor, { openid: 'oDemo0123456789abcdefghijkl' });
    await visitor.open(world.homepageLink({ redirect: home }));
    await expectFailure(visitor, 'notMember');
  });

  test('wrong settings: the administrator is told what to mend', async () => {
    await world.saveAuthenticator({ options: { secret: 'secret-of-nobody' } });
    const visitor = await world.newVisitor({ inWeCom: true, as: 'zhangsan' });
    await visitor.open(world.homepageLink({ redirect: home }));
    await expectFailure(visitor, 'secretRefused');
    const details = await visitor.openDetails();
    expect(details).toContain(`What to do: ${FAILURES.secretRefused.remedy}`);
    await visitor.screenshot(`secretRefused-${lane}`);
  });

  test.each([
    ['unavailable', { status: 502, html: '<h1>Bad Gateway</h1>' }],
    ['ipNotTrusted', { errcode: 60020, errmsg: 'not allow to access from your ip, from ip: 203.0.113.5' }],
  ])('WeCom fails (%s, %j): told, and signed in by the next click', async (reason, kind) => {
    await world.introduce('zhangsan');
    const off = world.wecom.faults.add({ call: '*', kind });
    const visitor = await world.newVisitor({ inWeCom: true, as: 'zhangsan', locale: 'zh-CN' });
    await visitor.open(world.homepageLink({ redirect: home }));
    await expectFailure(visitor, reason, 'zh-CN');
    await visitor.screenshot(`${reason}-zh-${lane}`);
    off();
    await visitor.press();
    await expectSignedIn(visitor, '张三');
  });

  describe('bad input in an address', () => {
    test('the door tells on the sign-in page that it does not know the authenticator', async () => {
      const visitor = await world.newVisitor({ inWeCom: true, as: 'zhangsan' });
      for (const name of ['basic', '<img src=x onerror=alert(1)>', 'x'.repeat(5000)]) {
        await visitor.open(world.homepageLink({ redirect: home }, name));
        await expectFailure(visitor, 'authenticatorUnknown');
        await visitor.button().waitFor();
      }
      await visitor.screenshot(`unknown-authenticator-${lane}`);
    });

    test('the sign-in page stays a sign-in page', async () => {
      const visitor = await world.newVisitor();
      let dialogs = 0;
      visitor.page.on('dialog', async (dialog) => {
        dialogs += 1;
        await dialog.dismiss();
      });
      for (const query of [
        'error=<script>alert(1)</script>&authenticator=wecom&redirect=//evil.example',
        'authenticator=wecom&authenticator=basic&error=__proto__&error=x&redirect=javascript:alert(1)',
        'authenticator=wecom&code=1&code=2&state=<img%20src=x%20onerror=alert(1)>',
        `authenticator=${'a'.repeat(4000)}&error=${'e'.repeat(4000)}&code=${'c'.repeat(4000)}&state=${'0'.repeat(32)}`,
      ]) {
        await visitor.open(`${base}/signin?${query}`);
        await expectSignInPage(visitor);
        await visitor.button().waitFor();
        expect(await visitor.page.locator('body').innerText()).not.toMatch(/alert\(1\)|eeee|\bat \w+ \(/);
        const target = await visitor.page.locator('a[href*="wecom:authorize"]').getAttribute('href');
        expect(target).not.toMatch(/evil|javascript/);
      }
      expect(dialogs).toBe(0);
    });
  });
});
