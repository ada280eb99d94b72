import '../environment';
import { servicesOf } from '../../../src/server/services';
import type { PhoneMatching } from '../../../src/shared/settings-fields';
import { type Client, World, failure } from '../world';

let world: World;
let admin: Client;
let people = 0;

beforeAll(async () => {
  world = await World.start();
  admin = await world.admin();
});

// Written a minute later, it could meet what a test writes: SQLite has one writer.
afterEach(() => servicesOf(world.app.app).recentFailures.flush());
afterAll(() => world.close());

const PASSWORD = 'abc12345';

/** Somebody who signs in with a password, and acts in a role other than the usual one. */
async function person(values: Record<string, unknown> = {}, role?: string): Promise<{ id: number; as: Client }> {
  people += 1;
  const username = `person${people}`;
  const id = await world.createUser({ nickname: username, username, password: PASSWORD, ...values });
  if (role) {
    await world.db.getRepository('users').update({ filterByTk: id, values: { roles: ['member', role] } });
    const filter = { userId: id, roleName: role };
    await world.db.getRepository('rolesUsers').update({ filter, values: { default: true } });
  }
  return { id, as: await world.signedIn(username, PASSWORD) };
}

/** Writes a number into the own profile. The host demands the username along with it. */
async function enterInProfile({ id, as }: { id: number; as: Client }, phone: string | null): Promise<void> {
  const { username } = await world.user(id);
  expect(await as('users:updateProfile', { username, phone })).toMatchObject({ status: 200 });
  expect((await world.user(id)).phone).toBe(phone);
}

async function addRole(name: string, values: object): Promise<string> {
  await world.db.getRepository('roles').create({ values: { name, title: name, ...values } });
  return name;
}

/** Which user a member gets into at the first sign-in. */
async function userOf({ userid }: { userid: string }): Promise<number | undefined> {
  return (await world.firstSignIn(userid)).body.data?.user.id;
}

async function expectRefused({ userid }: { userid: string }, reason: string): Promise<void> {
  const before = await world.counts();
  expect(await world.firstSignIn(userid)).toMatchObject(failure(403, 'WECOM_USER_NOT_FOUND', reason));
  expect(await world.counts()).toEqual(before);
}

async function expectOwnUser(member: { userid: string }, phone: string | null = null): Promise<void> {
  const { users } = await world.counts();
  const { status, body } = await world.firstSignIn(member.userid);
  expect([status, body.data?.user.phone]).toEqual([200, phone]);
  expect((await world.counts()).users).toBe(users + 1);
}

/** Runs with another choice, or with automatic creation off. */
async function having(changes: { phoneMatching?: PhoneMatching; creation?: boolean }, run: () => Promise<void>) {
  const { phoneMatching, creation = true } = changes;
  const restore = await world.change('wecom', {
    phoneMatching,
    public: { autoSignup: creation, autoLogin: false },
  });
  await run().finally(restore);
}

const FORMATS: ((digits: string) => string)[] = [
  (digits) => digits,
  (digits) => `+86${digits}`,
  (digits) => `+86 ${digits.slice(0, 3)} ${digits.slice(3, 7)} ${digits.slice(7)}`,
  (digits) => `86-${digits}`,
  (digits) => `0086${digits}`,
  (digits) => `${digits.slice(0, 3)}-${digits.slice(3)}`,
  (digits) => `(+86)${digits}`,
];

describe('a user who enters the number of a colleague in the own profile', () => {
  test.each(FORMATS)('does not get the sign-in of the colleague: format %#', async (write) => {
    const victim = world.newMember();
    const attacker = await person();
    await enterInProfile(attacker, write(victim.mobile));
    await having({ creation: false }, () => expectRefused(victim, 'phoneUnconfirmed'));
    await expectOwnUser(victim);
    // And not later either.
    expect((await world.round(world.browser(), victim.userid)).body.data?.user.id).not.toBe(attacker.id);
  });

  test('cannot lock the colleague out of the user with this number, however many do it', async () => {
    const victim = world.newMember();
    const id = await world.createUser({ nickname: 'Theirs', phone: victim.mobile });
    for (const write of FORMATS.slice(1, 4)) await enterInProfile(await person(), write(victim.mobile));
    expect(await userOf(victim)).toBe(id);
  });

  test('is not trusted for having had another number before', async () => {
    const victim = world.newMember();
    const attacker = await person({ phone: world.newMember().mobile });
    await enterInProfile(attacker, victim.mobile);
    await expectOwnUser(victim);
  });

  test('is not trusted for emptying the field in between, or for entering the number twice', async () => {
    const victim = world.newMember();
    const attacker = await person();
    for (const phone of [victim.mobile, null, `+86${victim.mobile}`, victim.mobile]) {
      await enterInProfile(attacker, phone);
    }
    await expectOwnUser(victim);
  });

  test.each([
    (query: string) => `users:updateProfile?${query}`,
    (query: string) => `users:updateProfile/x:get?${query}`,
    (query: string) => `users%3AupdateProfile?${query}`,
    (query: string) => `users:%75pdateProfile?${query}`,
  ])('is not trusted for an address that looks as if it only reads: %#', async (path) => {
    const victim = world.newMember();
    const attacker = await person();
    const { username } = await world.user(attacker.id);
    const query = new URLSearchParams({ username: String(username), phone: victim.mobile }).toString();
    // The host knows some of these addresses, and answers the others with a page or a refusal.
    await attacker.as(path(query)).catch(() => undefined);
    await attacker.as(path(''), { username, phone: victim.mobile }).catch(() => undefined);
    expect(await userOf(victim)).not.toBe(attacker.id);
  });

  test('is not trusted with any other request that edits the own user', async () => {
    const victim = world.newMember();
    const role = await addRole('editors', { strategy: { actions: ['view', 'update', 'create'] } });
    const attacker = await person({}, role);
    await attacker.as(`users:update?filterByTk=${attacker.id}`, { phone: victim.mobile });
    expect((await world.user(attacker.id)).phone).toBe(victim.mobile);
    await expectOwnUser(victim);
  });

  test.each(['x:list', 'auth:signIn'])(
    'is not trusted for a record whose id looks like an action: %s',
    async (index) => {
      const victim = world.newMember();
      const role = await addRole(`editors${index.length}`, { strategy: { actions: ['view', 'update'] } });
      const attacker = await person({}, role);
      await attacker.as(`users/${index}?filterByTk=${attacker.id}`, { phone: victim.mobile }, 'PATCH');
      expect((await world.user(attacker.id)).phone).toBe(victim.mobile);
      await expectOwnUser(victim);
    },
  );
});

describe('somebody who prepares a user for a colleague', () => {
  test('by signing up with the number', async () => {
    const restore = await world.change('basic', {
      public: {
        allowSignUp: true,
        signupForm: ['username', 'phone'].map((field) => ({ field, show: true, required: true })),
      },
    });
    const victim = world.newMember();
    const values = { username: 'attacker', phone: victim.mobile, password: PASSWORD, confirm_password: PASSWORD };
    expect(await world.client()('auth:signUp', values)).toMatchObject({ status: 200 });
    await restore();
    await having({ creation: false }, () => expectRefused(victim, 'phoneUnconfirmed'));
    await expectOwnUser(victim);
  });

  test('by the permission to create users, and to edit those that were created', async () => {
    const role = await addRole('creators', { strategy: { actions: ['create', 'view', 'update:own'] } });
    const attacker = await person({}, role);
    const [first, second] = [world.newMember(), world.newMember()];
    const created = await attacker.as('users:create', { username: 'puppet1', phone: first.mobile, password: PASSWORD });
    expect(created.status).toBe(200);
    await having({ creation: false }, () => expectRefused(first, 'phoneUnconfirmed'));
    const { id } = created.body.data as unknown as { id: number };
    expect(await attacker.as(`users:update?filterByTk=${id}`, { phone: second.mobile })).toMatchObject({ status: 200 });
    expect((await world.user(id)).phone).toBe(second.mobile);
    await expectOwnUser(second);
  });
});

describe('a number is confirmed', () => {
  /** A user who has entered the number of a member; matched once it is confirmed. */
  async function entered() {
    const member = world.newMember();
    const user = await person();
    await enterInProfile(user, member.mobile);
    return { ...user, member };
  }

  test('by an administrator who saves the user with the number', async () => {
    const { id, member } = await entered();
    await admin(`users:update?filterByTk=${id}`, { nickname: 'Unchanged otherwise', phone: member.mobile });
    expect(await userOf(member)).toBe(id);
  });

  test('not by an administrator who saves something else of the user', async () => {
    const { id, member } = await entered();
    await admin(`users:update?filterByTk=${id}`, { nickname: 'Another name' });
    await expectOwnUser(member);
  });

  test('by an administrator who enters it', async () => {
    const { id } = await entered();
    const member = world.newMember();
    await admin(`users:update?filterByTk=${id}`, { phone: member.mobile });
    expect(await userOf(member)).toBe(id);
  });

  test('by an administrator who creates the user', async () => {
    const member = world.newMember();
    const { body } = await admin('users:create', { username: 'fromadmin', phone: member.mobile, password: PASSWORD });
    expect(await userOf(member)).toBe((body.data as unknown as { id: number }).id);
  });

  test('by somebody who may edit every user', async () => {
    const role = await addRole('hr', { strategy: { actions: ['view', 'update', 'create'] } });
    const hr = await person({}, role);
    const { id, member } = await entered();
    expect(await hr.as(`users:update?filterByTk=${id}`, { phone: member.mobile })).toMatchObject({ status: 200 });
    expect(await userOf(member)).toBe(id);
  });

  test('by a system that pushes users, whatever else it may do', async () => {
    const role = await addRole('directory', { snippets: ['!ui.*', '!pm', 'pm.user-data-sync'] });
    const { as } = await person({}, role);
    const member = world.newMember();
    const records = [{ uid: 'e1', username: 'pushed1', nickname: 'Pushed', phone: member.mobile }];
    expect(await as('userData:push', { dataType: 'user', matchKey: 'username', records })).toMatchObject({
      status: 200,
      body: { data: { code: 0 } },
    });
    const pushed = await world.db.getRepository('users').findOne({ filter: { username: 'pushed1' } });
    expect(await userOf(member)).toBe(pushed.get('id'));
  });

  test('by the server: a sync, a workflow that runs by itself, another plugin', async () => {
    const { id, member } = await entered();
    const user = await world.db.getRepository('users').findOne({ filterByTk: id });
    await user.update({ phone: null });
    await user.update({ phone: member.mobile });
    expect(await userOf(member)).toBe(id);
  });

  test('by WeCom, for a user that was created at the first sign-in', async () => {
    const member = world.newMember();
    const { body } = await world.firstSignIn(member.userid);
    await world.db.getModel('usersAuthenticators').destroy({ where: { userId: body.data!.user.id } });
    expect(await userOf(member)).toBe(body.data!.user.id);
  });

  test('and stays so when the user writes the same number in another way', async () => {
    const member = world.newMember();
    const user = await person({ phone: member.mobile });
    await enterInProfile(user, `+86 ${member.mobile}`);
    expect(await userOf(member)).toBe(user.id);
  });

  test('and nothing of it is kept when the user is deleted', async () => {
    const { id } = await entered();
    await world.db.getRepository('users').destroy({ filterByTk: id });
    expect(await world.db.getModel('wecomUnconfirmedPhones').count({ where: { userId: id } })).toBe(0);
  });
});

describe('a number that passes to somebody else does not lead into a user who may administer NocoBase', () => {
  const roles: [string, () => Promise<string>][] = [
    ['admin', async () => 'admin'],
    ['a role that may configure the interface', () => addRole('designers', { snippets: ['ui.*', '!pm', '!pm.*'] })],
    ['a role that may change one page of the settings', () => addRole('clerks', { snippets: ['!pm', 'pm.users'] })],
  ];

  test.each(roles)('%s', async (_name, role) => {
    const member = world.newMember();
    const { id } = await person({ phone: member.mobile }, await role());
    for (const creation of [true, false]) {
      await having({ creation }, () => expectRefused(member, 'phoneOfPrivileged'));
    }
    await having({ phoneMatching: 'all' }, async () => expect(await userOf(member)).toBe(id));
    // Once bound, the choice is of no matter.
    expect((await world.round(world.browser(), member.userid)).body.data?.user.id).toBe(id);
  });

  test('the user that NocoBase was installed with', async () => {
    const member = world.newMember();
    await world.db.getRepository('users').update({ filterByTk: 1, values: { phone: member.mobile } });
    await expectRefused(member, 'phoneOfPrivileged');
    await having({ phoneMatching: 'all' }, async () => expect(await userOf(member)).toBe(1));
  });

  test('a role that comes with the department', async () => {
    const role = await addRole('office', { snippets: ['pm.*'] });
    const member = world.newMember();
    const { id } = await person({ phone: member.mobile });
    await world.db
      .getRepository('departments')
      .create({ values: { title: 'IT', members: [id], roles: [role] }, updateAssociationValues: [] });
    await expectRefused(member, 'phoneOfPrivileged');
  });

  test('whose administrator entered it in the own profile', async () => {
    const member = world.newMember();
    await enterInProfile(await person({}, 'admin'), member.mobile);
    await expectRefused(member, 'phoneOfPrivileged');
  });

  test('nor does it keep the member out when the administrator is bound already', async () => {
    const administrator = world.newMember();
    const { id } = await person({ phone: administrator.mobile }, 'admin');
    await having({ phoneMatching: 'all' }, async () => expect(await userOf(administrator)).toBe(id));
    const colleague = world.newMember({ mobile: administrator.mobile });
    await having({ creation: false }, () => expectRefused(colleague, 'userBoundToAnother'));
    await expectOwnUser(colleague);
  });

  test('of somebody who has a user of their own beside it: that one', async () => {
    const member = world.newMember();
    await person({ phone: `+86${member.mobile}` }, 'admin');
    const id = await world.createUser({ nickname: 'For every day', phone: member.mobile });
    expect(await userOf(member)).toBe(id);
  });
});

describe('other choices', () => {
  test('all: whoever has the number is matched', () =>
    having({ phoneMatching: 'all' }, async () => {
      const member = world.newMember();
      const user = await person();
      await enterInProfile(user, member.mobile);
      expect(await userOf(member)).toBe(user.id);
    }));

  test('all: two with the number are ambiguous, whoever entered it', () =>
    having({ phoneMatching: 'all' }, async () => {
      const member = world.newMember();
      await world.createUser({ nickname: 'Theirs', phone: member.mobile });
      await enterInProfile(await person(), `+86${member.mobile}`);
      expect(await world.firstSignIn(member.userid)).toMatchObject(failure(409, 'WECOM_PHONE_AMBIGUOUS'));
    }));

  test('none: nobody is matched, and a number that is in use is left out', async () => {
    const member = world.newMember();
    await world.createUser({ nickname: 'Theirs', phone: member.mobile });
    await having({ phoneMatching: 'none', creation: false }, () => expectRefused(member, 'matchingOff'));
    await having({ phoneMatching: 'none' }, () => expectOwnUser(member));
  });

  test('none: a number that nobody has goes to the new user', () =>
    having({ phoneMatching: 'none' }, async () => {
      const member = world.newMember();
      await expectOwnUser(member, member.mobile);
    }));
});

describe('when the marks cannot be written', () => {
  const rename = (from: string, to: string) => world.db.sequelize.getQueryInterface().renameTable(from, to);
  const table = () => world.db.getModel('wecomUnconfirmedPhones').getTableName() as string;

  test('a number that nobody vouches for is not written either, everything else is', async () => {
    const before = world.newMember().mobile;
    const user = await person({ phone: before });
    const { username } = await world.user(user.id);
    const wanted = world.newMember().mobile;
    await rename(table(), 'away');
    const refused = await user.as('users:updateProfile', { username, phone: wanted });
    const other = await user.as('users:updateProfile', { username, phone: before, nickname: 'New name' });
    const saved = await admin(`users:update?filterByTk=${user.id}`, { phone: wanted });
    await rename('away', table());
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect([other.status, saved.status]).toEqual([200, 200]);
    expect(await world.user(user.id)).toMatchObject({ nickname: 'New name', phone: wanted });
  });
});

// The last one, since it opens the users to everybody.
test('a form that visitors may fill in is no way to prepare a user for a colleague', async () => {
  world.app.app.acl.allow('users', 'create', 'public');
  const victim = world.newMember();
  const values = { username: 'puppet0', phone: victim.mobile, password: PASSWORD };
  expect(await world.client()('users:create', values)).toMatchObject({ status: 200 });
  await expectOwnUser(victim);
});
