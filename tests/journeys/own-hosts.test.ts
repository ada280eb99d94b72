import { ADMIN, freePort, hostTemplate, startHost, type RunningHost } from '../../tools/host-app';
import { AdminApi } from '../../tools/admin-api';
import { OWNERSHIP_FILE, askForFile, isServed } from './ownership';
import { startTlsProxy, type TlsProxy } from '../network/tls-proxy';
import { LANES, World, expectFailure, expectSignInPage, expectSignedIn, sharedHost, startWorld } from './world';

/** Hosts that are set up in another way than the shared one. */
const SETUP_MS = 180_000;

describe('below a public path, with another prefix of the new client', () => {
  let host: RunningHost;
  let world: World;

  beforeAll(async () => {
    const env = { APP_PUBLIC_PATH: '/nocobase/', APP_MODERN_CLIENT_PREFIX: 'x' };
    host = await startHost({ template: await hostTemplate(), env });
    world = await startWorld({ host, publicPath: '/nocobase' });
  }, SETUP_MS);
  afterEach(async () => expect(await world.complaints()).toEqual([]));
  afterAll(async () => {
    await world.close();
    await host.stop();
  });

  test.each(['/nocobase', '/nocobase/x'])('%s: automatic login, homepage link and button', async (base) => {
    await world.reset();
    await world.saveAuthenticator({ autoLogin: true });
    await world.introduce('zhangsan');
    const deepLink = `${base}/admin/reports?x=1&y=2`;

    const inWeCom = await world.newVisitor({ inWeCom: true, as: 'zhangsan' });
    await inWeCom.openToSignIn(deepLink);
    await expectSignedIn(inWeCom, '张三');
    expect(inWeCom.address).toBe(deepLink);
    await inWeCom.open(world.homepageLink({ redirect: `${base}/admin` }));
    await expectSignedIn(inWeCom, '张三');
    expect(inWeCom.address.replace(/\/$/, '')).toBe(`${base}/admin`);

    const desk = await world.newVisitor();
    await desk.open(deepLink);
    await desk.press();
    await desk.choose('member-zhangsan');
    await desk.choose('refuse');
    await expectFailure(desk, 'cancelled');
    await desk.press();
    await desk.scan('zhangsan');
    await expectSignedIn(desk, '张三');
    expect(desk.address).toBe(deepLink);
  });

  test('the ownership file is at the root of the host all the same', async () => {
    await world.saveAuthenticator({ options: { ownershipFile: OWNERSHIP_FILE } });
    expect(await isServed(host)).toBe(true);
    expect((await askForFile(host, { path: `/nocobase/${OWNERSHIP_FILE.name}` })).content).not.toBe(
      OWNERSHIP_FILE.content,
    );
    await world.saveAuthenticator();
    expect(await isServed(host)).toBe(false);
  });

  test('the homepage link alone opens the page of the settings, however it is written there', async () => {
    for (const redirectPath of ['/x/admin/reports', '/nocobase/x/admin/reports']) {
      await world.reset();
      await world.saveAuthenticator({ options: { redirectPath } });
      await world.introduce('zhangsan');
      const visitor = await world.newVisitor({ inWeCom: true, as: 'zhangsan' });
      await visitor.open(world.homepageLink());
      await expectSignedIn(visitor, '张三');
      expect(visitor.address).toBe('/nocobase/x/admin/reports');
    }
  });
});

describe('with the new client only, behind a proxy whose address is allowed', () => {
  let host: RunningHost;
  let proxy: TlsProxy;

  beforeAll(async () => {
    const port = await freePort();
    const env = { APP_CLIENT_ENTRY_MODE: 'modern-only', CORS_ORIGIN_WHITELIST: `https://127.0.0.1:${port}` };
    host = await startHost({ template: await hostTemplate(), env });
    proxy = await startTlsProxy(host.url, port);
  }, SETUP_MS);
  afterAll(async () => {
    await proxy.close();
    await host.stop();
  });

  test('old addresses and the homepage link end in the new client', async () => {
    const world = await startWorld({ host });
    try {
      await world.saveAuthenticator({ autoLogin: true });
      await world.introduce('zhangsan');
      for (const address of ['/admin/reports?x=1&y=2', '/v/admin/reports?x=1&y=2', world.homepageLink()]) {
        const visitor = await world.newVisitor({ inWeCom: true, as: 'zhangsan' });
        await visitor.open(address);
        await expectSignedIn(visitor, '张三');
        expect(visitor.address.replace(/\/$/, '')).toBe(
          address.includes('reports') ? '/v/admin/reports?x=1&y=2' : '/v/admin',
        );
      }
      expect(await world.complaints()).toEqual([]);
    } finally {
      await world.close();
    }
  });

  test('a TLS proxy that sets only Host', async () => {
    const world = await startWorld({ host, origin: proxy.url });
    try {
      const visitor = await world.newVisitor({ inWeCom: true, as: 'zhangsan', ignoreHTTPSErrors: true });
      await visitor.open(world.homepageLink());
      await visitor.choose('agree');
      await expectSignedIn(visitor, '张三');
      expect(visitor.address.replace(/\/$/, '')).toBe('/v/admin');
      const cookies = await visitor.context.cookies(proxy.url);
      expect(cookies.filter(({ name }) => name.startsWith('nb_wecom_'))).toEqual([]);
      expect(await world.complaints()).toEqual([]);
    } finally {
      await world.close();
    }
  });
});

describe('behind a TLS proxy that sets only Host', () => {
  let proxy: TlsProxy;
  let world: World;

  beforeAll(async () => {
    proxy = await startTlsProxy(sharedHost().url);
    world = await startWorld({ origin: proxy.url });
  });
  beforeEach(async () => {
    proxy.headers = {};
    await world.reset();
  });
  afterEach(async () => expect(await world.complaints()).toEqual([]));
  afterAll(async () => {
    await world.close();
    await proxy.close();
  });

  describe.each(LANES)('$lane', ({ lane, base }) => {
    test.each(['en-US', 'zh-CN'] as const)('the sign-in page says what to set, in %s', async (locale) => {
      const visitor = await world.newVisitor({ locale, ignoreHTTPSErrors: true });
      await visitor.open(`${base}/admin`);
      await visitor.press();
      const text = await expectFailure(visitor, 'originNotTrusted', locale);
      expect(text).toContain('X-Forwarded-Proto');
      await visitor.screenshot(`tls-proxy-${locale}-${lane}`);
    });

    test('with that set, it works', async () => {
      proxy.headers = { 'X-Forwarded-Proto': 'https' };
      const visitor = await world.newVisitor({ inWeCom: true, as: 'zhangsan', ignoreHTTPSErrors: true });
      await visitor.open(`${base}/admin/reports?x=1&y=2`);
      await visitor.press();
      await visitor.choose('agree');
      await expectSignedIn(visitor, '张三');
      expect(visitor.address).toBe(`${base}/admin/reports?x=1&y=2`);
    });
  });
});

describe('in a sub-application, and without the plugin', () => {
  let host: RunningHost;
  let admin: AdminApi;

  beforeAll(async () => {
    host = await startHost({ template: await hostTemplate() });
    admin = await host.admin();
  }, SETUP_MS);
  afterAll(() => host.stop());

  describe('a sub-application', () => {
    let world: World;

    beforeAll(async () => {
      await switchPlugin(host, admin, 'enable', 'multi-app-manager');
      await admin.post('applications:create', { name: 'sales', displayName: 'Sales', options: { autoStart: true } });
      await answering(`${host.url}/api/__app/sales/app:getLang`);
      const subAdmin = await AdminApi.signIn(`${host.url}/api/__app/sales/`, ADMIN);
      await switchPlugin(host, subAdmin, 'enable', 'auth-wecom', 'sales');
      world = await startWorld({ host, subApp: 'sales' });
      await world.saveAuthenticator({ autoLogin: true });
      await world.introduce('zhangsan');
    }, SETUP_MS);
    afterEach(async () => expect(await world.complaints()).toEqual([]));
    afterAll(() => world?.close());

    test.each(['/apps/sales', '/v/apps/sales'])('signs its own people in at %s', async (base) => {
      const deepLink = `${base}/admin/reports?x=1&y=2`;
      const inWeCom = await world.newVisitor({ inWeCom: true, as: 'zhangsan' });
      await inWeCom.openToSignIn(deepLink);
      await expectSignedIn(inWeCom, '张三');
      expect(inWeCom.address).toBe(deepLink);

      const desk = await world.newVisitor();
      await desk.open(deepLink);
      await desk.press();
      await desk.scan('zhangsan');
      await expectSignedIn(desk, '张三');
      expect(desk.address).toBe(deepLink);

      await inWeCom.open(world.homepageLink({ redirect: `${base}/admin` }));
      await expectSignedIn(inWeCom, '张三');
      expect(inWeCom.address.replace(/\/$/, '')).toBe(`${base}/admin`);
    });
  });

  test(
    'each domain has the ownership files of its applications',
    async () => {
      const [main, sales] = await Promise.all([startWorld({ host }), startWorld({ host, subApp: 'sales' })]);
      const files = { main: OWNERSHIP_FILE, sales: { name: 'WW_verify_salessalessales1.txt', content: 'sales' } };
      const served = async (domain?: string) => [
        await isServed(host, { file: files.main, domain }),
        await isServed(host, { file: files.sales, domain }),
      ];
      try {
        await main.saveAuthenticator({ options: { ownershipFile: files.main } });
        await sales.saveAuthenticator({ options: { ownershipFile: files.sales } });
        // The domain of the main application is that of all applications that have none.
        expect(await served()).toEqual([true, true]);
        await admin.post('applications:update?filterByTk=sales', { cname: 'sales.example.com' });
        expect(await served('sales.example.com')).toEqual([false, true]);
        await sales.saveAuthenticator({ enabled: false, options: { ownershipFile: files.sales } });
        expect(await served('sales.example.com')).toEqual([false, false]);
        expect(await served()).toEqual([true, false]);
      } finally {
        await main.close();
        await sales.close();
      }
    },
    SETUP_MS,
  );

  test(
    'disabling the plugin leaves no broken sign-in page, and who came by it goes on working',
    async () => {
      const world = await startWorld({ host });
      try {
        await world.introduce('zhangsan');
        const visitor = await world.newVisitor({ inWeCom: true, as: 'zhangsan' });
        await visitor.open(world.homepageLink());
        await expectSignedIn(visitor, '张三');

        await world.saveAuthenticator({ options: { ownershipFile: OWNERSHIP_FILE } });
        expect(await isServed(host)).toBe(true);

        await visitor.leave();
        await switchPlugin(host, admin, 'disable', 'auth-wecom');
        expect(await isServed(host)).toBe(false);
        for (const { base } of LANES) {
          await visitor.open(`${base}/admin`);
          await expectSignedIn(visitor, '张三');
          const late = await world.newVisitor({ inWeCom: true, as: 'zhangsan' });
          await late.open(`${base}/admin`);
          await expectSignInPage(late);
          await late.screenshot(`plugin-disabled-${base.slice(1)}`);
          expect(await late.page.locator('body').innerText()).toMatch(/Sign in/);
          expect(await late.button().count()).toBe(0);
          await late.open(`${base}/signin?authenticator=wecom&state=${'0'.repeat(32)}`);
          await expectSignInPage(late);
          await late.leave();
        }

        await visitor.leave();
        await switchPlugin(host, admin, 'enable', 'auth-wecom');
        expect(await isServed(host)).toBe(true);
        const back = await world.newVisitor({ inWeCom: true, as: 'zhangsan' });
        await back.open('/admin');
        await back.press();
        await expectSignedIn(back, '张三');
      } finally {
        await world.close();
      }
    },
    SETUP_MS,
  );
});

/**
 * Enables or disables a plugin and waits for the end of it: the host answers first, does the work, and restarts the
 * application in the end. It answers nothing but errors meanwhile.
 */
async function switchPlugin(
  host: RunningHost,
  admin: AdminApi,
  to: 'enable' | 'disable',
  plugin: string,
  app = 'main',
): Promise<void> {
  const restarts = () =>
    host
      .logs()
      .split('\n')
      .filter((line) => line.includes('message=restarting...') && line.includes(` app=${app} `)).length;
  const before = restarts();
  await admin.post(`pm:${to}?filterByTk=${plugin}`);
  await until(async () => {
    if (restarts() === before) return false;
    const enabled = await admin.get<{ name: string }[]>('pm:listEnabled');
    return enabled.some(({ name }) => name === plugin) === (to === 'enable');
  });
}

async function answering(url: string): Promise<void> {
  await until(async () => (await fetch(url)).ok);
}

/** An application that reloads answers errors for a while. */
async function until(probe: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + SETUP_MS;
  for (;;) {
    try {
      if (await probe()) return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    if (Date.now() > deadline) throw new Error('the application did not come to rest');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
