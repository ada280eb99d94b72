import { setTimeout as sleep } from 'node:timers/promises';
import { FAILURES, type FailureReason } from '../../../src/shared/failures';
import type { FaultKind, Simulator } from '../../../simulator';
import { loggedLines, readLogs } from '../app';
import { World } from '../world';
import { type Attempt, type Newcomer, SEEN_IP, attempt, newcomer, spoilCall } from './attempt';
import { CALLS, type Ending, FAULTS, type Fault, type WeComCall, endingOf } from './matrix';

/** What a person is kept waiting at most. */
const PATIENCE_MS = 10_000;

/** How many attempts that do not wait run side by side. */
const LANES = 4;

/** Errcodes with which WeCom refuses the access token, before it looks at anything else. */
const TOKEN_REFUSED = [40001, 40014, 42001];

interface Trial {
  name: string;
  spoil(wecom: Simulator): void;
  /** Whether it mostly waits, so that any number can run side by side. */
  slow: boolean;
}

interface Cell extends Trial {
  call: WeComCall;
  fault: Fault;
}

const isSlow = (kind: Fault['kind']) =>
  kind === 'hang' || kind === 'trickle' || (typeof kind === 'object' && 'delay' in kind);

const CELLS: Cell[] = FAULTS.flatMap((fault) =>
  CALLS.map((call) => ({
    name: fault.name['en-US'],
    spoil: (wecom) => spoilCall(wecom, call, fault),
    slow: isSlow(fault.kind),
    call,
    fault,
  })),
);

/** Each call in time, or not, and all of them together too late. */
const ALL_CALLS: Trial[] = (['hang', { delay: 3000 }, { delay: 3900 }] as FaultKind[]).map((kind) => ({
  name: `every call: ${JSON.stringify(kind)}`,
  spoil: (wecom) => void wecom.faults.add({ call: '*', kind }),
  slow: true,
}));

let world: World;
const newcomers = new Map<Trial, Newcomer>();
const attempts = new Map<Trial, Promise<Attempt>>();

beforeAll(async () => {
  world = await World.start();
  const trials = [...ALL_CALLS, ...CELLS];
  for (const [index, trial] of trials.entries()) {
    newcomers.set(trial, await newcomer(world, index));
  }
  const begin = (trial: Trial) => {
    const result = attempt(newcomers.get(trial)!, trial.spoil);
    attempts.set(trial, result);
    // An error belongs to the test of the trial.
    return result.catch(() => undefined);
  };
  const waiting: Promise<unknown>[] = [];
  for (const trial of trials.filter(({ slow }) => slow)) {
    waiting.push(begin(trial));
    // Spread, so that they do not all go on at the same moment.
    await sleep(300);
  }
  await Promise.all(waiting);
  const quick = trials.filter(({ slow }) => !slow);
  const lane = async () => {
    for (let trial = quick.shift(); trial; trial = quick.shift()) await begin(trial);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}, 300_000);

afterAll(async () => {
  await Promise.all([...newcomers.values()].map(({ world: { wecom } }) => wecom.close()));
  await world.close();
});

interface Report {
  level: string;
  extra: Record<string, unknown>;
}

const isReportOf = (authenticator: string) => (line: string) =>
  line.includes('WeCom sign-in failed') && line.includes(`"${authenticator}"`);

/** What the log says of the failed sign-in at an authenticator. */
async function reportsOf(authenticator: string): Promise<Report[]> {
  const lines = await loggedLines(isReportOf(authenticator));
  return lines.map((line) => {
    const { level, extra } = JSON.parse(line) as Report;
    return { level, extra };
  });
}

/** What the administrator is told of a fault. */
function reportOf(call: WeComCall, { kind }: Fault, reason: FailureReason): Report {
  const about = { reason, code: FAILURES[reason].code };
  if (kind === 'refused') {
    // What is asked for at the same time is refused, too.
    return { level: 'warn', extra: expect.objectContaining({ ...about, call: expect.any(String), kind: 'network' }) };
  }
  if (typeof kind !== 'object' || !('errcode' in kind)) {
    const extra = { ...about, call, kind: expect.stringMatching(/^(network|status|unreadable)$/), detail: anyText };
    return { level: 'warn', extra: expect.objectContaining(extra) };
  }
  const tail = kind.errcode === 40014 ? {} : { hint: expect.stringMatching(/^\d{25}$/), ip: SEEN_IP };
  const extra = { ...about, call, kind: 'refused', errcode: kind.errcode, ...tail };
  return { level: 'warn', extra: expect.objectContaining(extra) };
}

const anyText = expect.stringMatching(/./);

function expectSession(answer: Attempt['answer'], mobile: string): void {
  expect(answer).toMatchObject({ status: 200, body: { data: { token: anyText, user: { phone: mobile } } } });
}

/** What has to hold whatever goes wrong. */
async function expectOrder(trial: Trial, outcome: Ending['outcome']): Promise<Attempt> {
  const { mobile } = newcomers.get(trial)!;
  const attempt = await attempts.get(trial)!;
  expect(attempt.milliseconds).toBeLessThan(PATIENCE_MS);
  if (outcome === 'signedIn') {
    expectSession(attempt.answer, mobile);
    expect(attempt.rows).toEqual({ users: 1, bindings: 1 });
  } else {
    const { code, status, message } = FAILURES[outcome];
    const error = { code, reason: outcome, message, reference: anyText, time: anyText };
    expect(attempt.answer).toEqual({ status, body: { errors: [error] } });
    expect(attempt.rows).toEqual({ users: 0, bindings: 0 });
  }
  expect(attempt.cookies).toEqual([]);
  // WeCom looks at a code once: when it refuses the token or does not know the path, it has not looked.
  const looked = attempt.calls.filter(
    ({ path, errcode, fault }) =>
      path.endsWith('/getuserinfo') && !TOKEN_REFUSED.includes(Number(errcode)) && fault !== 'HTTP 404',
  );
  expect(looked.length).toBeLessThanOrEqual(1);
  expectSession(attempt.next, mobile);
  expect(attempt.rowsInTheEnd).toEqual({ users: 1, bindings: 1 });
  return attempt;
}

describe.each(CALLS)('%s', (call) => {
  test.each(CELLS.filter((cell) => cell.call === call))('$name', async (cell) => {
    const { outcome, tries } = endingOf(cell.fault, call);
    const { authenticator, answer, calls } = await expectOrder(cell, outcome);
    expect(calls.filter(({ path }) => path === call)).toHaveLength(tries);
    if (outcome === 'signedIn') {
      expect(readLogs().split('\n').filter(isReportOf(authenticator))).toEqual([]);
      return;
    }
    const reports = await reportsOf(authenticator);
    expect(reports).toEqual([reportOf(call, cell.fault, outcome)]);
    expect(reports[0].extra.reference).toBe(answer.body.errors?.[0].reference);
  });
});

test.each(ALL_CALLS)('$name', async (trial) => {
  const { authenticator } = await expectOrder(trial, 'unavailable');
  const extra = expect.objectContaining({ reason: 'unavailable', kind: 'network' });
  expect(await reportsOf(authenticator)).toEqual([{ level: 'warn', extra }]);
});

test('nobody but the newcomers has become a user', async () => {
  await Promise.all(attempts.values());
  expect(await world.counts()).toEqual({ users: newcomers.size + 1, bindings: newcomers.size });
});
