import type { AuditLog } from '@nocobase/server';
import { DEMO_SECRET } from '../../simulator';
import type { RecentFailure } from '../../src/shared/recent-failure';
import { servicesOf } from '../../src/server/services';
import { type Answer, answerOf } from './browser';
import { CONSENT, World, failure, optionsFor } from './world';

let world: World;
let asAdmin: Awaited<ReturnType<World['admin']>>;

beforeAll(async () => {
  world = await World.start();
  asAdmin = await world.admin();
});
afterEach(async () => {
  jest.restoreAllMocks();
  world.wecom.faults.clear();
  await recent().flush();
  await rows().destroy({ where: {} });
});
afterAll(() => world.close());

const recent = () => servicesOf(world.app.app).recentFailures;
const rows = () => world.db.getModel('wecomFailures');

async function listed(authenticator = 'wecom'): Promise<RecentFailure[]> {
  const { status, body } = await asAdmin(`wecom:failures?authenticator=${encodeURIComponent(authenticator)}`);
  expect(status).toBe(200);
  return body.data as unknown as RecentFailure[];
}

const referenceOf = ({ body }: Answer) => body.errors![0].reference!;

/** A return with nothing in it, which anybody can make without WeCom. */
const cancel = async (name = 'wecom') => {
  const browser = world.browser();
  const page = await browser.open(name);
  return browser.signIn(name, { state: page.searchParams.get('state') });
};

describe('the list', () => {
  test('has the failures of one kind in one row, with what WeCom said and the latest reference numbers', async () => {
    const errmsg = 'not allow to access from your ip, hint: [1795334896973044720425036], from ip: 203.0.113.5';
    world.wecom.faults.add({ call: 'auth/getuserinfo', kind: { errcode: 60020, errmsg } });
    const references: string[] = [];
    for (let attempt = 0; attempt < 7; attempt += 1) {
      references.unshift(referenceOf(await world.round(world.browser(), 'zhangsan')));
    }
    const cancelled = referenceOf(await cancel());
    const [last, first, ...others] = await listed();
    expect(others).toEqual([]);
    expect(last).toMatchObject({ reason: 'cancelled', code: 'WECOM_CODE_INVALID', count: 1, references: [cancelled] });
    expect(first).toEqual({
      reason: 'ipNotTrusted',
      code: 'WECOM_IP_NOT_TRUSTED',
      count: 7,
      firstAt: expect.any(String),
      lastAt: expect.any(String),
      references: references.slice(0, 5),
      facts: {
        call: 'auth/getuserinfo',
        kind: 'refused',
        errcode: 60020,
        hint: '1795334896973044720425036',
        ip: '203.0.113.5',
      },
    });
    expect(Date.parse(first.lastAt)).toBeGreaterThan(Date.parse(first.firstAt));
    expect(Math.abs(Date.parse(first.lastAt) - Date.now())).toBeLessThan(60_000);
  });

  test('has failures at the door, with the setting that is wrong', async () => {
    const undo = await world.change('wecom', { corpId: '{{$env.NOT_THERE}}', agentId: '1000002' });
    const answer = await answerOf(await world.browser().knock({ authenticator: 'wecom' }));
    await undo();
    const facts = { field: 'corpId', problem: expect.any(String) };
    expect(await listed()).toMatchObject([{ reason: 'settingsInvalid', references: [referenceOf(answer)], facts }]);
  });

  test('has failures that nobody foresaw', async () => {
    jest.spyOn(world.app.app.authManager.tokenController, 'add').mockRejectedValue(new TypeError('oops'));
    const answer = await world.firstSignIn(world.newMember().userid);
    expect(await listed()).toMatchObject([{ reason: 'busy', references: [referenceOf(answer)] }]);
  });

  test('has nothing of what visitors typed, and nothing of sign-ins that go on by themselves', async () => {
    const typed = 'typed-by-a-visitor';
    const browser = world.browser();
    for (const query of [{ authenticator: typed }, { authenticator: 'basic' }, { authenticator: '' }]) {
      expect((await browser.knock({ ...query, redirect: `/${typed}` })).status).toBe(404);
    }
    for (const name of [typed, 'wecom']) {
      await browser.signIn(name, { code: typed, state: typed, [typed]: typed });
    }
    const newcomer = world.newMember().userid;
    expect(await world.round(world.browser(), newcomer)).toMatchObject(failure(401, 'WECOM_CONSENT_REQUIRED'));
    await world.firstSignIn(newcomer);
    const stored = await (await listed(), rows().findAll());
    expect(stored).toHaveLength(1);
    expect(await listed()).toMatchObject([{ reason: 'stateInvalid', count: 1, facts: {} }]);
    expect(JSON.stringify(stored)).not.toMatch(new RegExp(`${typed}|${newcomer}`));
  });

  test('keeps the latest fifty of an authenticator', async () => {
    await world.addAuthenticator('another');
    const note = (authenticator: string, errcode: number) =>
      recent().note({ authenticator, reason: 'unavailable', reference: '00000000', facts: { errcode } });
    note('another', 1);
    const clock = jest.spyOn(Date, 'now');
    for (let errcode = 1; errcode <= 60; errcode += 1) {
      clock.mockReturnValue(Date.UTC(2026, 10, 22) + errcode);
      note('wecom', errcode);
    }
    clock.mockRestore();
    const errcodes = (await listed()).map(({ facts }) => facts.errcode);
    expect(errcodes).toEqual(Array.from({ length: 50 }, (_, index) => 60 - index));
    expect(await rows().count({ where: { authenticator: 'wecom' } })).toBe(50);
    expect(await listed('another')).toHaveLength(1);
  });

  test('is emptied for one authenticator, and goes with it', async () => {
    await world.addAuthenticator('gone');
    await Promise.all(['wecom', 'gone'].map(cancel));
    expect(await listed('wecom')).toHaveLength(1);
    expect(await asAdmin('wecom:clearFailures?authenticator=wecom', {})).toMatchObject({ status: 200 });
    expect(await listed('wecom')).toEqual([]);
    expect(await listed('gone')).toHaveLength(1);

    const { id } = await world.db.getRepository('authenticators').findOne({ filter: { name: 'gone' } });
    expect(await asAdmin(`authenticators:destroy?filterByTk=${id}`, {})).toMatchObject({ status: 200 });
    expect(await rows().count()).toBe(0);
    // A sign-in that was under way meanwhile.
    recent().note({ authenticator: 'gone', reason: 'unavailable', reference: '00000000', facts: {} });
    await recent().flush();
    expect(await rows().count()).toBe(0);
  });
});

describe('failures cost the server little', () => {
  test('a flood of them is a few writes, and washes nothing away', async () => {
    world.wecom.faults.add({ call: 'auth/getuserinfo', kind: { errcode: 301002 } });
    const useful = referenceOf(await world.round(world.browser(), 'zhangsan'));
    await recent().flush();
    const writes = ['create', 'update', 'destroy'] as const;
    const spies = writes.map((name) => jest.spyOn(rows(), name));
    await Promise.all(Array.from({ length: 120 }, () => world.browser().signIn('wecom', { code: 'x', state: 'y' })));
    const written = () => spies.reduce((sum, { mock }) => sum + mock.calls.length, 0);
    expect(written()).toBeLessThan(5);
    const [flood, other] = await listed();
    expect(written()).toBeLessThan(7);
    expect(flood).toMatchObject({ reason: 'stateInvalid', count: 120 });
    expect(flood.references).toHaveLength(5);
    expect(other).toMatchObject({ reason: 'agentMismatch', count: 1, references: [useful] });
  });

  test.each(['beforeStop', 'beforeReload'])('waits for nothing when the application ends (%s)', async (end) => {
    await cancel();
    expect(await rows().count()).toBe(0);
    await world.app.app.emitAsync(end);
    expect(await rows().count()).toBe(1);
  });

  test('an answer does not wait for the list, nor for the list to work', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    jest.spyOn(rows(), 'create').mockImplementation(async () => {
      await held;
      throw new Error('no space left');
    });
    expect(await cancel()).toMatchObject(failure(401, 'WECOM_CODE_INVALID', 'cancelled'));
    release();
    await recent().flush();
    jest.restoreAllMocks();
    expect(await listed()).toEqual([]);
    await cancel();
    expect(await listed()).toHaveLength(1);
  });

  test('a sign-in that succeeds does not touch the list', async () => {
    const { userid } = world.newMember();
    await world.firstSignIn(userid);
    const query = jest.spyOn(world.db.sequelize, 'query');
    expect(await world.round(world.browser(), userid)).toMatchObject({ status: 200 });
    await recent().flush();
    expect(query).toHaveBeenCalled();
    const statements = query.mock.calls.map(([sql]) => JSON.stringify(sql));
    expect(statements.filter((sql) => /wecomFailures|wecom_failures/.test(sql))).toEqual([]);
  });
});

describe('who may see the list', () => {
  const paths = ['wecom:failures?authenticator=wecom', 'wecom:clearFailures?authenticator=wecom', 'wecomFailures:list'];

  async function statuses(headers: Record<string, string>): Promise<number[]> {
    const answers = paths.map((path) => fetch(`${world.app.url}/api/${path}`, { method: 'POST', headers }));
    return Promise.all(answers.map(async (answer) => (await answerOf(await answer)).status));
  }

  test('not a stranger', async () => {
    expect(await statuses({})).toEqual([401, 401, 401]);
  });

  test('not a member who signed in', async () => {
    const { body } = await world.firstSignIn('zhaoliu');
    expect(await statuses({ Authorization: `Bearer ${body.data?.token}`, 'X-Role': 'member' })).toEqual([
      403, 403, 403,
    ]);
  });

  test('those who may manage authenticators, and nobody who just manages something else', async () => {
    const { body } = await world.firstSignIn('zhaoliu');
    for (const [snippet, expected] of [
      ['pm.auth.authenticators', [200, 200, 403]],
      ['pm.security.token-policy', [403, 403, 403]],
    ] as const) {
      const role = snippet.replace(/\W/g, '_');
      await world.db.getRepository('roles').create({ values: { name: role, snippets: ['!ui.*', '!pm', snippet] } });
      await world.db
        .getRepository('users')
        .update({ filterByTk: body.data!.user.id, values: { roles: ['member', role] } });
      expect(await statuses({ Authorization: `Bearer ${body.data?.token}`, 'X-Role': role })).toEqual(expected);
    }
  });

  test.each(['', '?authenticator=', '?authenticator[]=wecom', `?authenticator=${'x'.repeat(256)}`])(
    'a question without a name is refused: %s',
    async (query) => {
      for (const action of ['failures', 'clearFailures']) {
        expect(await asAdmin(`wecom:${action}${query}`, {})).toMatchObject({ status: 400 });
      }
    },
  );

  test('an unknown name has no failures, and a link empties no list', async () => {
    await cancel();
    expect(await listed('nobody')).toEqual([]);
    expect(await asAdmin('wecom:clearFailures?authenticator=wecom')).toMatchObject({ status: 405 });
    expect(await listed()).toHaveLength(1);
  });
});

describe('an audit log of the host', () => {
  const entries: AuditLog[] = [];

  beforeAll(() => world.app.app.auditManager.setLogger({ log: async (entry) => void entries.push(entry) }));
  beforeEach(() => void entries.splice(0));
  afterAll(() => world.app.app.auditManager.setLogger(undefined as never));

  async function entryOf(action: string): Promise<AuditLog> {
    for (let waited = 0; waited < 5_000; waited += 20) {
      const found = entries.find((entry) => entry.action === action);
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`no entry for ${action}`);
  }

  test('learns who signed in and how, but not the session', async () => {
    const { userid } = world.newMember();
    const { body } = await world.firstSignIn(userid);
    const entry = await entryOf('signIn');
    expect(entry).toMatchObject({
      resource: 'auth',
      userId: body.data!.user.id,
      status: 200,
      metadata: { wecom: { authenticator: 'wecom', outcome: 'created', reference: entry.uuid.slice(0, 8) } },
    });
    expect(JSON.stringify(entry)).not.toMatch(/token":|eyJ|"code"|"state"/);
  });

  test('learns of a failure under its reference number', async () => {
    const answer = await cancel();
    expect(await entryOf('signIn')).toMatchObject({
      status: 401,
      metadata: { response: { body: { errors: [{ reason: 'cancelled', reference: referenceOf(answer) }] } } },
    });
  });

  test('learns who emptied the list', async () => {
    await asAdmin('wecom:clearFailures?authenticator=wecom', {});
    expect(await entryOf('clearFailures')).toMatchObject({ resource: 'wecom', userId: 1, status: 200 });
  });

  test('learns who saved which settings, but not the secrets in them', async () => {
    const { auditManager } = world.app.app;
    // As a log of all that is written does it.
    auditManager.registerActions(['create', 'update']);
    try {
      const proxyUrl = 'http://user:secret-of-a-proxy@127.0.0.1:9';
      const options = optionsFor(world.wecom, world.app.url, { proxyUrl });
      const values = { name: 'audited', authType: 'WeCom', enabled: true, options };
      const created = await asAdmin('authenticators:create', values);
      expect(created).toMatchObject({ status: 200, body: { data: { options: { corpId: options.corpId } } } });
      const { id } = await world.db.getRepository('authenticators').findOne({ filter: { name: 'audited' } });
      expect(await asAdmin(`authenticators:update?filterByTk=${id}`, { ...values, title: 'x' })).toMatchObject({
        status: 200,
      });
      for (const action of ['create', 'update']) {
        const entry = await entryOf(action);
        expect(entry).toMatchObject({
          resource: 'authenticators',
          userId: 1,
          metadata: { request: { body: { name: 'audited', options: { corpId: options.corpId, secret: '***' } } } },
        });
        expect(JSON.stringify(entry)).not.toContain(DEMO_SECRET);
        expect(JSON.stringify(entry)).not.toContain('secret-of-a-proxy');
      }
    } finally {
      for (const action of ['create', 'update']) auditManager.resources.get('__default__')?.delete(action);
      await world.db.getRepository('authenticators').destroy({ filter: { name: 'audited' } });
    }
  });

  test('hears of other sign-ins what the host tells', async () => {
    await world.admin();
    const entry = await entryOf('signIn');
    expect(entry.metadata).toMatchObject({ request: { body: { account: process.env.INIT_ROOT_EMAIL } } });
    expect(entry.metadata).not.toHaveProperty('wecom');
    expect(JSON.stringify(entry.metadata!.request)).not.toContain(process.env.INIT_ROOT_PASSWORD);
  });

  test('is asked nothing when it is not there', async () => {
    world.app.app.auditManager.setLogger(undefined as never);
    expect(await world.round(world.browser(), 'zhangsan', CONSENT)).toMatchObject({ status: 200 });
    expect(entries).toEqual([]);
  });
});
