import '../environment';
import { DEMO_AGENT_ID, DEMO_CORP_ID } from '../../../simulator';
import { CONSENT, World, failure } from '../world';

let world: World;
let people = 0;

const OTHER = { corpId: 'wwother0123456789', secret: 'secret-of-the-other-company' };

beforeAll(async () => {
  world = await World.start();
  world.wecom.addCorp({
    corpId: OTHER.corpId,
    apps: [{ agentId: DEMO_AGENT_ID, secret: OTHER.secret, sensitiveFields: ['mobile', 'email', 'biz_mail'] }],
    members: [],
  });
  await world.addAuthenticator('other', OTHER);
});

afterAll(() => world.close());

async function idOf(answer: ReturnType<World['firstSignIn']>): Promise<number> {
  const { status, body } = await answer;
  expect(status).toBe(200);
  return body.data!.user.id;
}

const returning = (userid: string, name = 'wecom') => idOf(world.round(world.browser(), userid, {}, name));

async function bindingsOf(userId: number): Promise<unknown[]> {
  const rows = await world.db.getModel('usersAuthenticators').findAll({ where: { userId } });
  return rows.map((row) => [row.get('authenticator'), row.get('uuid')]);
}

describe('another company', () => {
  test('with the same userid is somebody else, at once and later', async () => {
    const here = world.newMember({ userid: 'boss' });
    const id = await idOf(world.firstSignIn(here.userid));
    world.newMember({ userid: 'boss' }, OTHER.corpId);
    const there = await idOf(world.firstSignIn('boss', world.browser(), 'other'));
    expect(there).not.toBe(id);
    expect(await returning('boss', 'other')).toBe(there);
    expect(await returning('boss')).toBe(id);
  });

  test('cannot hand in a code of its own here', async () => {
    const { userid } = world.newMember();
    await world.firstSignIn(userid);
    const browser = world.browser();
    const page = await browser.open('wecom');
    world.newMember({ userid }, OTHER.corpId);
    const code = world.wecom.issueCode({ corpId: OTHER.corpId, agentId: DEMO_AGENT_ID, userid });
    const answer = await browser.signIn('wecom', { code, state: page.searchParams.get('state') });
    expect(answer).toMatchObject(failure(401, 'WECOM_CODE_INVALID'));
  });

  test('that takes over the authenticator does not take over its users', async () => {
    await world.addAuthenticator('moving');
    const { userid } = world.newMember();
    const id = await idOf(world.firstSignIn(userid, world.browser(), 'moving'));
    const restore = await world.change('moving', OTHER);
    world.newMember({ userid }, OTHER.corpId);
    expect(await idOf(world.firstSignIn(userid, world.browser(), 'moving'))).not.toBe(id);
    await restore();
    expect(await returning(userid, 'moving')).toBe(id);
  });

  test('whose console enters the number of an administrator here does not get in as one', async () => {
    const { userid, mobile } = world.newMember({}, OTHER.corpId);
    await world.db.getRepository('users').update({ filterByTk: 1, values: { phone: mobile } });
    expect(await world.firstSignIn(userid, world.browser(), 'other')).toMatchObject(
      failure(403, 'WECOM_USER_NOT_FOUND', 'phoneOfPrivileged'),
    );
  });
});

describe('a binding', () => {
  test('is not overwritten by a colleague who gets the number, nor by the same number in another format', async () => {
    const first = world.newMember();
    const id = await idOf(world.firstSignIn(first.userid));
    const before = await bindingsOf(id);
    for (const mobile of [first.mobile, `+86${first.mobile}`, `86-${first.mobile}`]) {
      const colleague = world.newMember({ mobile });
      expect(await idOf(world.firstSignIn(colleague.userid))).not.toBe(id);
    }
    expect(await bindingsOf(id)).toEqual(before);
    expect(await returning(first.userid)).toBe(id);
  });

  test('is not overwritten when the member gets the number of somebody else later', async () => {
    const member = world.newMember();
    const id = await idOf(world.firstSignIn(member.userid));
    const other = await world.createUser({ nickname: 'Somebody else', phone: world.newMember().mobile });
    world.wecom.member(DEMO_CORP_ID, member.userid).mobile = String((await world.user(other)).phone);
    expect(await idOf(world.firstSignIn(member.userid))).toBe(id);
    expect(await bindingsOf(other)).toEqual([]);
  });

  test.each([(userid: string) => userid.toUpperCase(), (userid: string) => userid[0].toUpperCase() + userid.slice(1)])(
    'is one for all ways of writing a userid: %#',
    async (write) => {
      const { userid } = world.newMember();
      const id = await idOf(world.firstSignIn(userid));
      world.wecom.member(DEMO_CORP_ID, userid).userid = write(userid);
      const before = await world.counts();
      expect(await returning(write(userid))).toBe(id);
      expect(await idOf(world.firstSignIn(write(userid)))).toBe(id);
      expect(await world.counts()).toEqual(before);
    },
  );

  test.each([
    ['longer', (userid: string) => `${userid}x`],
    ['shorter', (userid: string) => userid.slice(0, -1)],
    ['written with a wildcard of databases', (userid: string) => userid.replace(/.$/, '_')],
  ])('is not found by a userid that is %s', async (_name, write) => {
    const { userid } = world.newMember({ userid: `somebody${(people += 1)}` });
    const id = await idOf(world.firstSignIn(userid));
    const other = world.newMember({ userid: write(userid) });
    const { users } = await world.counts();
    const otherId = await idOf(world.firstSignIn(other.userid));
    expect((await world.counts()).users).toBe(users + 1);
    expect([await returning(userid), await returning(other.userid)]).toEqual([id, otherId]);
  });

  test.each([
    ['blanks', (userid: string) => `${userid} `],
    ['the key of a colleague', (userid: string) => `${DEMO_CORP_ID}/${userid}`],
    ['percent signs', (userid: string) => `${userid.slice(0, -1)}%`],
  ])('is not found by a userid with %s, which WeCom never makes', async (_name, write) => {
    const { userid } = world.newMember({ userid: `colleague${(people += 1)}` });
    await world.firstSignIn(userid);
    world.newMember({ userid: write(userid) });
    const before = await world.counts();
    for (const query of [{}, CONSENT]) {
      const { status, body } = await world.round(world.browser(), write(userid), query);
      expect([status >= 400, body.data]).toEqual([true, undefined]);
    }
    expect(await world.counts()).toEqual(before);
  });
});

describe('an e-mail address', () => {
  const owner = { nickname: 'Victim', email: 'victim@corp.example' };
  let id: number;

  beforeAll(async () => {
    id = await world.createUser(owner);
  });

  test.each([
    'victim@corp.example',
    'VICTIM@Corp.Example',
    ' victim@corp.example ',
    '\tvictim@corp.example\r\n',
    'victim@corp.example\0',
    'victim@corp.example\u200b',
    'vic\u00adtim@corp.example',
    '\u202evictim@corp.example',
  ])('never leads into the user that has it, nor to a second one that seems to have it: %j', async (email) => {
    for (const emails of [{ biz_mail: email }, { email }]) {
      const attacker = world.newMember(emails);
      const answer = await world.firstSignIn(attacker.userid);
      expect([answer.status, answer.body.data?.user.email]).toEqual([200, null]);
      expect(answer.body.data?.user.id).not.toBe(id);
    }
    expect(await world.user(id)).toMatchObject(owner);
    expect(await bindingsOf(id)).toEqual([]);
  });

  test.each([
    'two@one.example@corp.example',
    'with blank@corp.example',
    'victim@corp.example,other@corp.example',
    '@',
    'x@',
  ])('that is none is left out: %j', async (email) => {
    const answer = await world.firstSignIn(world.newMember({ biz_mail: email }).userid);
    expect([answer.status, answer.body.data?.user.email]).toEqual([200, null]);
  });

  test('that looks like the username or the phone of somebody changes nothing', async () => {
    const { mobile } = world.newMember();
    const other = await world.createUser({ nickname: 'Named', username: 'named', phone: mobile });
    const attacker = world.newMember({ name: 'named', biz_mail: 'named', email: mobile });
    const answer = await world.firstSignIn(attacker.userid);
    expect(answer.body.data?.user).toMatchObject({ email: null, phone: attacker.mobile });
    expect(answer.body.data?.user.id).not.toBe(other);
  });
});

test.each([
  ['control characters', '\0张\u001b[31m三\u009b', '张[31m三'],
  ['nothing but blanks', ' \t\u3000 ', null],
])('a name of %s neither stops the member nor reaches the database', async (_name, name, written) => {
  const { userid } = world.newMember({ name });
  const answer = await world.firstSignIn(userid);
  expect([answer.status, answer.body.data?.user.nickname]).toEqual([200, written ?? userid]);
});

test('a phone with more than a phone in it is left out', async () => {
  const victim = world.newMember();
  const id = await world.createUser({ nickname: 'Theirs', phone: victim.mobile });
  for (const mobile of [
    `${victim.mobile}\0`,
    `${victim.mobile},${world.newMember().mobile}`,
    `%${victim.mobile}`,
    '1%',
  ]) {
    const answer = await world.firstSignIn(world.newMember({ mobile }).userid);
    expect([mobile, answer.status]).toEqual([mobile, 200]);
    expect(answer.body.data?.user.id).not.toBe(id);
  }
  expect(await idOf(world.firstSignIn(victim.userid))).toBe(id);
});
