import { hintNumber } from '../ids';

/** Texts as WeCom words them (WeCom doc 90313). */
const TEXTS: Record<number, string> = {
  [-1]: 'system busy',
  40001: 'invalid credential',
  40003: 'invalid userid',
  40013: 'invalid corpid',
  40014: 'invalid access_token',
  40029: 'invalid code',
  40039: 'invalid url size',
  40056: 'invalid agentid',
  40058: 'invalid Request Parameter',
  40091: 'secret is invalid',
  40206: 'request body too large',
  41001: 'access_token missing',
  41002: 'corpid missing',
  41004: 'corpsecret missing',
  41008: 'missing code',
  41009: 'missing userid',
  41011: 'missing agentid',
  42001: 'access_token expired',
  42003: 'code expired',
  42022: 'code has been used',
  45009: 'api freq out of limit',
  45034: 'url missing scheme',
  48002: 'api forbidden',
  50001: 'redirect_uri unauthorized',
  50002: 'user is not in the allow range',
  50003: 'agent is disabled',
  60011: 'no privilege to access/modify contact/party/agent',
  60020: 'not allow to access from your ip',
  60111: 'userid not found',
  84014: 'user_ticket expired',
  84015: 'invalid user_ticket',
  84090: 'user_ticket missing',
  301002: 'not allow operate another agent with this accesstoken',
};

/** Errors that come without the tail of hint, address and link. */
const BARE = new Set([40014]);

/** Ends a call with an errcode. */
export class ApiError extends Error {
  constructor(
    readonly errcode: number,
    readonly text = TEXTS[errcode] ?? 'error',
  ) {
    super(text);
  }
}

/** The errmsg with its tail; the address in it is what an administrator must put on the list of trusted IPs. */
export function errmsgOf(error: ApiError, callerIp: string, now: number): string {
  if (BARE.has(error.errcode)) return error.text;
  const link = `https://open.work.weixin.qq.com/devtool/query?e=${error.errcode}`;
  return `${error.text}, hint: [${hintNumber(now)}], from ip: ${callerIp}, more info at ${link}`;
}
