import type { FaultKind } from '../../../simulator';
import type { FailureReason } from '../../../src/shared/failures';

/** Calls of a first sign-in, which makes them all; the former paths only where WeCom does not know the others. */
export const CALLS = [
  'gettoken',
  'auth/getuserinfo',
  'user/getuserinfo',
  'auth/getuserdetail',
  'user/getuserdetail',
  'user/get',
] as const;
export type WeComCall = (typeof CALLS)[number];

/** Former paths, by those that replaced them. */
export const FORMER: Partial<Record<WeComCall, WeComCall>> = {
  'auth/getuserinfo': 'user/getuserinfo',
  'auth/getuserdetail': 'user/getuserdetail',
};

/** How a sign-in ends that meets a fault in one of its calls. */
export interface Ending {
  outcome: FailureReason | 'signedIn';
  /** How often the call reaches WeCom. */
  tries: number;
}

/** What can go wrong in a call. */
export interface Fault {
  name: { 'en-US': string; 'zh-CN': string };
  /** What the simulator does, or refuses to do before the call is made. */
  kind: FaultKind | 'refused';
  /** How many calls it hits; all of them when absent. */
  times?: number;
  ending: Ending;
  /** Where the call makes a difference. */
  except?: Partial<Record<WeComCall, Ending>>;
}

/** A call is given up after 4 seconds. What answers runs in the same process as what gives up: both may be late at once. */
const JUST_UNDER_MS = 3000;
const JUST_OVER_MS = 4300;

const ends = (outcome: Ending['outcome'], tries = 1): Ending => ({ outcome, tries });

/** A code can be used once, so what was sent with it is never sent again. */
const identity = (ending: Ending) => ({ 'auth/getuserinfo': ending, 'user/getuserinfo': ending });

const errcode = (value: number): Pick<Fault, 'name' | 'kind'> => ({
  name: { 'en-US': `errcode ${value}`, 'zh-CN': `errcode ${value}` },
  kind: { errcode: value },
});

const once = (value: number): Pick<Fault, 'name' | 'kind' | 'times'> => ({
  name: { 'en-US': `errcode ${value}, once`, 'zh-CN': `errcode ${value}，一次` },
  kind: { errcode: value },
  times: 1,
});

/** The access token was refused: a new one, and the call again. */
const tokenRefused = (value: number): Fault[] => [
  { ...once(value), ending: ends('signedIn', 2), except: { gettoken: ends('secretRefused') } },
  { ...errcode(value), ending: ends('secretRefused', 2), except: { gettoken: ends('secretRefused') } },
];

/**
 * Every fault that a call of a sign-in is tested with, and how the sign-in ends. The tests and `docs/faults.md` are made
 * from this table.
 */
export const FAULTS: readonly Fault[] = [
  {
    name: { 'en-US': 'connection refused', 'zh-CN': '连接被拒绝' },
    kind: 'refused',
    ending: ends('unavailable', 0),
  },
  { name: { 'en-US': 'connection reset', 'zh-CN': '连接被重置' }, kind: 'reset', ending: ends('unavailable') },
  {
    name: { 'en-US': 'connection reset in the middle of the answer', 'zh-CN': '响应中途连接被重置' },
    kind: 'cut-off',
    ending: ends('unavailable'),
  },
  { name: { 'en-US': 'no answer', 'zh-CN': '没有响应' }, kind: 'hang', ending: ends('unavailable') },
  {
    name: { 'en-US': 'a byte now and then, for ever', 'zh-CN': '响应断断续续，永不结束' },
    kind: 'trickle',
    ending: ends('unavailable'),
  },
  {
    name: { 'en-US': `slow: ${JUST_UNDER_MS / 1000} s`, 'zh-CN': `响应慢：${JUST_UNDER_MS / 1000} 秒` },
    kind: { delay: JUST_UNDER_MS },
    ending: ends('signedIn'),
  },
  {
    name: { 'en-US': `too slow: ${JUST_OVER_MS / 1000} s`, 'zh-CN': `响应过慢：${JUST_OVER_MS / 1000} 秒` },
    kind: { delay: JUST_OVER_MS },
    ending: ends('unavailable'),
  },
  {
    name: { 'en-US': 'HTTP 404: unknown path', 'zh-CN': 'HTTP 404：路径不存在' },
    kind: { status: 404 },
    ending: ends('unavailable'),
    // A private edition that only has the former path.
    except: { 'auth/getuserinfo': ends('signedIn'), 'auth/getuserdetail': ends('signedIn') },
  },
  {
    name: { 'en-US': 'HTTP 502 with a page', 'zh-CN': 'HTTP 502 与网页' },
    kind: { status: 502 },
    ending: ends('unavailable'),
  },
  {
    name: { 'en-US': 'HTTP 200 with a page', 'zh-CN': 'HTTP 200 与网页' },
    kind: { body: '<html><body>Please log in to this network</body></html>' },
    ending: ends('unavailable'),
  },
  {
    name: { 'en-US': 'truncated JSON', 'zh-CN': 'JSON 不完整' },
    kind: 'truncated-json',
    ending: ends('unavailable'),
  },
  { name: { 'en-US': 'empty body', 'zh-CN': '响应体为空' }, kind: 'empty', ending: ends('unavailable') },
  {
    name: { 'en-US': 'JSON of the wrong shape', 'zh-CN': 'JSON 结构不符' },
    kind: 'wrong-shape',
    ending: ends('unavailable'),
  },
  { name: { 'en-US': 'a body of 32 MB', 'zh-CN': '32 MB 的响应体' }, kind: 'huge', ending: ends('unavailable') },
  { ...once(-1), ending: ends('signedIn', 2), except: identity(ends('unavailable')) },
  { ...errcode(-1), ending: ends('unavailable', 3), except: identity(ends('unavailable')) },
  ...tokenRefused(40001),
  { ...errcode(40013), ending: ends('companyUnknown') },
  ...tokenRefused(40014),
  ...tokenRefused(42001),
  { ...errcode(40029), ending: ends('codeInvalid') },
  { ...errcode(42003), ending: ends('codeInvalid') },
  { ...errcode(42022), ending: ends('codeInvalid') },
  { ...errcode(45009), ending: ends('rateLimited') },
  { ...errcode(48002), ending: ends('appNotAllowed') },
  { ...errcode(50001), ending: ends('domainNotTrusted') },
  { ...errcode(50002), ending: ends('notVisible') },
  { ...errcode(60011), ending: ends('notVisible') },
  { ...errcode(60020), ending: ends('ipNotTrusted') },
  { ...errcode(60111), ending: ends('notVisible') },
  { ...errcode(84014), ending: ends('codeInvalid') },
  { ...errcode(84015), ending: ends('codeInvalid') },
  { ...errcode(301002), ending: ends('agentMismatch') },
  {
    name: { 'en-US': 'an errcode that nobody knows', 'zh-CN': '未知的 errcode' },
    kind: { errcode: 987654 },
    ending: ends('unavailable'),
  },
];

/** How a sign-in ends when this call meets this fault. */
export function endingOf(fault: Fault, call: WeComCall): Ending {
  return fault.except?.[call] ?? fault.ending;
}
