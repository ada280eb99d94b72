import { isReference, isTime } from '../../src/shared/reference';
import { FAILURES, type FailureReason } from '../../src/shared/failures';
import { loggedLines, readLogs } from './app';
import type { Answer } from './browser';
import { CONSENT, World } from './world';

let world: World;

beforeAll(async () => {
  world = await World.start();
});
afterEach(() => world.wecom.faults.clear());
afterAll(() => world.close());

interface LogLine {
  level: string;
  message: string;
  reqId?: string;
  meta?: Record<string, unknown>;
}

/** The plugin's lines in the host's log that carry a reference number, once they are written. */
async function linesWith(reference: string | undefined): Promise<LogLine[]> {
  const lines = await loggedLines((line) => line.includes(`"${reference}"`));
  return lines.map((line) => JSON.parse(line) as LogLine);
}

function referenceOf({ body }: Answer): string {
  const [error] = body.errors!;
  expect(isReference(error.reference) && isTime(error.time)).toBe(true);
  expect(Math.abs(Date.parse(error.time!) - Date.now())).toBeLessThan(60_000);
  return error.reference!;
}

async function expectLogged(reference: string, reason: FailureReason, level: string, facts: object = {}) {
  const { code, cause, remedy } = FAILURES[reason];
  expect(await linesWith(reference)).toMatchObject([
    {
      level,
      message: 'WeCom sign-in failed',
      meta: { reference, authenticator: 'wecom', reason, code, cause, remedy, ...facts },
    },
  ]);
}

describe('the reference number of a failure', () => {
  test('is in the answer, begins the id of the request, and finds its line in the log', async () => {
    const browser = world.browser();
    const page = await browser.open('wecom');
    const response = await browser.fetch('/api/auth:signIn', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Authenticator': 'wecom' },
      body: JSON.stringify({ state: page.searchParams.get('state') }),
    });
    const reference = referenceOf({ status: response.status, body: (await response.json()) as Answer['body'] });
    expect(response.headers.get('x-request-id')).toMatch(new RegExp(`^${reference}-`));
    await expectLogged(reference, 'cancelled', 'info');
    const [{ reqId }] = await linesWith(reference);
    expect(reqId).toBe(response.headers.get('x-request-id'));
  });

  test('is that of its own request, however many are under way', async () => {
    world.wecom.faults.add({ call: 'auth/getuserinfo', kind: { delay: 50 } });
    world.wecom.faults.add({ call: 'auth/getuserinfo', kind: { errcode: 40029 } });
    const answers = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const browser = world.browser();
        const page = await browser.open('wecom');
        const values = { code: world.code(page, 'zhangsan'), state: page.searchParams.get('state') };
        return browser.fetch('/api/auth:signIn', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', 'X-Authenticator': 'wecom' },
          body: JSON.stringify(values),
        });
      }),
    );
    const references = new Set<string>();
    for (const answer of answers) {
      const { errors } = (await answer.json()) as Answer['body'];
      expect(answer.headers.get('x-request-id')).toMatch(new RegExp(`^${errors![0].reference}-`));
      references.add(errors![0].reference!);
    }
    expect(references.size).toBe(8);
  });

  test('at the door, is in the answer to programs and in the address of the sign-in page', async () => {
    const undo = await world.change('wecom', { corpId: '{{$env.NOT_THERE}}' });
    try {
      const answer = await world.browser().knock({ authenticator: 'wecom' });
      const body = (await answer.json()) as Answer['body'];
      await expectLogged(referenceOf({ status: answer.status, body }), 'settingsInvalid', 'warn', { field: 'corpId' });

      const page = await world.browser().knock({ authenticator: 'wecom' }, { Accept: 'text/html' });
      const query = new URL(page.headers.get('location')!, world.app.url).searchParams;
      expect(isTime(query.get('time'))).toBe(true);
      expect(page.headers.get('x-request-id')).toMatch(new RegExp(`^${query.get('reference')}-`));
      await expectLogged(query.get('reference')!, 'settingsInvalid', 'warn', { field: 'corpId' });
    } finally {
      await undo();
    }
  });

  test('comes with what WeCom said', async () => {
    const errmsg = 'not allow to access from your ip, hint: [1795334896973044720425036], from ip: 203.0.113.5';
    world.wecom.faults.add({ call: 'auth/getuserinfo', kind: { errcode: 60020, errmsg } });
    await expectLogged(referenceOf(await world.round(world.browser(), 'zhangsan')), 'ipNotTrusted', 'warn', {
      call: 'auth/getuserinfo',
      errcode: 60020,
      hint: '1795334896973044720425036',
      ip: '203.0.113.5',
    });
  });

  test('is there when the authenticator is not', async () => {
    const answer = await world.browser().signIn('nobody', { code: 'x', state: 'y' });
    expect(answer.body.errors).toMatchObject([{ reason: 'authenticatorUnknown' }]);
    expect(await linesWith(referenceOf(answer))).toMatchObject([{ meta: { authenticator: 'nobody' } }]);
  });

  test('is there when the session cannot be made, which nobody foresaw', async () => {
    const { userid } = world.newMember();
    await world.firstSignIn(userid);
    const { tokenController } = world.app.app.authManager;
    const add = jest.spyOn(tokenController, 'add').mockRejectedValue(new TypeError('13912345678 is in the way'));
    const answer = await world.round(world.browser(), userid);
    add.mockRestore();
    expect(answer.status).toBe(503);
    const reference = referenceOf(answer);
    await expectLogged(reference, 'busy', 'error', { error: 'TypeError' });
    expect(JSON.stringify(await linesWith(reference))).not.toContain('13912345678');
  });
});

describe('a sign-in leaves one line', () => {
  async function lineOf(signIn: () => Promise<Answer>): Promise<[LogLine, Answer]> {
    const before = signInLines().length;
    const answer = await signIn();
    expect(answer.status).toBe(200);
    for (let waited = 0; signInLines().length === before && waited < 5_000; waited += 50) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const added = signInLines().slice(before);
    expect(added).toHaveLength(1);
    return [added[0], answer];
  }

  const signInLines = () =>
    readLogs()
      .split('\n')
      .filter((line) => line.includes('"WeCom sign-in"'))
      .map((line) => JSON.parse(line) as LogLine);

  test('that says who signed in, and how a new member was bound', async () => {
    const created = world.newMember();
    const bound = world.newMember();
    const userId = await world.createUser({ phone: bound.mobile });
    for (const [who, outcome, consent] of [
      [created, 'created', CONSENT],
      [bound, 'bound', CONSENT],
      [created, 'returning', {}],
      [bound, 'returning', CONSENT],
    ] as const) {
      const [line, { body }] = await lineOf(() => world.round(world.browser(), who.userid, consent));
      expect(line).toMatchObject({
        level: 'info',
        meta: { authenticator: 'wecom', outcome, userId: body.data!.user.id },
      });
      expect(line.reqId).toMatch(new RegExp(`^${line.meta!.reference}-`));
      if (who === bound) expect(line.meta!.userId).toBe(userId);
      // Nothing else about the person.
      expect(JSON.stringify(line)).not.toContain(who.userid);
      expect(JSON.stringify(line)).not.toContain(who.mobile);
    }
  });
});
