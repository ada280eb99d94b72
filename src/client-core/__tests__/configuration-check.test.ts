import { CHECKS, CHECK_STEPS, type CheckName, type CheckResult, type CheckStep } from '../../shared/checks';
import { checkConfiguration, setHomepage, type CheckOutcome } from '../configuration-check';
import type { HostApp, HostRequest } from '../host';

const form = { name: 'acme', options: { origin: 'https://noco.example.com:8443/' } };

/** Results with which a part ends well. */
function fine(step: CheckStep): CheckResult[] {
  return CHECK_STEPS[step].map((check) => ({ check, finding: 'ok', state: 'fine' as const }));
}

function refusal(status: number, message: string, field?: string): Error {
  return Object.assign(new Error(), { response: { status, data: { errors: [{ message, field }] } } });
}

type Answers = Partial<Record<CheckStep, (request: HostRequest) => Promise<CheckResult[]>>>;

function hostWith(answers: Answers = {}) {
  const steps: string[] = [];
  const request = async (sent: HostRequest) => {
    const { step } = sent.data as { step: CheckStep };
    steps.push(step);
    return { status: 200, data: { data: await (answers[step]?.(sent) ?? Promise.resolve(fine(step))) } };
  };
  return { app: { apiClient: { request } } as unknown as HostApp, steps };
}

async function run(answers: Answers = {}, signal = new AbortController().signal) {
  const { app, steps } = hostWith(answers);
  const outcomes: Partial<Record<CheckName, CheckOutcome>> = {};
  await checkConfiguration(app, form, (check, outcome) => (outcomes[check] = outcome), signal);
  const states = Object.fromEntries(
    Object.entries(outcomes).map(([check, outcome]) => [
      check,
      outcome.kind === 'result' ? outcome.result.state : outcome.kind === 'refused' ? outcome.state : outcome.kind,
    ]),
  );
  return { outcomes, states, steps };
}

test('makes all parts and reports every check', async () => {
  const { states, steps } = await run();
  expect(steps.sort()).toEqual(['app', 'credentials', 'origin']);
  expect(Object.keys(states)).toEqual(Object.keys(CHECKS));
  expect(new Set(Object.values(states))).toEqual(new Set(['fine']));
});

test('does not ask for the app when the credentials are wrong, and says so', async () => {
  const wrong: CheckResult = { check: 'credentials', finding: 'secretRefused', state: 'wrong' };
  const { outcomes, states, steps } = await run({ credentials: () => Promise.resolve([wrong]) });
  expect(steps.sort()).toEqual(['credentials', 'origin']);
  expect(states).toMatchObject({ credentials: 'wrong', agent: 'unknown', clock: 'unknown', origin: 'fine' });
  expect(outcomes.webLoginDomain).toEqual({
    kind: 'result',
    result: { check: 'webLoginDomain', finding: 'byHand', state: 'byHand', copy: 'noco.example.com:8443' },
  });
});

test.each([
  [refusal(400, 'AgentId is required.', 'agentId'), 'agent', 'wrong', 'AgentId is required.'],
  [refusal(400, 'Secret is required.', 'secret'), 'trustedIp', 'wrong', 'Secret is required.'],
  [refusal(429, 'Too many.'), 'trustedIp', 'unknown', 'Too many.'],
  [refusal(403, 'No permissions'), 'trustedIp', 'unknown', 'No permissions'],
  [new Error('Network Error'), 'trustedIp', 'unknown', undefined],
] as const)('%#: a part that is refused does not hide the others', async (error, check, state, words) => {
  const { outcomes, states } = await run({ app: () => Promise.reject(error) });
  expect(outcomes[check]).toEqual({ kind: 'refused', state, words });
  expect(states).toMatchObject({ credentials: 'fine', origin: 'fine', visibleRange: 'unknown' });
  expect(Object.keys(states)).toEqual(Object.keys(CHECKS));
});

/** An answer that comes only when the request is ended. */
const never = ({ signal }: HostRequest) =>
  new Promise<CheckResult[]>((_, reject) => signal?.addEventListener('abort', () => reject(new Error('canceled'))));

test('gives up after 15 seconds', async () => {
  jest.useFakeTimers();
  try {
    const running = run({ origin: never, credentials: never });
    await jest.advanceTimersByTimeAsync(14_900);
    let ended = false;
    void running.then(() => (ended = true));
    await jest.advanceTimersByTimeAsync(50);
    expect(ended).toBe(false);
    await jest.advanceTimersByTimeAsync(100);
    const { states, steps } = await running;
    expect(steps).not.toContain('app');
    expect(states).toMatchObject({ origin: 'unknown', credentials: 'unknown', agent: 'unknown', phone: 'byHand' });
  } finally {
    jest.useRealTimers();
  }
});

test('says nothing more once it was stopped', async () => {
  const controller = new AbortController();
  const running = run({ credentials: never }, controller.signal);
  await Promise.resolve();
  controller.abort();
  const { states, steps } = await running;
  expect(steps).not.toContain('app');
  expect(states).toMatchObject({ credentials: 'running', agent: 'waiting' });
});

test('sets the homepage that was agreed to, or says why not', async () => {
  const sent: HostRequest[] = [];
  const change = { from: '', to: 'https://noco.example.com/api/wecom:authorize?authenticator=acme' };
  const hostThat = (answer: () => Promise<unknown>) =>
    ({ apiClient: { request: (request: HostRequest) => (sent.push(request), answer()) } }) as unknown as HostApp;
  expect(
    await setHomepage(
      hostThat(() => Promise.resolve({})),
      form,
      change,
    ),
  ).toBeUndefined();
  expect(sent[0]).toMatchObject({ url: 'wecom:setHomepage', data: { ...form, ...change } });
  expect(
    await setHomepage(
      hostThat(() => Promise.reject(refusal(409, 'Changed.'))),
      form,
      change,
    ),
  ).toEqual({
    words: 'Changed.',
  });
  expect(
    await setHomepage(
      hostThat(() => Promise.reject(new Error())),
      form,
      change,
    ),
  ).toEqual({ words: undefined });
});
