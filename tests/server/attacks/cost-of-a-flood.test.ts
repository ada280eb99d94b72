import '../environment';
import { setTimeout as sleep } from 'node:timers/promises';
import { servicesOf } from '../../../src/server/services';
import { readLogs } from '../app';
import { answerOf } from '../browser';
import { World, failure } from '../world';

let world: World;
let statements: string[] = [];

beforeAll(async () => {
  world = await World.start();
  await world.firstSignIn('zhangsan');
  // What the host reads once is no part of the flood.
  await world.browser().open('wecom');
  watch((sql) => statements.push(sql.replace(/^Executing \([^)]*\): /, '')));
});

beforeEach(() => {
  statements = [];
  world.wecom.calls.reset();
});

afterAll(async () => {
  watch(false);
  await world.close();
});

/** Shows every statement of the application. */
function watch(logging: false | ((sql: string) => void)): void {
  (world.db.sequelize as unknown as { options: { logging: typeof logging } }).options.logging = logging;
}

const FLOOD = 200;
const AT_ONCE = 20;

/** Runs something again and again, many at a time. */
async function flood(times: number, run: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < times) {
      next += 1;
      await run(next);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** The lines in the logs, once no more are added: they are written beside the answers. */
async function logLines(): Promise<string[]> {
  for (let before = '', now = readLogs(); ; now = readLogs()) {
    if (now === before) return now.split('\n').filter(Boolean);
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

/** What something costs beside time: log lines and their longest, statements, writes among them, calls to WeCom. */
async function costOf(run: () => Promise<unknown>) {
  const { recentFailures } = servicesOf(world.app.app);
  await recentFailures.flush();
  const seen = new Set(await logLines());
  // The list of failures is written every few seconds at most, however many there were: when that is, is chance.
  const write = jest.spyOn(recentFailures, 'flush').mockResolvedValue();
  statements = [];
  await run();
  const ran = [...statements];
  write.mockRestore();
  const lines = (await logLines()).filter((line) => !seen.has(line));
  return {
    lines: lines.length,
    longest: Math.max(0, ...lines.map(({ length }) => length)),
    statements: ran.length,
    writes: ran.filter((sql) => /^(INSERT|UPDATE|DELETE|REPLACE)/i.test(sql)).length,
    calls: world.wecom.calls.byPath(),
  };
}

const state = (index: number) => index.toString(16).padStart(32, '0');
const claims = () => world.db.getModel('wecomClaims');

/** Three of the host, and one of ours. */
const LINES_OF_A_FAILURE = 4;
/** Characters of a log line that nobody has stretched. */
const LINE = 1_000;

describe('a flood from somebody without a visit', () => {
  test('of codes: no statement, no call to WeCom, and a short line in the log', async () => {
    const cost = await costOf(() =>
      flood(FLOOD, async (index) => {
        const answer = await world.browser().signIn('wecom', { code: `guess${index}`, state: state(index) });
        expect(answer.status).toBe(401);
      }),
    );
    expect(cost).toEqual({
      lines: expect.any(Number),
      longest: expect.any(Number),
      statements: 0,
      writes: 0,
      calls: {},
    });
    expect(cost.lines).toBeLessThanOrEqual(FLOOD * LINES_OF_A_FAILURE);
    expect(cost.longest).toBeLessThan(LINE);
  });

  test('of states with cookies: nothing of them stays in memory', async () => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- the very one of the host, which has no types here
    const Cookies = require('cookies') as { prototype: { get(name: string): string | undefined } };
    // It keeps a pattern for each name that it was ever asked for.
    const asked = jest.spyOn(Cookies.prototype, 'get');
    await flood(FLOOD / 10, async (index) => {
      const browser = world.browser();
      const made = index.toString(16).padStart(8, '0').repeat(4);
      browser.cookies.set(`nb_wecom_main_${made.slice(0, 8)}`, 'planted');
      const answer = await browser.signIn('wecom', { code: `guess${index}`, state: made });
      expect(answer.status).toBe(401);
    });
    const names = new Set(asked.mock.calls.map(([name]) => name));
    asked.mockRestore();
    // The host asks, too.
    expect(names.size).toBeGreaterThan(0);
    expect(names.size).toBeLessThan(FLOOD / 10);
  });

  test('of knocks: one look at the settings each, nothing that is written, no call to WeCom', async () => {
    const cost = await costOf(() => flood(FLOOD, () => world.browser().open('wecom')));
    expect(cost).toMatchObject({ statements: FLOOD, writes: 0, calls: {} });
    expect(cost.lines).toBeLessThanOrEqual(FLOOD * LINES_OF_A_FAILURE);
  });

  test('at names that do not exist: no more, and nothing in the list of failures', async () => {
    const cost = await costOf(() =>
      flood(FLOOD / 2, async (index) => {
        const name = `nobody${index}`;
        const knocked = await answerOf(await world.browser().knock({ authenticator: name }));
        const returned = await world.browser().signIn(name, { code: 'guess', state: state(index) });
        expect([knocked.status, returned.status]).toEqual([404, 404]);
      }),
    );
    expect(cost).toMatchObject({ statements: FLOOD / 2, writes: 0, calls: {} });
    expect(cost.lines).toBeLessThanOrEqual(FLOOD * LINES_OF_A_FAILURE);
    expect(cost.longest).toBeLessThan(LINE);
    await servicesOf(world.app.app).recentFailures.flush();
    const kinds = await world.db.getModel('wecomFailures').findAll({ attributes: ['authenticator', 'reason'] });
    expect(kinds.map((kind) => kind.toJSON())).toEqual([{ authenticator: 'wecom', reason: 'stateInvalid' }]);
  });
});

describe('a flood from somebody with visits', () => {
  test('of bad codes: one row and one call for a visit, however often its code is sent', async () => {
    const before = await claims().count();
    const [visits, attempts] = [50, 4];
    const cost = await costOf(() =>
      flood(visits, async (index) => {
        const browser = world.browser();
        const page = await browser.open('wecom');
        const values = { code: `guess${index}`, state: page.searchParams.get('state') };
        const copies = Array.from({ length: attempts }, () => browser.copy());
        const answers = await Promise.all(copies.map((copy) => copy.signIn('wecom', values)));
        expect(answers.map(({ body }) => body.errors?.[0].code).sort()).toEqual([
          'WECOM_CODE_INVALID',
          ...Array<string>(attempts - 1).fill('WECOM_STATE_INVALID'),
        ]);
      }),
    );
    // Who comes second learns it from the database, which refuses the same row.
    expect(cost).toMatchObject({ writes: visits * attempts, calls: { 'auth/getuserinfo': visits } });
    expect(Object.keys(cost.calls)).toEqual(['auth/getuserinfo']);
    expect(await claims().count()).toBe(before + visits);
  });

  test('leaves no rows for long', async () => {
    const now = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 30 * 60_000);
    try {
      await world.round(world.browser(), 'zhangsan');
      // They are deleted beside the answer.
      for (const deadline = Date.now() + 5_000; (await claims().count()) > 1 && Date.now() < deadline; await sleep(50));
      expect(await claims().count()).toBe(1);
    } finally {
      now.mockRestore();
    }
  });
});

describe('a megabyte costs what it takes to read it: nothing of it is kept, logged or sent to WeCom', () => {
  const much = 'x'.repeat(1_000_000);

  test.each<[string, unknown]>([
    ['a code', { code: much, state: state(1) }],
    ['a state', { code: 'x', state: much }],
    ['something else', { code: 'x', state: state(1), more: much }],
    ['something else alone', { more: much }],
    ['a name', { code: 'x', state: state(1), [much]: 1 }],
    ['a list', [much]],
    ['a long list', Array(500_000).fill(1)],
  ])('as %s in a return', async (_name, values) => {
    const cost = await costOf(async () => {
      expect((await world.browser().signIn('wecom', values)).status).toBe(401);
    });
    expect(cost).toMatchObject({ statements: 0, calls: {} });
    expect(cost.longest).toBeLessThan(LINE);
  });

  test('as the code of a real visit', async () => {
    const browser = world.browser();
    const page = await browser.open('wecom');
    const cost = await costOf(async () => {
      const answer = await browser.signIn('wecom', { code: much, state: page.searchParams.get('state'), more: much });
      expect(answer).toMatchObject(failure(401, 'WECOM_CODE_INVALID', 'codeInvalid'));
    });
    expect(cost).toMatchObject({ writes: 1, calls: {} });
    expect(cost.longest).toBeLessThan(LINE);
  });

  test.each(['wecom:authorize?authenticator=wecom', 'wecom:echo'])('at %s', async (path) => {
    const cost = await costOf(async () => {
      const headers = { 'Content-Type': 'application/json' };
      const init = { method: 'POST', headers, body: JSON.stringify({ more: much }) };
      const response = await world.browser().fetch(`/api/${path}`, init);
      expect(response.status).toBe(405);
      await response.text();
    });
    expect(cost).toMatchObject({ statements: 0, calls: {} });
    expect(cost.longest).toBeLessThan(LINE);
  });
});
