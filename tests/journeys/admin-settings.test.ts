import { DEMO_AGENT_ID, DEMO_CORP_ID, DEMO_SECRET } from '../../simulator';
import { SETTINGS_FIELDS, fieldName } from '../../src/shared/settings-fields';
import {
  SettingsForm,
  becomeAdministrator,
  setVariables,
  setting,
  storedOptions,
  text,
  type Locale,
} from './administrator';
import { AUTHENTICATOR, LANES, World, expectSignedIn, startWorld, type Lane } from './world';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
beforeEach(() => world.reset());
afterEach(async () => {
  expect(await world.complaints()).toEqual([]);
});
afterAll(() => world.close());

async function newAdministrator(locale: Locale = 'en-US') {
  const visitor = await world.newVisitor({ locale });
  await becomeAdministrator(visitor.page, world.origin, locale);
  return visitor;
}

/** Fills in what has to be filled in. */
async function enterRequired(form: SettingsForm, name: string): Promise<void> {
  await form.enterIdentifier(name);
  await form.enter('corpId', DEMO_CORP_ID);
  await form.enter('agentId', DEMO_AGENT_ID);
  await form.enter('secret', DEMO_SECRET);
}

describe.each(LANES)('$lane', (lane: Lane) => {
  test('a new authenticator is filled in and saved', async () => {
    const form = await SettingsForm.addNew(await newAdministrator(), lane);

    // As it opens.
    expect(await form.switch('public.autoSignup').isChecked()).toBe(true);
    expect(await form.switch('public.autoLogin').isChecked()).toBe(false);
    expect(await form.choice('phoneMatching', 'confirmed').isChecked()).toBe(true);
    expect(await form.value('origin')).toBe(world.origin);
    expect(await form.value('redirectPath')).toBe('/admin');
    for (const field of SETTINGS_FIELDS) {
      const row = form.field(fieldName(field));
      if (field.help) expect(await row.textContent()).toContain(form.text(field.help));
      expect(await row.isVisible()).toBe(!field.advanced);
      expect(await row.locator('.ant-formily-item-asterisk, .ant-form-item-required').count()).toBe(
        field.required ? 1 : 0,
      );
    }

    // Too early.
    await form.submit(form.field('corpId').getByText(/is required/));
    for (const path of ['agentId', 'secret']) {
      await form
        .field(path)
        .getByText(/is required/)
        .waitFor();
    }

    await enterRequired(form, 'acme');
    await form.enterTitle('ACME');
    await form.enable();
    await form.enter('origin', 'https://noco.example.com');
    await form.enter('redirectPath', '/admin/welcome?tab=1');
    await form.switch('public.autoSignup').click();
    await form.choice('phoneMatching', 'none').check();
    expect(await form.value('secret')).toBe(DEMO_SECRET);
    expect(await form.field('secret').locator('input:visible').getAttribute('type')).toBe('password');
    await form.save();
    expect(await storedOptions(world, 'acme')).toEqual({
      public: { autoSignup: false, autoLogin: false },
      phoneMatching: 'none',
      corpId: DEMO_CORP_ID,
      agentId: DEMO_AGENT_ID,
      secret: DEMO_SECRET,
      origin: 'https://noco.example.com',
      redirectPath: '/admin/welcome?tab=1',
      apiBaseUrl: setting('apiBaseUrl').default,
      oauthUrl: setting('oauthUrl').default,
      ssoUrl: setting('ssoUrl').default,
    });
  });

  test('the links for the WeCom console follow what is entered and can be copied', async () => {
    const visitor = await newAdministrator();
    await visitor.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: world.origin });
    const form = await SettingsForm.addNew(visitor, lane);
    const clipboard = () => visitor.page.evaluate(() => navigator.clipboard.readText());

    await form.enterIdentifier('acme & co');
    await form.enter('origin', 'https://noco.example.com:8443/');
    const link = 'https://noco.example.com:8443/api/wecom:authorize?authenticator=acme+%26+co';
    await form.links.getByText(link, { exact: true }).waitFor();
    expect(await form.links.locator('input, textarea, [contenteditable=true]').count()).toBe(0);
    expect(await form.links.textContent()).toContain(
      form.text('Paste it in the WeCom console → App Management → your app → Workbench application homepage.'),
    );
    expect(await form.links.getByRole('button').count()).toBe(1);
    await form.links.getByRole('button', { name: 'Copy' }).click();
    await form.links.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await clipboard()).toBe(link);

    await form.switch('public.autoLogin').click();
    for (const page of ['/admin', '/m', '/v/admin', '/v/mobile']) {
      await form.links.getByText(`https://noco.example.com:8443${page}`, { exact: true }).waitFor();
    }
    const last = form.links.getByRole('button').last();
    await last.click();
    await last.getByText('Copied').waitFor();
    expect(await clipboard()).toBe('https://noco.example.com:8443/v/mobile');

    // An origin that only the server knows.
    await form.enter('origin', '{{$env.NOCOBASE_ORIGIN}}');
    await form.links.getByText(`${world.origin}/admin`, { exact: true }).waitFor();
    await form.links.getByText(/Origin is a variable/).waitFor();
  });

  test('automatic login is off, and names the other authenticator that has it', async () => {
    await world.saveAuthenticator({ title: 'Head office', autoLogin: true });
    await world.saveAuthenticator({ name: 'branch', title: 'Branch' });
    const form = await SettingsForm.configure(await newAdministrator(), lane, 'branch');
    const held = form.text(
      'Automatic login is already on for the authenticator "{{name}}". Switch it off there first.',
      { name: 'Head office' },
    );
    await form.field('public.autoLogin').getByText(held).waitFor();
    expect(await form.switch('public.autoLogin').isDisabled()).toBe(true);
    expect(await form.switch('public.autoLogin').isChecked()).toBe(false);
    await form.close();

    // Switched off there, it is free here; the one that has it can be configured as before.
    const holder = await SettingsForm.configure(form.visitor, lane, AUTHENTICATOR);
    await holder.switch('public.autoLogin').click();
    await holder.save();
    const free = await SettingsForm.configure(form.visitor, lane, 'branch');
    await free.switch('public.autoLogin').click();
    await free.save();
    expect((await storedOptions(world, 'branch')).public).toEqual({ autoSignup: true, autoLogin: true });
  });

  test('variables and secrets are chosen, saved as such and used at sign-in', async () => {
    const values = {
      WECOM_CORP: DEMO_CORP_ID,
      WECOM_AGENT: DEMO_AGENT_ID,
      WECOM_ORIGIN: world.origin,
      WECOM_LANDING: `${lane.base}/admin/from-variable`,
      WECOM_API: world.wecomUrls.apiBaseUrl,
      WECOM_OAUTH: world.wecomUrls.oauthUrl,
      WECOM_SSO: world.wecomUrls.ssoUrl,
    };
    // Another than usual: the host logs the values of variables that are saved.
    const secret = 'secret-that-is-kept-in-a-variable';
    world.wecom.app(DEMO_CORP_ID, DEMO_AGENT_ID).secret = secret;
    await setVariables(world, values, { WECOM_SECRET: secret });
    const form = await SettingsForm.addNew(await newAdministrator(), lane);
    await form.enterIdentifier('acme');
    await form.enterTitle('ACME');
    await form.enable();
    await form.openAdvanced();
    await form.chooseVariable('corpId', 'WECOM_CORP');
    await form.chooseVariable('secret', 'WECOM_SECRET');
    await form.chooseVariable('apiBaseUrl', 'WECOM_API');
    const typed = { agentId: 'AGENT', origin: 'ORIGIN', redirectPath: 'LANDING', oauthUrl: 'OAUTH', ssoUrl: 'SSO' };
    for (const [path, name] of Object.entries(typed)) await form.enter(path, `{{$env.WECOM_${name}}}`);
    await form.save();
    const stored = await storedOptions(world, 'acme');
    // The selector of the new client writes blanks inside the braces.
    const unspaced = Object.entries(stored).map(([key, value]) => [
      key,
      typeof value === 'string' ? value.replace(/ /g, '') : value,
    ]);
    expect(Object.fromEntries(unspaced)).toEqual({
      public: { autoSignup: true, autoLogin: false },
      phoneMatching: 'confirmed',
      corpId: '{{$env.WECOM_CORP}}',
      agentId: '{{$env.WECOM_AGENT}}',
      secret: '{{$env.WECOM_SECRET}}',
      origin: '{{$env.WECOM_ORIGIN}}',
      redirectPath: '{{$env.WECOM_LANDING}}',
      apiBaseUrl: '{{$env.WECOM_API}}',
      oauthUrl: '{{$env.WECOM_OAUTH}}',
      ssoUrl: '{{$env.WECOM_SSO}}',
    });

    await world.introduce('zhangsan', 'acme');
    const member = await world.newVisitor({ inWeCom: true, as: 'zhangsan' });
    await member.page.goto(world.homepageLink({}, 'acme'));
    await expectSignedIn(member, '张三');
    expect(member.address).toBe(values.WECOM_LANDING);
  });

  test.each<Locale>(['en-US', 'zh-CN'])(
    'the form, and settings that the server refuses, in words (%s)',
    async (locale) => {
      const apart = { apiBaseUrl: undefined, oauthUrl: undefined, ssoUrl: undefined };
      const shown = { ...apart, origin: 'https://nocobase.example.com' };
      await world.saveAuthenticator({ title: text(locale, 'WeCom'), autoLogin: true, options: shown });
      const before = await storedOptions(world, AUTHENTICATOR);
      const form = await SettingsForm.configure(await newAdministrator(locale), lane, AUTHENTICATOR, locale);
      await form.openAdvanced();
      await form.picture(`settings${lane.lane === 'v1' ? '' : '-v2'}-${locale.slice(0, 2)}`);
      for (const [path, value, problem] of [
        ['agentId', '10000O2', '{{field}} is not valid. It consists of digits only, such as 1000002.'],
        [
          'origin',
          'noco.example.com/app',
          '{{field}} must be an address such as https://nocobase.example.com, without a path.',
        ],
        [
          'redirectPath',
          '//example.com',
          '{{field}} must be a path inside the app that begins with a slash, such as /admin.',
        ],
        ['apiBaseUrl', 'wecom.example.com', '{{field}} must be a complete URL that begins with https:// or http://.'],
        [
          'proxyUrl',
          'proxy.example.com:3128',
          '{{field}} must be an address such as http://proxy.example.com:3128 or http://user:password@proxy.example.com:3128, with special characters percent-encoded.',
        ],
      ]) {
        const good = await form.value(path);
        await form.enter(path, value);
        await form.expectRefusal(form.text(problem, { field: form.text(setting(path).label) }));
        expect(await form.value(path)).toBe(value);
        await form.enter(path, good);
      }
      expect(await storedOptions(world, AUTHENTICATOR)).toEqual(before);
    },
  );
});

const PLAIN = {
  public: { autoSignup: false, autoLogin: true },
  phoneMatching: 'none',
  corpId: 'wwA-b_0123456789',
  agentId: '0001000002',
  secret: `secret-odd"'<b>&amp;\\{$}%20+/=~`,
  origin: 'https://noco.example.com:8443',
  ownershipFile: { name: 'WW_verify_7rG3kjVbXHngiald.txt', content: '7rG3kjVbXHngiald', lineBreak: 'LF' },
  redirectPath: '/v/admin/a%20b?x=1&y=<2>#part',
  apiBaseUrl: 'https://wecom.example.com/relay/',
  oauthUrl: 'https://wecom.example.com/oauth',
  ssoUrl: 'https://wecom.example.com/sso',
  proxyUrl: 'http://nocobase:p%40ss%2Fword@proxy.example.com:3128',
};
const WITH_VARIABLES = {
  ...PLAIN,
  public: { autoSignup: true, autoLogin: false },
  phoneMatching: 'all',
  // As the selector of the classic client writes them, and as that of the new one does.
  corpId: '{{$env.WECOM_CORP}}',
  agentId: '{{ $env.WECOM_AGENT }}',
  secret: '{{$env.WECOM_SECRET}}',
  origin: 'https://{{$env.WECOM_HOST}}:8443',
  redirectPath: '/admin/{{$env.WECOM_PAGE}}?x=1',
  proxyUrl: 'http://nocobase:{{$env.PROXY_PASSWORD}}@proxy.example.com:3128',
};

describe.each([
  ['plain values', PLAIN],
  ['values with variables', WITH_VARIABLES],
])('%s', (_, options) => {
  const [v1, v2] = LANES;

  test.each([
    { order: 'v1, then in v2', lanes: [v1, v2] },
    { order: 'v2, then in v1', lanes: [v2, v1] },
  ])('survive being opened and saved in $order, byte for byte', async ({ lanes }) => {
    await world.saveAuthenticator({ ...options.public, options });
    const administrator = await newAdministrator();
    for (const lane of lanes) {
      const form = await SettingsForm.configure(administrator, lane, AUTHENTICATOR);
      await form.save();
      expect(await storedOptions(world, AUTHENTICATOR)).toEqual(options);
    }
  });
});

test('an anonymous browser learns the two switches and nothing else', async () => {
  await world.saveAuthenticator({ autoSignup: false, autoLogin: true, options: { note: 'internal' } });
  const visitor = await world.newVisitor();
  const answer = await visitor.page.request.get(`${world.origin}/api/authenticators:publicList`);
  const { data } = (await answer.json()) as { data: { name: string; options: object }[] };
  expect(data.find(({ name }) => name === AUTHENTICATOR)).toEqual({
    name: AUTHENTICATOR,
    authType: 'WeCom',
    authTypeTitle: expect.any(String),
    title: 'WeCom',
    options: { autoSignup: false, autoLogin: true },
  });
  const everything = await answer.text();
  for (const hidden of [DEMO_SECRET, DEMO_CORP_ID, DEMO_AGENT_ID, world.wecom.apiBaseUrl]) {
    expect(everything).not.toContain(hidden);
  }
});
