import { takeArrival } from '../arrival';
import { failureIn, type ShownFailure } from '../failure';
import { visit } from '../visit';
import { WECOM, world } from './fakes';

const RETURN = '/signin?authenticator=wecom&redirect=%2Fadmin%3Fx%3D1&code=C&state=S';
const KEY = 'wecom-sign-in:main';
const button = { data: [{ name: 'wecom', authType: 'WeCom' }] };
const refusal = (code: string, reason?: string, message = 'words') => ({ errors: [{ code, reason, message }] });

interface Options extends NonNullable<Parameters<typeof world>[1]> {
  signIn?: unknown;
  mark?: string;
  role?: string;
}

async function comeBack(path: string, { signIn, mark, role, ...options }: Options = {}) {
  const answers = { 'auth:signIn': signIn, 'authenticators:publicList': button, ...options.answers };
  const arriving = world(path, { ...options, answers });
  if (mark) arriving.marks.set(KEY, mark);
  if (role) arriving.stored.role = role;
  const announced: ShownFailure[] = [];
  const arrival = takeArrival(arriving.app, arriving.browser);
  await visit(arriving.lane, arrival, async (failure) => void announced.push(failure));
  return { ...arriving, announced, steps: arriving.steps.slice(arrival?.state ? 1 : 0) };
}

const asked = (steps: string[]) => steps.filter((step) => step.startsWith('leave'));

describe('a return that signs in', () => {
  const signIn = { data: { token: 'T' } };

  it('posts code and state once and opens the page asked for in place', async () => {
    const { requests, steps, stored, marks } = await comeBack(RETURN, { signIn, mark: 'started', role: 'root' });
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      method: 'post',
      url: 'auth:signIn',
      data: { code: 'C', state: 'S' },
      headers: { 'X-Authenticator': 'wecom' },
      skipNotify: true,
      skipAuth: true,
    });
    expect(steps).toEqual(['replaceState /admin?x=1']);
    expect(stored).toEqual({ token: 'T', role: null, authenticator: 'wecom' });
    expect(marks.size).toBe(0);
  });

  it('loads the page that the other client shows', async () => {
    const { steps } = await comeBack(RETURN.replace('%2Fadmin', '%2Fv%2Fadmin'), { signIn });
    expect(steps).toEqual(['leave /v/admin?x=1']);
  });

  it('does not follow a target outside the app', async () => {
    const { steps } = await comeBack('/signin?authenticator=wecom&redirect=%2F%2Fevil.example&code=C&state=S', {
      signIn,
    });
    expect(steps).toEqual(['replaceState /admin']);
  });

  it('goes where another plugin wants the second factor', async () => {
    const { steps, stored } = await comeBack(RETURN, {
      signIn: { data: { code: 302, redirect: '/2fa?redirect=/admin' } },
    });
    expect(steps).toEqual(['leave /2fa?redirect=/admin']);
    expect(stored.token).toBeNull();
  });
});

describe('a first sign-in inside WeCom', () => {
  const signIn = refusal('WECOM_CONSENT_REQUIRED', 'consentRequired');

  it('takes one more round with consent', async () => {
    const { steps, marks } = await comeBack(RETURN, { signIn, userAgent: WECOM });
    expect(steps).toEqual([
      'leave /api/wecom:authorize?authenticator=wecom&redirect=/admin?x=1&scope=snsapi_privateinfo',
    ]);
    expect(marks.get(KEY)).toBe('started');
  });

  it('ends the session of whoever was signed in before: it is somebody else', async () => {
    const { stored, requests, steps } = await comeBack(RETURN, {
      signIn,
      userAgent: WECOM,
      token: 'OLD',
      role: 'root',
    });
    expect(stored).toEqual({ token: null, role: null, authenticator: null });
    expect(requests.map(({ url }) => url)).toContain('auth:signOut');
    expect(steps[0]).toContain('scope=snsapi_privateinfo');
  });

  it('takes it again in a later visit of a tab whose consent page was closed', async () => {
    const { steps } = await comeBack(RETURN, { signIn, userAgent: WECOM, mark: 'started' });
    expect(steps).toHaveLength(1);
    expect(steps[0]).toContain('scope=snsapi_privateinfo');
  });
});

describe('a return that does not belong to this browser', () => {
  const signIn = refusal('WECOM_STATE_INVALID', 'stateInvalid');
  const failed = ['replaceState /signin?authenticator=wecom&error=stateInvalid&redirect=%2Fadmin%3Fx%3D1'];

  it('starts over inside WeCom, and says so in the URL', async () => {
    const { steps } = await comeBack(RETURN, { signIn, userAgent: WECOM });
    expect(steps).toEqual(['leave /api/wecom:authorize?authenticator=wecom&redirect=/admin?x=1&retry=1']);
  });

  it('starts over once, also when every return opens in a fresh session', async () => {
    expect((await comeBack(`${RETURN}&retry=1`, { signIn, userAgent: WECOM })).steps).toEqual(failed);
    expect((await comeBack(RETURN, { signIn, userAgent: WECOM, mark: 'retry' })).steps).toEqual(failed);
  });

  it('does not start over elsewhere, and keeps the session there is', async () => {
    const { steps, stored } = await comeBack(RETURN, { signIn, token: 'OLD', role: 'root' });
    expect(steps).toEqual(failed);
    expect(stored).toMatchObject({ token: 'OLD', role: 'root' });
  });
});

describe('a return that fails', () => {
  it.each([
    ['WECOM_NOT_MEMBER', 'notMember'],
    ['WECOM_USER_NOT_FOUND', 'userNotFound'],
    ['WECOM_PHONE_AMBIGUOUS', 'phoneAmbiguous'],
    ['WECOM_FIRST_SIGN_IN_IN_CLIENT', 'firstSignInInClient'],
  ])('with %s ends the session of whoever was signed in before', async (code, reason) => {
    const { steps, stored, requests } = await comeBack(RETURN, { signIn: refusal(code, reason), token: 'OLD' });
    expect(stored).toEqual({ token: null, role: null, authenticator: null });
    expect(requests.map(({ url }) => url)).toContain('auth:signOut');
    expect(steps[0]).toContain(`error=${reason}`);
  });

  it('for lack of an answer keeps the session and says so', async () => {
    const { steps, stored } = await comeBack(RETURN, {
      signIn: new Error('Network Error'),
      token: 'OLD',
      role: 'root',
    });
    expect(stored).toMatchObject({ token: 'OLD', role: 'root' });
    expect(steps[0]).toContain('error=offline');
  });

  it('at a proxy that answers with a page of its own counts as no answer', async () => {
    expect((await comeBack(RETURN, { signIn: '<html>502</html>' })).steps[0]).toContain('error=offline');
  });

  it('without a reason shows the words of the server', async () => {
    const { browser } = await comeBack(RETURN, { signIn: refusal('USER_LOCKED', undefined, 'Your account is locked') });
    expect(failureIn(browser.location.search)).toMatchObject({ reason: 'refused', message: 'Your account is locked' });
  });

  it('keeps reference number, time and setting in the address, where a reload finds them', async () => {
    const [reference, time, field] = ['3f2a91bc', '2026-11-22T09:31:05Z', 'corpId'];
    const details = { reference, time, field };
    const signIn = {
      errors: [{ code: 'WECOM_CONFIG_INVALID', reason: 'settingsInvalid', message: 'words', ...details }],
    };
    const { browser } = await comeBack(RETURN, { signIn });
    const shown = failureIn(browser.location.search);
    expect(shown).toMatchObject({ authenticator: 'wecom', reason: 'settingsInvalid', ...details });
  });

  it('by the host is found in its log by the id of the request', async () => {
    const headers = { 'x-request-id': '3f2a91bc-0d5c-4c8e-9d1a-0123456789ab' };
    const { browser } = await comeBack(RETURN, { signIn: refusal('USER_LOCKED'), headers });
    const { reference, time } = failureIn(browser.location.search)!;
    expect(reference).toBe('3f2a91bc');
    expect(Math.abs(Date.parse(time!) - Date.now())).toBeLessThan(10_000);
  });

  it('for lack of an answer has no reference number', async () => {
    const { browser } = await comeBack(RETURN, { signIn: new Error('Network Error') });
    const { reason, reference, time } = failureIn(browser.location.search)!;
    expect({ reason, reference, time }).toEqual({ reason: 'offline' });
  });

  it('never starts by itself again in this visit', async () => {
    const { steps, marks } = await comeBack(RETURN, {
      signIn: refusal('WECOM_CODE_INVALID', 'cancelled'),
      userAgent: WECOM,
    });
    expect(asked(steps)).toEqual([]);
    expect(marks.get(KEY)).toBe('started');
  });

  it('is announced beside the page when the sign-in page has no button for it', async () => {
    const signIn = refusal('WECOM_CONFIG_INVALID', 'authenticatorUnknown');
    expect((await comeBack(RETURN, { signIn })).announced).toEqual([]);
    const { announced } = await comeBack(RETURN, { signIn, answers: { 'authenticators:publicList': { data: [] } } });
    expect(announced).toMatchObject([{ authenticator: 'wecom', reason: 'authenticatorUnknown' }]);
  });
});

it('announces a failure of the door that names no authenticator', async () => {
  const { announced, requests } = await comeBack('/signin?error=authenticatorUnknown&redirect=%2Fadmin');
  expect(announced).toMatchObject([{ reason: 'authenticatorUnknown' }]);
  expect(requests.some(({ url }) => url === 'auth:signIn')).toBe(false);
});

it.each([
  ['reference', 'call 555-1'],
  ['reference', '3F2A91BC'],
  ['reference', '<b>3f2a91bc</b>'],
  ['time', 'yesterday'],
  ['time', '2026-99-22T09:31:05Z'],
  ['time', '2026-11-22T09:31:05Z, call 555-1'],
] as const)('shows no %s that somebody wrote into the address: %s', (name, value) => {
  const query = new URLSearchParams({ error: 'stateInvalid', [name]: value });
  expect(failureIn(`?${query}`)).toEqual({ reason: 'stateInvalid' });
});
