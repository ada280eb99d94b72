import { DEMO_CORP_ID, demoCorp, type CorpConfig } from '../../../simulator';
import { LANES, World, expectSignedIn, startWorld, whoIs, expectFailure } from '../world';

const OTHER_CORP_ID = 'wwother0123456789ab';
const OTHER_SECRET = 'secret-of-another-invented-company-0123456789';

/** A second company, which also has a member with the userid `zhangsan`. */
function otherCorp(): CorpConfig {
  const corp = demoCorp();
  return {
    ...corp,
    corpId: OTHER_CORP_ID,
    name: '另一家公司',
    apps: corp.apps.map((app) => ({ ...app, secret: OTHER_SECRET })),
    members: [{ userid: 'zhangsan', name: '张珊', mobile: '13900000001' }],
  };
}

let world: World;

beforeAll(async () => {
  world = await startWorld({ corps: [demoCorp(), otherCorp()] });
});
beforeEach(async () => {
  await world.reset();
  world.trustDomain(new URL(world.origin).host, OTHER_CORP_ID);
  await world.saveAuthenticator({ title: 'Company One' });
  await world.saveAuthenticator({
    name: 'wecom-two',
    title: 'Company Two',
    options: { corpId: OTHER_CORP_ID, secret: OTHER_SECRET },
  });
});
afterEach(async () => {
  expect(await world.complaints()).toEqual([]);
});
afterAll(() => world.close());

describe.each(LANES)('$lane', ({ lane, base }) => {
  const home = `${base}/admin`;

  test('zhangsan of one company and zhangsan of the other are two people', async () => {
    const one = await world.introduce('zhangsan');
    const two = await world.introduce('zhangsan', 'wecom-two');
    expect(one.id).not.toBe(two.id);

    const visitor = await world.newVisitor();
    await visitor.open(home);
    await visitor.press('Company Two');
    await visitor.scan('zhangsan');
    expect((await expectSignedIn(visitor, '张珊')).id).toBe(two.id);

    const other = await world.newVisitor();
    await other.open(home);
    await other.button('Company One').waitFor();
    await other.screenshot(`two-companies-${lane}`);
    await other.press('Company One');
    await other.scan('zhangsan');
    expect((await expectSignedIn(other, '张三')).id).toBe(one.id);
  });

  test('a failure stands above the button of the company it belongs to', async () => {
    await world.introduce('zhangsan');
    const visitor = await world.newVisitor({ inWeCom: true, as: 'zhangsan', corpId: DEMO_CORP_ID });
    // Members of the one company are strangers to the other.
    await visitor.open(world.homepageLink({ redirect: home }, 'wecom-two'));
    await expectFailure(visitor, 'notMember');
    expect(await visitor.page.locator('.ant-alert').count()).toBe(1);
    const notice = await visitor.page.locator('.ant-alert').boundingBox();
    const [one, two] = await Promise.all(
      ['Company One', 'Company Two'].map((title) => visitor.button(title).boundingBox()),
    );
    expect(one!.y).toBeLessThan(notice!.y);
    expect(two!.y).toBeGreaterThan(notice!.y);
    await visitor.press('Company One');
    await expectSignedIn(visitor, '张三');
  });

  test('automatic login goes to the one company that has it', async () => {
    await world.introduce('zhangsan', 'wecom-two');
    await world.saveAuthenticator({
      name: 'wecom-two',
      title: 'Company Two',
      autoLogin: true,
      options: { corpId: OTHER_CORP_ID, secret: OTHER_SECRET },
    });
    const visitor = await world.newVisitor({ inWeCom: true, as: 'zhangsan', corpId: OTHER_CORP_ID });
    await visitor.openToSignIn(home);
    await expectSignedIn(visitor, '张珊');
  });

  test('switched off, a way of signing in is gone; who came by it goes on working', async () => {
    await world.introduce('zhangsan');
    const visitor = await world.newVisitor({ inWeCom: true, as: 'zhangsan' });
    await visitor.open(world.homepageLink({ redirect: home }));
    await expectSignedIn(visitor, '张三');

    await world.saveAuthenticator({ title: 'Company One', enabled: false, autoLogin: true });
    await visitor.page.reload({ waitUntil: 'commit' });
    await expectSignedIn(visitor, '张三');

    const late = await world.newVisitor({ inWeCom: true, as: 'zhangsan' });
    await late.open(home);
    await late.button('Company Two').waitFor();
    expect(await late.button('Company One').count()).toBe(0);
    expect(late.doorRequests).toBe(0);
    await late.open(world.homepageLink({ redirect: home }));
    await expectFailure(late, 'authenticatorUnknown');
    await late.screenshot(`switched-off-${lane}`);
    expect(await whoIs(late)).toBeNull();
  });
});
