import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEMO_AGENT_ID, DEMO_CORP_ID, DEMO_SECRET } from '../../simulator';
import { hostTemplate, startHost, workFolder, type RunningHost } from '../../tools/host-app';
import { SettingsForm, becomeAdministrator, storedOptions, type Locale } from './administrator';
import { opened } from './opened';
import { selfSignedCertificate } from '../network/certificate';
import { startTlsProxy, type TlsProxy } from '../network/tls-proxy';
import { AUTHENTICATOR, LANES, World, startWorld, type Lane } from './world';

/** Hosts that are set up in another way than the shared one. */
const SETUP_MS = 180_000;

let host: RunningHost;
let proxy: TlsProxy;
let world: World;

beforeAll(async () => {
  // The Origin is served with a certificate that the host takes for good.
  const certificate = selfSignedCertificate('localhost');
  const file = join(workFolder, `check-${process.pid}.pem`);
  mkdirSync(workFolder, { recursive: true });
  writeFileSync(file, certificate.cert);
  host = await startHost({ template: await hostTemplate(), env: { NODE_EXTRA_CA_CERTS: file } });
  proxy = await startTlsProxy(host.url, 0, certificate);
  proxy.headers = { 'X-Forwarded-Proto': 'https' };
  world = await startWorld({ host });
}, SETUP_MS);
afterEach(async () => expect(await world.complaints()).toEqual([]));
afterAll(async () => {
  await world.close();
  await proxy.close();
  await host.stop();
});

const app = () => world.wecom.app(DEMO_CORP_ID, DEMO_AGENT_ID);

/** By the name in the certificate. */
const origin = () => proxy.url.replace('127.0.0.1', 'localhost');

const homepage = () => `${origin()}/api/wecom:authorize?authenticator=${AUTHENTICATOR}`;

/** A set-up in which all is well but the homepage. */
async function open(lane: Lane, locale: Locale): Promise<SettingsForm> {
  await world.reset();
  await world.saveAuthenticator({ options: { origin: origin() } });
  world.trustDomain(new URL(origin()).host);
  app().visible = null;
  const visitor = await world.newVisitor({ locale });
  await visitor.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: world.origin });
  await becomeAdministrator(visitor.page, world.origin, locale);
  return SettingsForm.configure(visitor, lane, AUTHENTICATOR, locale);
}

const WELL = {
  credentials: 'fine',
  trustedIp: 'fine',
  agent: 'fine',
  visibleRange: 'fine',
  callbackDomain: 'fine',
  webLoginDomain: 'byHand',
  origin: 'fine',
  homepage: 'fine',
  phone: 'byHand',
  clock: 'fine',
};

describe.each(LANES)('$lane', (lane: Lane) => {
  test.each<Locale>(['en-US', 'zh-CN'])('says what is wrong and what to do, until all is well (%s)', async (locale) => {
    const form = await open(lane, locale);
    const { page } = form.visitor;
    const row = (check: string) => form.check.locator(`[data-check=${check}]`);
    const picture = (name: string) =>
      form.picture(`check-${name}-${lane.lane}-${locale.slice(0, 2)}`, form.check, lane.lane === 'v2');

    // The homepage is set from here, after a look at both addresses.
    await form.runCheck();
    expect(await form.checkStates()).toEqual({ ...WELL, homepage: 'wrong' });
    await row('homepage')
      .getByRole('button', { name: form.text('Set it for me') })
      .click();
    const dialogue = page.getByRole('dialog').filter({ hasText: form.text('Set the homepage of the app in WeCom?') });
    await dialogue.getByText(homepage(), { exact: true }).waitFor();
    expect(app().homeUrl).toBe('');
    await opened(dialogue);
    await dialogue.locator('.ant-btn-primary').click();
    await row('homepage').and(form.check.locator('[data-state=fine]')).waitFor();
    await dialogue.waitFor({ state: 'hidden' });
    expect(app().homeUrl).toBe(homepage());
    await form.runCheck();
    expect(await form.checkStates()).toEqual(WELL);
    expect(await form.check.getByRole('status').innerText()).toBe(form.text('Nothing wrong was found.'));
    await picture('fine');

    // A wrong Secret that is in the form only. It is tried once.
    await form.enter('secret', `wrong-${lane.lane}-${locale}`);
    world.wecom.calls.reset();
    await form.runCheck();
    expect(await form.checkStates()).toMatchObject({ credentials: 'wrong', agent: 'unknown', origin: 'fine' });
    await picture('secret');
    await form.runCheck();
    await row('credentials').getByText(/ \d+ /).waitFor();
    expect(world.wecom.calls.count('gettoken')).toBe(1);
    expect((await storedOptions(world, AUTHENTICATOR)).secret).toBe(DEMO_SECRET);
    await form.enter('secret', DEMO_SECRET);

    // An address that is not trusted, to be copied.
    app().trustedIps = ['198.51.100.9'];
    world.wecom.callerIp = '203.0.113.5';
    await form.runCheck();
    expect(await form.checkStates()).toMatchObject({
      credentials: 'fine',
      trustedIp: 'wrong',
      callbackDomain: 'unknown',
    });
    await picture('address');
    await row('trustedIp')
      .getByRole('button', { name: form.text('Copy') })
      .click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('203.0.113.5');
    app().trustedIps = null;

    // Another domain.
    app().oauthDomain = 'www.example.com';
    await form.runCheck();
    expect(await form.checkStates()).toEqual({ ...WELL, callbackDomain: 'wrong' });
    const link = row('callbackDomain').getByRole('link', { name: form.text('Open the WeCom console') });
    expect(await link.getAttribute('href')).toMatch(/^https:\/\/work\.weixin\.qq\.com\//);
    await picture('domain');
  });

  test('ends when the drawer is closed', async () => {
    const form = await open(lane, 'en-US');
    const { page } = form.visitor;
    // The server would give up after a while.
    await page.route(/wecom:check/, async (route) => {
      const { step } = route.request().postDataJSON() as { step: string };
      if (step !== 'app') await route.continue();
    });
    const given = page.waitForEvent('requestfailed', (request) => request.url().includes('wecom:check'));
    await form.check.getByRole('button').first().click();
    await form.check.locator('[data-check=agent][data-state=running]').waitFor();
    await form.close();
    expect((await given).failure()?.errorText).toMatch(/ABORTED/);
  });

  test('what the server refuses is said in the language of the form', async () => {
    const form = await open(lane, 'zh-CN');
    await form.enter('agentId', '10000O2');
    await form.runCheck();
    expect(await form.checkStates()).toMatchObject({ credentials: 'fine', agent: 'wrong', origin: 'fine' });
    await form.check.locator('[data-check=agent]').getByText('AgentId不正确：只能是数字，例如 1000002。').waitFor();
  });
});

// Both clients show the same component; the classic one changes its layout when the window becomes narrow.
test('is readable in a narrow window', async () => {
  const form = await open(LANES[1], 'en-US');
  await form.visitor.page.setViewportSize({ width: 400, height: 800 });
  await form.runCheck();
  const beyond = await form.check.evaluate((element) => {
    const { right } = element.getBoundingClientRect();
    return [...element.querySelectorAll('*')]
      .filter((inner) => inner.getBoundingClientRect().right > right + 1)
      .map((inner) => inner.outerHTML.slice(0, 200));
  });
  expect(beyond).toEqual([]);
  await form.picture('check-narrow', form.check, false);
});
