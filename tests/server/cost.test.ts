import './environment';
import { DEMO_AGENT_ID, DEMO_CORP_ID } from '../../simulator';
import { type Answer, answerOf } from './browser';
import { World } from './world';

/** What `npm run bench` compares with: the least that a sign-in through the host costs. */
// eslint-disable-next-line @typescript-eslint/no-require-imports -- the host loads it as it is
const { FloorAuth } = require('../../tools/bench/host-plugin/server.cjs');

let world: World;
let queries = 0;

beforeAll(async () => {
  world = await World.start();
  world.app.app.authManager.registerTypes('Floor', { auth: FloorAuth, title: 'Floor' });
  await world.db
    .getRepository('authenticators')
    .create({ values: { name: 'floor', authType: 'Floor', enabled: true } });
  world.db.sequelize.addHook('beforeQuery', () => {
    queries += 1;
  });
});

afterAll(() => world.close());

async function queriesOf(signIn: () => Promise<Answer>): Promise<number> {
  const before = queries;
  expect((await signIn()).status).toBe(200);
  return queries - before;
}

test('a returning sign-in asks the database one thing more than the least there is', async () => {
  const { userid } = world.newMember();
  const id = (await world.firstSignIn(userid)).body.data?.user.id;

  const floor = async () => {
    const response = await fetch(`${world.app.url}/api/auth:signIn`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Authenticator': 'floor' },
      body: JSON.stringify({ userId: id }),
    });
    return answerOf(response);
  };
  const returning = async () => {
    const browser = world.browser();
    const page = await browser.open('wecom');
    const values = { code: world.code(page, userid), state: page.searchParams.get('state') };
    return { answer: () => browser.signIn('wecom', values) };
  };
  // The first of each also fills caches of the host.
  await floor();
  const least = await queriesOf(floor);
  const { answer } = await returning();
  const ours = await queriesOf(answer);
  expect(least).toBeGreaterThan(0);
  expect(ours - least).toBeGreaterThan(0);
  expect(ours - least).toBeLessThanOrEqual(1);
});

test('sign-ins at once without a token fetch one', async () => {
  const { userid } = world.newMember();
  await world.firstSignIn(userid);
  const secret = 'another-secret-of-the-invented-company-0123456789';
  world.wecom.app(DEMO_CORP_ID, DEMO_AGENT_ID).secret = secret;
  await world.change('wecom', { secret });
  const returns = await Promise.all(
    Array.from({ length: 15 }, async () => {
      const browser = world.browser();
      const page = await browser.open('wecom');
      return { browser, values: { code: world.code(page, userid), state: page.searchParams.get('state') } };
    }),
  );
  world.wecom.calls.reset();
  const answers = await Promise.all(returns.map(({ browser, values }) => browser.signIn('wecom', values)));
  expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  expect(world.wecom.calls.byPath()).toEqual({ gettoken: 1, 'auth/getuserinfo': 15 });
});
