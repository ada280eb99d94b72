import { type World, expectFailure, expectSignInPage, startWorld } from './world';

/** The pictures of the READMEs; `UPDATE_SCREENSHOTS=1` writes them to `docs/images/`. */

const README = { readme: true };

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
beforeEach(() => world.reset());
afterAll(() => world.close());

describe.each([
  ['en', 'en-US', 'WeCom'],
  ['zh', 'zh-CN', '企业微信登录'],
] as const)('%s', (language, locale, title) => {
  test('the sign-in page, and what a new member reads after scanning', async () => {
    await world.saveAuthenticator({ title });
    const visitor = await world.newVisitor({ locale });
    await visitor.open('/v/admin');
    await expectSignInPage(visitor);
    await visitor.button(title).waitFor();
    await visitor.screenshot(`sign-in-${language}`, README);
    await visitor.press(title);
    await visitor.scan('zhangsan');
    await expectFailure(visitor, 'firstSignInInClient', locale);
    await visitor.screenshot(`first-sign-in-scan-${language}`, README);
  });
});

test('the question for consent', async () => {
  const visitor = await world.newVisitor({ inWeCom: true, as: 'zhangsan', locale: 'zh-CN' });
  await visitor.open(world.homepageLink());
  await visitor.page.getByTestId('consent').waitFor();
  await visitor.screenshot('consent', README);
});
