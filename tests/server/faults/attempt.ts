import { type CallRecord, type Simulator, demoCorp, startSimulator } from '../../../simulator';
import type { Answer } from '../browser';
import { CONSENT, type World } from '../world';
import { CALLS, FORMER, type Fault, type WeComCall } from './matrix';

/** The address that WeCom sees, one of those kept for documentation. */
export const SEEN_IP = '198.51.100.23';

/** The call before which nobody may listen any more, so that this one is refused. */
const BEFORE: Record<Exclude<WeComCall, 'gettoken'>, WeComCall> = {
  'auth/getuserinfo': 'gettoken',
  'user/getuserinfo': 'auth/getuserinfo',
  'auth/getuserdetail': 'auth/getuserinfo',
  'user/getuserdetail': 'auth/getuserdetail',
  'user/get': 'auth/getuserinfo',
};

interface Rows {
  users: number;
  bindings: number;
}

/** What a first sign-in that met a fault led to, and the one after it. */
export interface Attempt {
  /** Name of its authenticator, by which the log tells attempts apart. */
  authenticator: string;
  answer: Answer;
  milliseconds: number;
  /** Calls that reached WeCom. */
  calls: CallRecord[];
  /** Of this member and this authenticator, after the fault. */
  rows: Rows;
  /** What is left of the visit in the browser. */
  cookies: string[];
  /** The same member without the fault. */
  next: Answer;
  rowsInTheEnd: Rows;
}

/** Somebody about to sign in for the first time, at an authenticator and a WeCom of their own. */
export interface Newcomer {
  world: World;
  authenticator: string;
  userid: string;
  mobile: string;
}

/** Prepares a first sign-in in the application of a world. */
export async function newcomer(world: World, number: number): Promise<Newcomer> {
  const wecom = await startSimulator({ corps: [demoCorp()] });
  wecom.callerIp = SEEN_IP;
  const here = world.beside(wecom);
  const authenticator = `fault-${number}`;
  await here.addAuthenticator(authenticator);
  const mobile = `137${10_000_000 + number}`;
  const { userid } = here.newMember({ userid: `newcomer${number}`, mobile });
  return { world: here, authenticator, userid, mobile };
}

/**
 * Signs in for the first time, which makes every call, and once more without a fault. Attempts of several newcomers may
 * run side by side.
 *
 * @param spoil switches the faults on, once the code has been handed out
 */
export async function attempt(
  { world, authenticator, userid, mobile }: Newcomer,
  spoil: (wecom: Simulator) => void,
): Promise<Attempt> {
  const { wecom } = world;
  const rows = () => rowsOf(world, authenticator, mobile);
  const browser = world.browser();
  const page = await browser.open(authenticator, CONSENT);
  const values = { code: world.code(page, userid), state: page.searchParams.get('state') };
  spoil(wecom);
  const started = Date.now();
  const answer = await browser.signIn(authenticator, values);
  const milliseconds = Date.now() - started;
  const after = { calls: wecom.calls.list(), rows: await rows(), cookies: browser.visitCookies };
  wecom.faults.clear();
  await wecom.comeBack();
  const next = await world.firstSignIn(userid, world.browser(), authenticator);
  return { authenticator, answer, milliseconds, ...after, next, rowsInTheEnd: await rows() };
}

/** Lets a call meet a fault; one of a former path is made when WeCom does not know the path that replaced it. */
export function spoilCall(wecom: Simulator, call: WeComCall, { kind, times }: Fault): void {
  const replacedBy = CALLS.find((current) => FORMER[current] === call);
  if (replacedBy) {
    wecom.faults.add({ call: replacedBy, kind: { status: 404 } });
  }
  if (kind !== 'refused') {
    wecom.faults.add({ call, kind, times });
  } else if (call === 'gettoken') {
    wecom.goAway();
  } else {
    wecom.faults.add({ call: BEFORE[call], kind: 'gone' });
  }
}

async function rowsOf(world: World, authenticator: string, phone: string): Promise<Rows> {
  const [users, bindings] = await Promise.all([
    world.db.getModel('users').count({ where: { phone } }),
    world.db.getModel('usersAuthenticators').count({ where: { authenticator } }),
  ]);
  return { users, bindings };
}
