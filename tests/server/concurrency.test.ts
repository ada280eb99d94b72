import './environment';
import { createHash } from 'node:crypto';
import { Op } from '@nocobase/database';
import { DEMO_CORP_ID } from '../../simulator';
import { Claims } from '../../src/server/database/claims';
import { InTurn } from '../../src/server/database/in-turn';
import { servicesOf } from '../../src/server/services';
import type { TestApp } from './app';
import { type Answer, Browser, IN_WECOM } from './browser';
import { type TestDatabase, onEveryDatabase } from './databases';
import { CONSENT, World, optionsFor } from './world';

const BUSY = { status: 503, code: 'WECOM_UNAVAILABLE' };

/** Users that the answers name; every answer is a session, or says clearly that trying again helps. */
function usersIn(answers: Answer[]): number[] {
  for (const { status, body } of answers) {
    if (status !== 200) expect({ status, ...body.errors?.[0] }).toMatchObject(BUSY);
  }
  return answers.flatMap(({ body }) => (body.data ? [body.data.user.id] : []));
}

const keyOf = (name: string) => createHash('sha256').update(name).digest('hex');

onEveryDatabase(
  (create) => {
    let database: TestDatabase;
    let world: World;
    let twin: TestApp;

    beforeAll(async () => {
      database = await create();
      world = await World.start(database.options);
      // SQLite is for one process.
      twin = database.options ? await world.app.startTwin() : world.app;
    });

    afterAll(async () => {
      if (twin !== world.app) await twin.close();
      await world.close();
      await database.drop();
    });

    /** Everybody is at the door first; then all come back at once, to both processes. */
    async function allAtOnce(userids: string[], name = 'wecom', query: Record<string, string> = CONSENT) {
      const returns = await Promise.all(
        userids.map(async (userid, index) => {
          const browser = new Browser(index % 2 ? twin : world.app, IN_WECOM);
          const page = await browser.open(name, query);
          return { browser, values: { code: world.code(page, userid), state: page.searchParams.get('state') } };
        }),
      );
      return Promise.all(returns.map(({ browser, values }) => browser.signIn(name, values)));
    }

    const bindingsOf = (userid: string) =>
      world.db.getModel('usersAuthenticators').count({ where: { uuid: `${DEMO_CORP_ID}/${userid}` } });

    // Without a phone no unique index keeps users apart.
    describe.each([{ phone: true }, { phone: false }])('members with a phone: $phone', ({ phone }) => {
      const newMember = () => world.newMember(phone ? {} : { mobile: '' });

      test('two hundred first sign-ins of one member leave one user and one binding', async () => {
        const { userid } = newMember();
        const before = await world.counts();
        const ids = usersIn(await allAtOnce(Array<string>(200).fill(userid)));
        expect(ids.length).toBeGreaterThan(0);
        expect(new Set(ids).size).toBe(1);
        expect(await world.counts()).toEqual({ users: before.users + 1, bindings: before.bindings + 1 });
        expect((await world.round(world.browser(), userid)).body.data?.user.id).toBe(ids[0]);
      });

      test('fifty members at once become fifty users', async () => {
        const members = Array.from({ length: 50 }, newMember);
        const before = await world.counts();
        const ids = usersIn(await allAtOnce(members.map(({ userid }) => userid)));
        expect(new Set(ids).size).toBe(ids.length);
        // Whoever was told to try again does.
        for (const { userid } of members) expect((await world.firstSignIn(userid)).status).toBe(200);
        expect(await world.counts()).toEqual({ users: before.users + 50, bindings: before.bindings + 50 });
      });
    });

    test('failures that several processes note at once are all counted in one row', async () => {
      const [here, there] = [world.app, twin].map(({ app }) => servicesOf(app).recentFailures);
      for (let round = 1; round <= 3; round += 1) {
        for (const [index, recent] of [here, there, here].entries()) {
          const reference = `0000000${index}`;
          recent.note({ authenticator: 'wecom', reason: 'unavailable', reference, facts: { errcode: -1 } });
        }
        await Promise.all([here.flush(), there.flush()]);
        const [row] = (await there.list('wecom')).filter(({ facts }) => facts.errcode === -1);
        expect(row).toMatchObject({ reason: 'unavailable', count: 3 * round, facts: { errcode: -1 } });
        expect([...row.references].sort()).toEqual(expect.arrayContaining(['00000000', '00000001', '00000002']));
        expect(Date.now() - Date.parse(row.lastAt)).toBeLessThan(60_000);
      }
    });

    test('twenty first sign-ins of one member with an existing user bind it once', async () => {
      const { userid, mobile } = world.newMember();
      const id = await world.createUser({ nickname: 'Existing', phone: `+86 ${mobile}` });
      const before = await world.counts();
      const ids = usersIn(await allAtOnce(Array<string>(20).fill(userid)));
      expect(new Set(ids)).toEqual(new Set([id]));
      expect(await world.counts()).toEqual({ users: before.users, bindings: before.bindings + 1 });
    });

    test('two members with one phone at once: one gets the existing user, the other a new one', async () => {
      for (let round = 0; round < 3; round += 1) {
        const one = world.newMember();
        const two = world.newMember({ mobile: one.mobile });
        const id = await world.createUser({ nickname: 'Existing', phone: one.mobile });
        const ids = usersIn(await allAtOnce([one.userid, two.userid]));
        expect(ids).toHaveLength(2);
        expect(ids.filter((each) => each === id)).toHaveLength(1);
        expect(new Set(ids).size).toBe(2);
        expect([await bindingsOf(one.userid), await bindingsOf(two.userid)]).toEqual([1, 1]);
      }
    });

    test('two members with one phone that nobody has yet: one gets the phone', async () => {
      for (let round = 0; round < 3; round += 1) {
        const one = world.newMember();
        const two = world.newMember({ mobile: one.mobile });
        const ids = usersIn(await allAtOnce([one.userid, two.userid, one.userid, two.userid]));
        expect(new Set(ids).size).toBe(2);
        expect(await world.db.getRepository('users').count({ filter: { phone: one.mobile } })).toBe(1);
        expect([await bindingsOf(one.userid), await bindingsOf(two.userid)]).toEqual([1, 1]);
      }
    });

    test('two members with one e-mail address at once: nobody is turned away', async () => {
      const address = { biz_mail: `shared-${Date.now()}@x.example` };
      const members = [world.newMember(address), world.newMember(address), world.newMember(address)];
      const answers = await allAtOnce(members.map(({ userid }) => userid));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      const emails = answers.map(({ body }) => body.data?.user.email);
      expect(emails.filter((email) => email === address.biz_mail)).toHaveLength(1);
      expect(emails.filter((email) => email === null)).toHaveLength(2);
    });

    test('one person at two authenticators at once is one user', async () => {
      await world.addAuthenticator('second');
      for (let round = 0; round < 3; round += 1) {
        const { userid } = world.newMember();
        const answers = await Promise.all(
          ['wecom', 'second', 'wecom', 'second'].map((name) => world.firstSignIn(userid, world.browser(), name)),
        );
        const ids = usersIn(answers);
        expect(new Set(ids).size).toBe(1);
        expect(await bindingsOf(userid)).toBe(2);
      }
    });

    test('two colleagues with one phone at two authenticators at once: one gets the existing user', async () => {
      await world.addAuthenticator('third');
      for (let round = 0; round < 3; round += 1) {
        const one = world.newMember();
        const two = world.newMember({ mobile: one.mobile });
        const id = await world.createUser({ nickname: 'Existing', phone: one.mobile });
        const answers = await Promise.all([
          world.firstSignIn(one.userid, world.browser(), 'wecom'),
          world.firstSignIn(two.userid, new Browser(twin, IN_WECOM), 'third'),
        ]);
        const ids = usersIn(answers);
        expect(ids.filter((each) => each === id)).toHaveLength(1);
        expect(new Set(ids).size).toBe(2);
      }
    });

    test('a value that is in the way for good is told, and not taken for other work', async () => {
      const { claims } = servicesOf(world.app.app);
      const name = `in the way ${Date.now()}`;
      await claims.claimOnce(name, 60_000);
      let tries = 0;
      const attempt = claims.exclusively(['somebody'], async (transaction) => {
        tries += 1;
        await world.db.getModel('wecomClaims').create({ key: keyOf(name), expiresAt: 0 }, { transaction });
      });
      await expect(attempt).rejects.toMatchObject({ name: 'SequelizeUniqueConstraintError' });
      expect(tries).toBe(4);
    });

    test('a return that comes to two processes at once signs in once', async () => {
      const { userid } = world.newMember();
      await world.firstSignIn(userid);
      const browser = world.browser();
      const page = await browser.open('wecom');
      const values = { code: world.code(page, userid), state: page.searchParams.get('state') };
      const answers = await Promise.all(
        [world.app, twin, world.app, twin].map((app) => browser.copy(app).signIn('wecom', values)),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
    });

    test('returning members come and go together: no new users, one call each', async () => {
      const members = Array.from({ length: 20 }, () => world.newMember());
      for (const { userid } of members) await world.firstSignIn(userid);
      const before = await world.counts();
      world.wecom.calls.reset();
      const answers = await allAtOnce(
        members.map(({ userid }) => userid),
        'wecom',
        {},
      );
      expect(usersIn(answers)).toHaveLength(20);
      expect(await world.counts()).toEqual(before);
      expect(world.wecom.calls.count('auth/getuserinfo')).toBe(20);
      expect(world.wecom.calls.total()).toBeLessThanOrEqual(22);
    });

    test('automatic login is given to one of those that are saved at once, in both processes', async () => {
      const options = optionsFor(world.wecom, world.app.url, { public: { autoSignup: true, autoLogin: true } });
      const save = (app: TestApp, index: number) =>
        app.app.db
          .getRepository('authenticators')
          .create({ values: { name: `auto-${index}`, authType: 'WeCom', enabled: true, options } });
      const print = jest.spyOn(console, 'error').mockImplementation(() => undefined);
      const results = await Promise.allSettled(
        [0, 1, 2, 3, 4, 5].map((index) => save(index % 2 ? twin : world.app, index)),
      );
      print.mockRestore();
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const saved = await world.db.getRepository('authenticators').count({ filter: { 'name.$startsWith': 'auto-' } });
      expect(saved).toBe(1);
    });

    test('a lease is held by one at a time, and outlives nobody for long', async () => {
      const claims = [world.app, twin].map(({ app }) => servicesOf(app).claims);
      let holders = 0;
      let most = 0;
      await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          claims[index % 2].withLease('slow call', async () => {
            holders += 1;
            most = Math.max(most, holders);
            await new Promise((resolve) => setTimeout(resolve, 20));
            holders -= 1;
          }),
        ),
      );
      expect(most).toBe(1);
      await expect(claims[0].withLease('slow call', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
      // What was done counts, even when the lease cannot be given back.
      const lost = jest.spyOn(world.db.getModel('wecomClaims'), 'destroy').mockRejectedValueOnce(new Error('gone'));
      await expect(claims[0].withLease('kept call', async () => 'done')).resolves.toBe('done');
      expect(lost).toHaveBeenCalledTimes(1);
      lost.mockRestore();
      await world.db.getModel('wecomClaims').destroy({ where: { key: keyOf('kept call') } });
      // Somebody died with the lease in hand.
      await world.db.getModel('wecomClaims').create({ key: keyOf('abandoned'), expiresAt: Date.now() - 1 });
      await expect(claims[1].withLease('abandoned', async () => 'mine')).resolves.toBe('mine');
    });

    test('what ran out goes away, whatever turns are being taken, and holds nobody up', async () => {
      const model = world.db.getModel('wecomClaims');
      const ranOut = Array.from({ length: 1_200 }, (_, index) => ({ key: keyOf(`${index}`), expiresAt: index }));
      await model.bulkCreate(ranOut);
      const left = () => model.count({ where: { expiresAt: { [Op.lt]: 1_200 } } });
      // They sweep when the first claim is made.
      const claims = new Claims(world.db, new InTurn());
      // SQLite has one writer: a turn in a transaction of its own would only wait.
      const turns = database.options ? await Promise.all([1, 2, 3, 4].map(() => world.db.sequelize.transaction())) : [];
      try {
        await Promise.all(turns.map((turn, index) => claims.holdUntilEnd(`turn ${index}`, turn)));
        const before = Date.now();
        await claims.claimOnce(`sweeps ${before}`, 60_000);
        while ((await left()) > 0) {
          if (Date.now() - before > 30_000) throw new Error(`${await left()} rows are left`);
          await claims.claimOnce(`meanwhile ${Date.now()}`, 60_000);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      } finally {
        await Promise.all(turns.map((turn) => turn.commit()));
      }
    });

    test('nothing is left behind in the table of claims but used visits', async () => {
      const rows = (await world.db.getModel('wecomClaims').findAll()) as unknown as { expiresAt: number | string }[];
      expect(rows.every(({ expiresAt }) => Number(expiresAt) > Date.now())).toBe(true);
    });
  },
  { mysqlDriver: true },
);
