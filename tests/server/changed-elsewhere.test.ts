import { DEMO_AGENT_ID, DEMO_CORP_ID, DEMO_SECRET } from '../../simulator';
import type { TestApp } from './app';
import { type Browser, answerOf } from './browser';
import { World, failure } from './world';

/** Two processes on one database, of which the second has heard nothing of what is saved in the first. */
let world: World;
let twin: TestApp;
let userid: string;

beforeAll(async () => {
  world = await World.start();
  twin = await world.app.startTwin();
  ({ userid } = world.newMember());
  await world.firstSignIn(userid);
});

afterAll(async () => {
  await twin.close();
  await world.close();
});

const unknown = failure(404, 'WECOM_CONFIG_INVALID', 'authenticatorUnknown');

/** Goes through the door of one process and comes back to another. */
async function signIn(door: TestApp, back: TestApp, name = 'wecom') {
  const browser = world.browser().copy(door);
  const page = await browser.open(name);
  const values = { code: world.code(page, userid), state: page.searchParams.get('state') };
  return browser.copy(back).signIn(name, values);
}

const knock = async (browser: Browser, name: string) =>
  answerOf(await browser.knock({ authenticator: name }, { Accept: 'application/json' }));

/** Whoever changes something, the next sign-in goes by it, wherever its two requests arrive. */
const WAYS: [string, () => [door: TestApp, back: TestApp]][] = [
  ['door and return where nobody heard', () => [twin, twin]],
  ['the return where nobody heard', () => [world.app, twin]],
  ['the door where nobody heard', () => [twin, world.app]],
];

describe.each(WAYS)('%s', (_way, processes) => {
  test('a new Secret', async () => {
    expect((await signIn(twin, twin)).status).toBe(200);
    const app = world.wecom.app(DEMO_CORP_ID, DEMO_AGENT_ID);
    app.secret = 'another-secret-of-the-same-app';
    world.wecom.expireTokens();
    const restore = await world.change('wecom', { secret: app.secret });
    try {
      expect((await signIn(...processes())).status).toBe(200);
    } finally {
      app.secret = DEMO_SECRET;
      await restore();
    }
    expect((await signIn(...processes())).status).toBe(200);
  });

  test('an authenticator that was added', async () => {
    const name = `added-${processes().map(({ url }) => new URL(url).port)}`;
    await world.addAuthenticator(name);
    await world.firstSignIn(userid, world.browser(), name);
    expect((await signIn(...processes(), name)).status).toBe(200);
  });

  test('settings that could not be used before', async () => {
    const restore = await world.change('wecom', { agentId: '{{$env.NOBODY_SET_IT}}' });
    expect(await knock(world.browser().copy(twin), 'wecom')).toMatchObject(
      failure(400, 'WECOM_CONFIG_INVALID', 'settingsInvalid'),
    );
    await restore();
    expect((await signIn(...processes())).status).toBe(200);
  });
});

test('an authenticator that was switched off or deleted lets nobody in any more', async () => {
  await world.addAuthenticator('short-lived');
  await world.firstSignIn(userid, world.browser(), 'short-lived');
  expect((await signIn(twin, twin, 'short-lived')).status).toBe(200);
  const browser = world.browser().copy(twin);
  await world.setEnabled('short-lived', false);
  expect(await knock(browser, 'short-lived')).toMatchObject(unknown);
  await world.setEnabled('short-lived', true);
  expect((await browser.knock({ authenticator: 'short-lived' })).status).toBe(302);
  await world.db.getRepository('authenticators').destroy({ filter: { name: 'short-lived' } });
  expect(await knock(browser, 'short-lived')).toMatchObject(unknown);
});

test('other ways of signing in stay known when everything is read anew', async () => {
  await world.addAuthenticator('read-anew');
  expect((await world.browser().copy(twin).knock({ authenticator: 'read-anew' })).status).toBe(302);
  const answer = await fetch(`${twin.url}/api/auth:signIn`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Authenticator': 'basic' },
    body: JSON.stringify({ account: process.env.INIT_ROOT_EMAIL, password: process.env.INIT_ROOT_PASSWORD }),
  });
  expect((await answerOf(answer)).status).toBe(200);
});

test('a variable that changes counts at the next sign-in, without saving anything', async () => {
  const { environment } = world.app.app;
  environment.setVariable('AGENT', DEMO_AGENT_ID);
  await world.addAuthenticator('by-variable', { agentId: '{{$env.AGENT}}' });
  expect((await world.browser().open('by-variable')).searchParams.get('agentid')).toBe(DEMO_AGENT_ID);
  environment.setVariable('AGENT', '1000099');
  expect((await world.browser().open('by-variable')).searchParams.get('agentid')).toBe('1000099');
});

test('nothing is asked of the database on the way back when nothing changed', async () => {
  await signIn(twin, twin);
  const browser = world.browser().copy(twin);
  const page = await browser.open('wecom');
  const values = { code: world.code(page, userid), state: page.searchParams.get('state') };
  const lookUps = jest.spyOn(twin.app.db.getRepository('authenticators'), 'findOne');
  expect((await browser.signIn('wecom', values)).status).toBe(200);
  expect(lookUps).not.toHaveBeenCalled();
  await browser.open('wecom');
  expect(lookUps).toHaveBeenCalledTimes(1);
  lookUps.mockRestore();
});

test('a database that gives no answer leaves what is remembered', async () => {
  const failing = jest
    .spyOn(twin.app.db.getRepository('authenticators'), 'findOne')
    .mockRejectedValue(new Error('no answer'));
  expect((await world.browser().copy(twin).knock({ authenticator: 'wecom' })).status).toBe(302);
  failing.mockRestore();
});
