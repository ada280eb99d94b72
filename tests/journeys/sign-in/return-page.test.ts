import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { DEMO_AGENT_ID, DEMO_CORP_ID } from '../../../simulator';
import { LANES, World, expectFailure, expectSignedIn, whoIs, startWorld } from '../world';
import type { Visitor } from '../visitor';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
beforeEach(async () => {
  await world.reset();
  await world.introduce('zhangsan');
  await world.introduce('zhaoliu');
});
afterEach(async () => {
  expect(await world.complaints()).toEqual([]);
});
afterAll(() => world.close());

/** Starts signing in and stops where WeCom sends the browser back: the address of the return page, not yet opened. */
async function returnAddress(visitor: Visitor, home: string, userid = 'zhangsan'): Promise<string> {
  const door = await visitor.context.request.get(world.homepageLink({ redirect: home }), {
    maxRedirects: 0,
    // A connection that is kept may be closed by the host just when it is used again.
    headers: { Accept: 'text/html', Connection: 'close' },
  });
  const page = new URL(door.headers().location);
  const { searchParams: asked } = page;
  const address = new URL(asked.get('redirect_uri') ?? '');
  const code = world.wecom.issueCode({
    corpId: DEMO_CORP_ID,
    agentId: DEMO_AGENT_ID,
    userid,
    inClient: page.pathname.startsWith('/connect/'),
    redirectUri: address.href,
  });
  address.searchParams.set('code', code);
  address.searchParams.set('state', asked.get('state') ?? '');
  return address.href;
}

/** Forgets the visit, as the browser itself does after ten minutes. */
function forgetVisit(visitor: Visitor): Promise<void> {
  return visitor.context.clearCookies({ name: /^nb_wecom_/ });
}

/** Waits until the page has come to rest, as the application or as its sign-in page. */
async function settle(page: Page): Promise<'app' | 'signin'> {
  await page.locator('.ant-pro-layout, input[type=password]').first().waitFor();
  return (await page.locator('.ant-pro-layout').count()) ? 'app' : 'signin';
}

/** Waits until a tab waits for its turn to sign in. */
async function turnIsAwaited(page: Page): Promise<void> {
  let awaited = false;
  while (!awaited && !page.isClosed()) {
    // The processor belongs to the page that is opening.
    await sleep(50);
    // A page that is just opening has no locks yet, or loses the answer.
    awaited = await page
      .evaluate(
        async () => (await navigator.locks.query()).pending?.some(({ name }) => name?.includes('wecom')) ?? false,
      )
      .catch(() => false);
  }
}

/** Opens the return page in a second tab while the first is signing in; that one goes on only then. */
async function openTwice(visitor: Visitor, address: string): Promise<Page> {
  const other = await visitor.context.newPage();
  await visitor.page.route(/auth:signIn/, async (route) => {
    await turnIsAwaited(other);
    await route.continue();
  });
  await Promise.all([visitor.page.waitForRequest(/auth:signIn/), visitor.open(address)]);
  await visitor.open(address, other);
  return other;
}

/** Waits until two tabs that opened the return page have both left it, which is a load of the application each. */
async function leaveReturnPage(tabs: Page[], home: string): Promise<void> {
  await Promise.all(tabs.map((tab) => tab.waitForURL((url) => url.href.endsWith(home), { waitUntil: 'commit' })));
}

/** Goes back to the last page under an origin, which there has to be. */
async function goBackTo({ page, context }: Visitor, origin: string): Promise<void> {
  const devTools = await context.newCDPSession(page);
  const { entries, currentIndex } = await devTools.send('Page.getNavigationHistory');
  await devTools.detach();
  const isOurs = entries.slice(0, currentIndex).map(({ url }) => url.startsWith(`${origin}/`));
  const index = isOurs.lastIndexOf(true);
  expect(index).toBeGreaterThanOrEqual(0);
  await page.evaluate((steps) => history.go(steps), index - currentIndex);
  await page.waitForURL((url) => url.href !== entries[currentIndex].url, { waitUntil: 'commit' });
}

describe.each(LANES)('$lane', ({ lane, base }) => {
  const home = `${base}/admin/reports?x=1&y=2`;

  describe('at a desk', () => {
    test('reloading after sign-in stays signed in, and Back leads to nothing broken', async () => {
      const visitor = await world.newVisitor();
      await visitor.open(home);
      await visitor.press();
      await visitor.scan('zhangsan');
      await expectSignedIn(visitor, '张三');
      await visitor.page.reload({ waitUntil: 'commit' });
      await expectSignedIn(visitor, '张三');
      expect(visitor.address).toBe(home);
      // Beyond the pages of WeCom, whose own Back is not ours to look after.
      await goBackTo(visitor, world.origin);
      await settle(visitor.page);
      expect((await whoIs(visitor))?.nickname).toBe('张三');
      await visitor.open(home);
      await expectSignedIn(visitor, '张三');
    });

    test('the return page again: told so, the session stays, and a click goes on', async () => {
      const visitor = await world.newVisitor();
      const address = await returnAddress(visitor, home);
      await visitor.open(address);
      await expectSignedIn(visitor, '张三');
      await visitor.open(address);
      expect(await visitor.notice()).toContain('not valid any more');
      await visitor.screenshot(`return-again-${lane}`);
      expect((await whoIs(visitor))?.nickname).toBe('张三');
      await visitor.page.getByText('Continue as you are signed in').click();
      await expectSignedIn(visitor, '张三');
      expect(visitor.address).toBe(home);
    });

    test('the return page in two tabs at once: both end signed in', async () => {
      const visitor = await world.newVisitor();
      const address = await returnAddress(visitor, home);
      const other = await openTwice(visitor, address);
      await leaveReturnPage([visitor.page, other], home);
      await expectSignedIn(visitor, '张三');
      await expectSignedIn(visitor, '张三', other);
    });

    test.each([
      ['in another browser', async () => world.newVisitor(), (address: string) => address],
      ['after ten minutes', undefined, (address: string) => address],
      [
        'with its state changed',
        undefined,
        (address: string) => address.replace(/state=(.)/, (_, first) => `state=${first === '0' ? '1' : '0'}`),
      ],
    ])('the return page %s signs nobody in', async (when, elsewhere, changed) => {
      const visitor = await world.newVisitor();
      const address = changed(await returnAddress(visitor, home));
      if (when === 'after ten minutes') await forgetVisit(visitor);
      const opener = elsewhere ? await elsewhere() : visitor;
      await opener.open(address);
      await expectFailure(opener, 'stateInvalid');
      expect(world.wecom.calls.total()).toBe(0);
      await opener.press();
      await opener.scan('zhangsan');
      await expectSignedIn(opener, '张三');
      expect(opener.address).toBe(home);
    });
  });

  describe('inside WeCom', () => {
    test('Back after sign-in and reloading lead to nothing broken', async () => {
      await world.saveAuthenticator({ autoLogin: true });
      const visitor = await world.newVisitor({ inWeCom: true, as: 'zhangsan' });
      await visitor.openToSignIn(`${base}/signin`);
      await expectSignedIn(visitor, '张三');
      await visitor.open(world.homepageLink({ redirect: home }));
      await expectSignedIn(visitor, '张三');
      await visitor.page.reload({ waitUntil: 'commit' });
      await expectSignedIn(visitor, '张三');
      expect(visitor.address).toBe(home);
      await visitor.page.goBack({ waitUntil: 'commit' });
      await expectSignedIn(visitor, '张三');
    });

    test.each([
      ['again', false],
      ['after ten minutes', true],
    ])('the return page %s starts over by itself, once', async (_when, late) => {
      const visitor = await world.newVisitor({ inWeCom: true, as: 'zhangsan' });
      const address = await returnAddress(visitor, home);
      if (late) {
        await forgetVisit(visitor);
      } else {
        await visitor.open(address);
        await expectSignedIn(visitor, '张三');
      }
      const before = visitor.doorRequests;
      await visitor.openToSignIn(address);
      await expectSignedIn(visitor, '张三');
      expect(visitor.address).toBe(home);
      expect(visitor.doorRequests - before).toBe(1);
    });

    test('the return page of somebody else signs me in as myself', async () => {
      const stranger = await world.newVisitor({ inWeCom: true, as: 'zhangsan' });
      const address = await returnAddress(stranger, home);
      const visitor = await world.newVisitor({ inWeCom: true, as: 'zhaoliu' });
      await visitor.openToSignIn(address);
      await expectSignedIn(visitor, '赵六');
      expect(visitor.doorRequests).toBe(1);
    });

    test('the return page in two tabs at once: both end signed in', async () => {
      const visitor = await world.newVisitor({ inWeCom: 'desktop', as: 'zhangsan' });
      const address = await returnAddress(visitor, home);
      const other = await openTwice(visitor, address);
      await leaveReturnPage([visitor.page, other], home);
      await expectSignedIn(visitor, '张三');
      await expectSignedIn(visitor, '张三', other);
      expect(visitor.doorRequests).toBeLessThanOrEqual(2);
    });

    test.each([false, true])(
      'returns that always open in a fresh browser never loop (automatic login: %s)',
      async (autoLogin) => {
        await world.saveAuthenticator({ autoLogin });
        const visitor = await world.newVisitor({ inWeCom: 'desktop', as: 'zhangsan' });
        await visitor.page.addInitScript(() => sessionStorage.clear());
        await visitor.page.route(/auth:signIn/, async (route) => {
          await forgetVisit(visitor);
          await route.continue();
        });
        await (autoLogin ? visitor.openToSignIn(home) : visitor.open(world.homepageLink({ redirect: home })));
        await expectFailure(visitor, 'stateInvalid');
        await visitor.screenshot(`no-loop-${lane}`);
        expect(visitor.doorRequests).toBe(2);
        await visitor.page.reload({ waitUntil: 'commit' });
        await expectFailure(visitor, 'stateInvalid');
        expect(visitor.doorRequests).toBe(2);
      },
    );
  });
});
