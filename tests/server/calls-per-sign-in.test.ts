import { writeFileSync } from 'node:fs';
import { LIMITS } from '../../tools/figures-table';
import type { SignInCalls } from '../../tools/measure-calls';
import { CONSENT, World } from './world';

let world: World;

beforeAll(async () => {
  world = await World.start();
});

afterAll(() => world.close());

async function callsOf(signIn: () => Promise<unknown>): Promise<number> {
  const count = () => world.wecom.calls.total() - world.wecom.calls.count('gettoken');
  const before = count();
  await signIn();
  return count() - before;
}

test('sign-ins make no more calls to WeCom than the READMEs promise', async () => {
  const { userid } = world.newMember();
  const browser = world.browser();
  const calls: SignInCalls = {
    first: await callsOf(async () => {
      expect(await world.round(browser, userid)).toMatchObject({ status: 401 });
      expect(await world.round(browser, userid, CONSENT)).toMatchObject({ status: 200 });
    }),
    returning: await callsOf(async () => {
      expect(await world.round(browser, userid)).toMatchObject({ status: 200 });
    }),
    gettoken: world.wecom.calls.count('gettoken'),
  };
  for (const what of ['first', 'returning', 'gettoken'] as const) {
    expect({ what, calls: calls[what] }).toEqual({ what, calls: Math.min(calls[what], LIMITS[what]) });
    expect(calls[what]).toBeGreaterThan(0);
  }
  // `npm run bench` runs this test and reads the numbers.
  if (process.env.FIGURES_FILE) writeFileSync(process.env.FIGURES_FILE, JSON.stringify(calls));
});
