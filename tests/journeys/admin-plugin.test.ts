import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { create, extract } from 'tar';
import manifest from '../../package.json';
import { launchBrowser } from '../../tools/browser';
import { freshApp, installPlugin, newFolder, startHost, type RunningHost } from '../../tools/host-app';
import { packPlugin } from '../../tools/pack-plugin';
import {
  PluginManager,
  SettingsForm,
  becomeAdministrator,
  setting,
  storedOptions,
  text,
  type Locale,
} from './administrator';
import type { Visitor } from './visitor';
import { AUTHENTICATOR, LANES, World, expectSignInPage, expectSignedIn, startWorld } from './world';

/** Hosts of their own, which begin without the plugin. */
const SETUP_MS = 180_000;

/** The same pack with another version. */
async function withVersion(pack: string, version: string, folder: string): Promise<string> {
  await extract({ file: pack, cwd: folder });
  const file = join(folder, 'package/package.json');
  const contents = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...contents, version }));
  const bumped = join(folder, `bumped-${version}.tgz`);
  await create({ file: bumped, cwd: folder, gzip: true }, ['package']);
  return bumped;
}

describe('the plugin in the plugin manager', () => {
  let packs: string;
  let pack: string;
  let host: RunningHost;
  let browser: Browser;
  let page: Page;
  let manager: PluginManager;
  let world: World;
  let printed = '';
  let boundUser: number;

  beforeAll(async () => {
    packs = newFolder('packs-');
    pack = await packPlugin({ out: packs });
    [host, browser] = await Promise.all([
      startHost({ dir: join(packs, 'app'), template: { dir: await freshApp() } }),
      launchBrowser(),
    ]);
    page = await (await browser.newContext({ baseURL: host.url, viewport: { width: 1280, height: 1000 } })).newPage();
    page.setDefaultTimeout(25_000);
    await becomeAdministrator(page, host.url);
    manager = await PluginManager.open(page, manifest.displayName);
  }, SETUP_MS);
  afterAll(async () => {
    await world?.close();
    await browser?.close();
    await host?.stop();
    if (packs) rmSync(packs, { recursive: true, force: true });
  });

  const authenticator = async (wanted: string) => {
    const all = await world.admin.get<{ id: number; name: string; enabled: boolean }[]>('authenticators:list');
    return all.filter(({ name }) => name === wanted)[0];
  };
  const expectButtons = async (expected: number) => {
    for (const { base } of LANES) {
      const visitor = await world.newVisitor();
      await visitor.page.goto(`${base}/signin`);
      await expectSignInPage(visitor);
      if (expected) await visitor.button().waitFor();
      expect(await visitor.button().count()).toBe(expected);
      expect(visitor.errors).toEqual([]);
      await visitor.leave();
    }
  };
  const signInByWeCom = async (base: string) => {
    const member = await world.newVisitor({ inWeCom: true, as: 'zhangsan' });
    await member.page.goto(world.homepageLink({ redirect: `${base}/admin` }));
    return { member, user: await expectSignedIn(member, '张三') };
  };

  test('is uploaded, shown in words and enabled, without a mark of a problem', async () => {
    await manager.upload(pack);
    expect(await (await manager.card()).innerText()).toContain(manifest.description);
    expect(await manager.problems()).toBe('0');
    await manager.enable();
    expect(await (await manager.card()).getByRole('switch').isChecked()).toBe(true);
    expect(await manager.problems()).toBe('0');
  });

  test('is described in Chinese, in the new client too', async () => {
    world = await startWorld({ host: { url: host.url, logs: () => printed + host.logs() } });
    const chinese = await browser.newPage({ baseURL: host.url });
    await becomeAdministrator(chinese, host.url, 'zh-CN');
    for (const { base } of LANES) {
      await chinese.goto(`${base}/admin/settings/plugin-manager`);
      await chinese.getByText(manifest['displayName.zh-CN'], { exact: true }).waitFor({ state: 'attached' });
      await chinese.getByText(manifest['description.zh-CN'], { exact: true }).waitFor({ state: 'attached' });
    }
    await chinese.close();
  });

  test('is not disabled when WeCom is the only way in', async () => {
    const { id } = await authenticator('basic');
    const enable = (enabled: boolean) => world.admin.post(`authenticators:update?filterByTk=${id}`, { id, enabled });
    await enable(false);
    try {
      expect(await manager.refusalToDisable()).toContain(
        'WeCom is the only way of signing in. Enable another authenticator',
      );
    } finally {
      await enable(true);
    }
    expect((await authenticator(AUTHENTICATOR)).enabled).toBe(true);
  });

  describe('disabled', () => {
    let member: Visitor;

    test('lets those go on who signed in by it', async () => {
      await world.reset();
      boundUser = (await world.introduce('zhangsan')).id;
      ({ member } = await signInByWeCom('/v'));
      await member.leave();
      await manager.disable();
      expect((await authenticator(AUTHENTICATOR)).enabled).toBe(false);
      for (const { base } of LANES) {
        await member.page.goto(`${base}/admin`);
        await expectSignedIn(member, '张三');
        await member.leave();
      }
    });

    test('leaves whole sign-in pages behind', () => expectButtons(0));

    test('brings its authenticators back when it is enabled again', async () => {
      const { pausedWithPlugin, ...kept } = await storedOptions(world, AUTHENTICATOR);
      expect(pausedWithPlugin).toBe(true);
      await manager.enable();
      expect((await authenticator(AUTHENTICATOR)).enabled).toBe(true);
      expect(await storedOptions(world, AUTHENTICATOR)).toEqual(kept);
    });

    test('shows its buttons again then', () => expectButtons(1));
  });

  test(
    'keeps settings and bindings when a second version is uploaded over the first',
    async () => {
      const before = await storedOptions(world, AUTHENTICATOR);
      await manager.upload(await withVersion(pack, '1.99.0', packs));
      // What a process manager does, which the host would ask for: the upgrade happens when it starts again.
      await host.stop();
      printed += host.logs();
      host = await startHost({ dir: host.dir, port: host.port });

      const plugins = await world.admin.get<{ packageName: string; version: string; enabled: boolean }[]>('pm:list');
      expect(plugins.find(({ packageName }) => packageName === manifest.name)).toMatchObject({
        version: '1.99.0',
        enabled: true,
      });
      expect(await (await PluginManager.open(page, manifest.displayName)).problems()).toBe('0');
      expect(await storedOptions(world, AUTHENTICATOR)).toEqual(before);
      await expectButtons(1);
      world.wecom.calls.reset();
      expect((await signInByWeCom('/v')).user.id).toBe(boundUser);
      // Known already: neither asked for consent nor looked up.
      expect(world.wecom.calls.count('auth/getuserdetail')).toBe(0);
      expect(await world.complaints()).toEqual([]);
    },
    SETUP_MS,
  );
});

describe('a pack under another name', () => {
  const NAME = '@acme/plugin-auth-wecom';
  let packs: string;
  let host: RunningHost;
  let world: World;

  beforeAll(async () => {
    packs = newFolder('packs-');
    host = await startHost({ template: { dir: await freshApp() } });
    await installPlugin(host, await packPlugin({ name: NAME, out: packs }), NAME);
    world = await startWorld({ host });
  }, SETUP_MS);
  afterAll(async () => {
    await world?.close();
    await host?.stop();
    if (packs) rmSync(packs, { recursive: true, force: true });
  });

  beforeEach(() => world.reset());
  afterEach(async () => {
    expect(await world.complaints()).toEqual([]);
  });

  test.each(LANES)('$lane: button, words and settings', async (lane) => {
    // Without a title the button says what it does.
    await world.saveAuthenticator({ title: '' });
    for (const locale of ['en-US', 'zh-CN'] satisfies Locale[]) {
      const visitor = await world.newVisitor({ locale });
      await visitor.page.addInitScript((language) => localStorage.setItem('NOCOBASE_LOCALE', language), locale);
      await visitor.page.goto(`${lane.base}/admin`);
      await expectSignInPage(visitor);
      await visitor.button(text(locale, 'Sign in with WeCom')).waitFor();
    }

    const administrator = await world.newVisitor({ locale: 'zh-CN' });
    await becomeAdministrator(administrator.page, world.origin, 'zh-CN');
    const form = await SettingsForm.configure(administrator, lane, AUTHENTICATOR, 'zh-CN');
    await form.enter('agentId', 'x');
    await form.expectRefusal(
      form.text('{{field}} is not valid. It consists of digits only, such as 1000002.', {
        field: form.text(setting('agentId').label),
      }),
    );
  });

  test.each(LANES)('$lane: sign-in', async ({ base }) => {
    await world.introduce('zhangsan');
    const member = await world.newVisitor();
    await member.page.goto(`${base}/admin`);
    await member.press();
    await member.scan('zhangsan');
    await expectSignedIn(member, '张三');
  });
});
