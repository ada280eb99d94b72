import './environment';
import { DEMO_AGENT_ID, DEMO_SECRET } from '../../simulator';
import { SettingsRefused } from '../../src/server/settings/save-guard';
import { type Answer, answerOf } from './browser';
import { World, failure, optionsFor } from './world';

type Api = Awaited<ReturnType<World['admin']>>;

let world: World;
let api: Api;
let created = 0;

beforeAll(async () => {
  // The host prints every error that ends a transaction; refused settings are what these tests are about.
  const print = console.error;
  jest.spyOn(console, 'error').mockImplementation((...args: unknown[]) => {
    if (!(args[0] instanceof SettingsRefused)) print(...args);
  });
  world = await World.start();
  api = await world.admin();
});

afterAll(() => world.close());

const options = (changes: Record<string, unknown> = {}) => optionsFor(world.wecom, world.app.url, changes);

function create(changes: Record<string, unknown> = {}, values: object = {}): Promise<Answer> {
  created += 1;
  const name = `created-${created}`;
  return api('authenticators:create', { name, authType: 'WeCom', enabled: true, options: options(changes), ...values });
}

async function idOf(name: string): Promise<number> {
  return (await world.db.getRepository('authenticators').findOne({ filter: { name } })).get('id') as number;
}

async function update(name: string, values: object): Promise<Answer> {
  // The host wants to know with every change whether one is still on.
  return api(`authenticators:update?filterByTk=${await idOf(name)}`, { enabled: true, ...values });
}

/** The options as they are in the database. */
async function saved(name: string): Promise<Record<string, unknown>> {
  const model = await world.db.getRepository('authenticators').findOne({ filter: { name } });
  return model.get('options') as Record<string, unknown>;
}

const refused = (field: string) => ({
  status: 400,
  body: { errors: [{ code: 'WECOM_CONFIG_INVALID', field, message: expect.any(String) }] },
});

const nameOf = (answer: Answer) => (answer.body.data as unknown as { name: string }).name;

describe('saving', () => {
  test('what is right is kept as it is', async () => {
    const given = options({ public: { autoSignup: false, autoLogin: false }, redirectPath: '/v/admin/x?y=1' });
    const answer = await create({}, { options: given });
    expect(answer.status).toBe(200);
    expect(await saved(nameOf(answer))).toEqual(given);
  });

  test('only what is needed', async () => {
    const { corpId, agentId, secret, origin } = options();
    const answer = await create({}, { options: { corpId, agentId, secret, origin } });
    expect(answer.status).toBe(200);
    expect(await saved(nameOf(answer))).toEqual({ corpId, agentId, secret, origin });
  });

  test('what was pasted is tidied: blanks, and the slash behind an origin', async () => {
    const answer = await create({
      corpId: ' wwdemo0123456789ab\n',
      secret: '\tsecret-pasted-one ',
      origin: ' https://x.example/ ',
    });
    expect(await saved(nameOf(answer))).toMatchObject({
      corpId: 'wwdemo0123456789ab',
      secret: 'secret-pasted-one',
      origin: 'https://x.example',
    });
  });

  const wrong: [string, unknown, string?][] = [
    ...['corpId', 'agentId', 'secret', 'origin'].flatMap((field): [string, unknown][] => [
      [field, undefined],
      [field, ''],
      [field, '   '],
      [field, 5],
    ]),
    ['corpId', 'not a corp id'],
    ['agentId', '1000002x'],
    ['secret', 'with a space'],
    ['origin', 'https://nocobase.example.com/path'],
    ['origin', 'nocobase.example.com'],
    ['origin', 'ftp://nocobase.example.com'],
    ['redirectPath', 'https://evil.example'],
    ['redirectPath', '//evil.example'],
    ['redirectPath', '/%2fevil.example'],
    ['redirectPath', 'admin'],
    ['redirectPath', '/undefined'],
    ['apiBaseUrl', 'qyapi.weixin.qq.com'],
    ['oauthUrl', 'open.weixin.qq.com'],
    ['ssoUrl', 'javascript:alert(1)'],
    ['public', { autoSignup: 'yes' }, 'public.autoSignup'],
    ['public', { autoLogin: 1 }, 'public.autoLogin'],
    ['corpId', 'x'.repeat(2000)],
  ];

  test.each(wrong)('%s: %j is refused and named', async (key, value, field = key) => {
    const before = await world.db.getRepository('authenticators').count();
    expect(await create({ [key]: value })).toMatchObject(refused(field));
    expect(await world.db.getRepository('authenticators').count()).toBe(before);
    const stored = await saved('wecom');
    expect(await update('wecom', { options: options({ [key]: value }) })).toMatchObject(refused(field));
    expect(await saved('wecom')).toEqual(stored);
  });

  test.each([undefined, [], 'text', 5, {}])('options that are no options: %j', async (value) => {
    expect(await create({}, { options: value })).toMatchObject(refused('corpId'));
  });

  test('a name that is taken is refused before the database prints a statement with the Secret', async () => {
    expect(await create({}, { name: 'wecom' })).toMatchObject(refused('name'));
  });

  test('the message names the field as the form does', async () => {
    const { body } = await create({ origin: 'https://x.example/path' });
    expect(body.errors?.[0].message).toMatch(/^Origin must be an address such as https:/);
  });

  test('an authenticator that becomes one of ours is checked, one of another type is not', async () => {
    const basic = await api('authenticators:create', {
      name: 'other',
      authType: 'Email/Password',
      options: { origin: 5 },
    });
    expect(basic.status).toBe(200);
    expect(await update('other', { authType: 'WeCom' })).toMatchObject(refused('corpId'));
  });

  test('changing something else is not held up by what was saved long ago', async () => {
    const answer = await create();
    const name = nameOf(answer);
    const model = await world.db.getRepository('authenticators').findOne({ filter: { name } });
    await model.update({ options: { corpId: 'only' } }, { wecomUnchecked: true, hooks: true } as object);
    expect((await update(name, { title: 'New title' })).status).toBe(200);
    await world.setEnabled(name, false);
    expect(await update(name, { options: { corpId: 'only', agentId: '1' } })).toMatchObject(refused('secret'));
  });
});

describe('variables', () => {
  const environment = () => world.app.app.environment;

  test('are saved as they are, and put in at sign-in', async () => {
    environment().setVariable('CORP', 'wwdemo0123456789ab');
    environment().setVariable('AGENT', DEMO_AGENT_ID);
    environment().setVariable('WECOM_SECRET', DEMO_SECRET, { isSecret: true });
    environment().setVariable('HOST', world.app.url.replace('http://', ''));
    environment().setVariable('API', world.wecom.apiBaseUrl);
    const changes = {
      corpId: '{{$env.CORP}}',
      agentId: '{{$env.AGENT}}',
      secret: '{{$env.WECOM_SECRET}}',
      origin: 'http://{{$env.HOST}}/',
      apiBaseUrl: '{{$env.API}}',
      redirectPath: '{{$env.NOTHING}}',
    };
    const answer = await create(changes, { name: 'by-variables' });
    expect(answer.status).toBe(200);
    expect(JSON.stringify(answer)).not.toContain(DEMO_SECRET);
    expect(await saved('by-variables')).toMatchObject({ ...changes, origin: 'http://{{$env.HOST}}' });
    const page = await world.browser().open('by-variables');
    expect(page.searchParams.get('appid')).toBe('wwdemo0123456789ab');
    expect(new URL(page.searchParams.get('redirect_uri') as string).searchParams.get('redirect')).toBe('/admin');
    const signedIn = await world.firstSignIn('zhangsan', world.browser(), 'by-variables');
    expect(signedIn.status).toBe(200);
  });

  test.each<[string, string | undefined, string]>([
    ['agentId', 'letters', 'AgentId'],
    ['agentId', undefined, 'AgentId'],
    ['origin', 'https://x.example/path', 'Origin'],
    ['secret', '', 'Secret'],
    ['apiBaseUrl', 'no-scheme', 'API base URL'],
    ['redirectPath', '//evil.example', 'Workbench application redirect link'],
  ])('that are wrong are reported when they are used: %s = %j', async (field, value, label) => {
    const name = `wrong-variable-${String(value)}-in-${field}`.replace(/[^\w-]/g, '');
    if (value === undefined) environment().removeVariable('WRONG');
    else environment().setVariable('WRONG', value);
    expect((await create({ [field]: '{{$env.WRONG}}' }, { name })).status).toBe(200);
    const door = await answerOf(await world.browser().knock({ authenticator: name }, { Accept: 'application/json' }));
    const back = await world.browser().signIn(name, { code: 'x', state: '0'.repeat(32) });
    for (const answer of [door, back]) {
      expect(answer).toMatchObject(failure(400, 'WECOM_CONFIG_INVALID', 'settingsInvalid'));
      expect(answer.body.errors?.[0]).toMatchObject({ field, message: expect.stringContaining(label) });
    }
  });

  test('a switch is no place for a variable', async () => {
    expect(await create({ public: { autoLogin: '{{$env.X}}' } })).toMatchObject(refused('public.autoLogin'));
  });
});

describe('automatic login', () => {
  const on = { public: { autoSignup: true, autoLogin: true } };
  const off = { public: { autoSignup: true, autoLogin: false } };

  afterEach(async () => {
    for (const { name } of (await world.db.getRepository('authenticators').find({ filter: { authType: 'WeCom' } })) as {
      name: string;
    }[]) {
      if (name.startsWith('auto-')) await world.db.getRepository('authenticators').destroy({ filter: { name } });
    }
  });

  test('one may have it; a second is refused and told which one has it', async () => {
    expect((await create(on, { name: 'auto-one', title: 'The first' })).status).toBe(200);
    const answer = await create(on, { name: 'auto-two' });
    expect(answer).toMatchObject(refused('public.autoLogin'));
    expect(answer.body.errors?.[0].message).toContain('"The first"');
    expect((await create(off, { name: 'auto-two' })).status).toBe(200);
    expect(await update('auto-two', { options: options(on) })).toMatchObject(refused('public.autoLogin'));
  });

  test('the one that has it can be edited, and it can move after switching it off', async () => {
    await create(on, { name: 'auto-one' });
    await create(off, { name: 'auto-two' });
    expect((await update('auto-one', { options: options({ ...on, redirectPath: '/m' }) })).status).toBe(200);
    expect((await update('auto-one', { options: options(off) })).status).toBe(200);
    expect((await update('auto-two', { options: options(on) })).status).toBe(200);
    expect(await update('auto-one', { options: options(on) })).toMatchObject(refused('public.autoLogin'));
  });

  test('a second one is refused when it becomes one of ours, too', async () => {
    await create(on, { name: 'auto-one' });
    await api('authenticators:create', {
      name: 'auto-other',
      authType: 'Email/Password',
      options: options({ ...on, secret: 'not-one-of-an-app' }),
    });
    expect(await update('auto-other', { authType: 'WeCom' })).toMatchObject(refused('public.autoLogin'));
  });

  test('of several saved at once, one gets it', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, (_, index) => create(on, { name: `auto-${index}` })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400]);
    for (const answer of answers.filter(({ status }) => status === 400)) {
      expect(answer).toMatchObject(refused('public.autoLogin'));
    }
  });

  test('of several switched on at once, one gets it', async () => {
    for (const name of ['auto-a', 'auto-b', 'auto-c']) await create(off, { name });
    const answers = await Promise.all(
      ['auto-a', 'auto-b', 'auto-c'].map((name) => update(name, { options: options(on) })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400]);
  });
});

describe('what others may see', () => {
  test('an anonymous browser: two switches', async () => {
    await create({}, { name: 'listed', title: 'Sign in by WeCom' });
    const response = await fetch(`${world.app.url}/api/authenticators:publicList`);
    const { data } = (await response.json()) as { data: Record<string, unknown>[] };
    expect(data.find(({ name }) => name === 'listed')).toMatchObject({
      authType: 'WeCom',
      title: 'Sign in by WeCom',
      options: { autoSignup: true, autoLogin: false },
    });
    expect(Object.keys(data.find(({ name }) => name === 'listed')?.options as object).sort()).toEqual([
      'autoLogin',
      'autoSignup',
    ]);
    for (const value of [DEMO_SECRET, 'wwdemo', DEMO_AGENT_ID, world.wecom.apiBaseUrl]) {
      expect(JSON.stringify(data)).not.toContain(value);
    }
  });

  test('a member who signed in: no settings', async () => {
    const { body } = await world.firstSignIn('zhaoliu');
    for (const path of ['authenticators:list', 'authenticators:get?filterByTk=1', 'authenticators:listTypes']) {
      const response = await fetch(`${world.app.url}/api/${path}`, {
        headers: { Authorization: `Bearer ${body.data?.token}`, 'X-Role': 'member' },
      });
      expect(await response.text()).not.toContain(DEMO_SECRET);
      expect(response.status).toBe(403);
    }
  });

  test('a stranger cannot read or save them', async () => {
    for (const path of ['authenticators:list', 'authenticators:create', 'authenticators:update?filterByTk=1']) {
      const response = await fetch(`${world.app.url}/api/${path}`, { method: 'POST' });
      expect([401, 403]).toContain(response.status);
    }
  });
});

describe('disabling and enabling the plugin', () => {
  const plugin = () => world.app.app.pm.get('auth-wecom');
  const enabled = async () =>
    (
      (await world.db.getRepository('authenticators').find({ filter: { authType: 'WeCom', enabled: true } })) as {
        name: string;
      }[]
    )
      .map(({ name }) => name)
      .sort();

  test('switches our authenticators off and, later, those same ones on again', async () => {
    await create({}, { name: 'was-off', enabled: false });
    await world.firstSignIn('zhangsan');
    const on = await enabled();
    expect(on).toContain('wecom');
    const before = await saved('wecom');
    await plugin().beforeDisable();
    expect(await enabled()).toEqual([]);
    const list = await (await fetch(`${world.app.url}/api/authenticators:publicList`)).json();
    expect(JSON.stringify(list)).not.toContain('WeCom');
    expect(JSON.stringify(list)).toContain('basic');
    const answer = await world.browser().signIn('wecom', { code: 'x', state: '0'.repeat(32) });
    expect(answer).toMatchObject(failure(404, 'WECOM_CONFIG_INVALID', 'authenticatorUnknown'));

    await plugin().afterEnable();
    expect(await enabled()).toEqual(on);
    expect(await saved('wecom')).toEqual(before);
    expect((await world.round(world.browser(), 'zhangsan')).status).toBe(200);
  });

  test('what was saved wrong long ago does not stand in the way', async () => {
    const model = await world.db.getRepository('authenticators').findOne({ filter: { name: 'wecom' } });
    const before = model.get('options') as object;
    await model.update({ options: { corpId: 5 } }, { wecomUnchecked: true } as object);
    await plugin().beforeDisable();
    await plugin().afterEnable();
    expect(await saved('wecom')).toEqual({ corpId: 5 });
    await model.update({ options: before }, { wecomUnchecked: true } as object);
  });

  test('is refused when nobody could sign in any more', async () => {
    const others = await world.db
      .getRepository('authenticators')
      .find({ filter: { authType: { $ne: 'WeCom' }, enabled: true } });
    const names = (others as { name: string }[]).map(({ name }) => name);
    for (const name of names) await world.setEnabled(name, false);
    const on = await enabled();
    await expect(plugin().beforeDisable()).rejects.toThrow('only way of signing in');
    expect(await enabled()).toEqual(on);
    for (const name of names) await world.setEnabled(name, true);
  });
});
