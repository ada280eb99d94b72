import type { World } from '../world';
import { agentGet, agentSet } from './agent';
import type { ApiCall } from './call';
import { userGet } from './contacts';
import { ApiError, errmsgOf } from './errors';
import { answerGettoken } from './gettoken';
import { getUserDetail, getUserInfo, legacyGetUserInfo } from './identity';
import { getApiDomainIp, getCallbackIp } from './network';

/** Calls that need a token, by their path below `/cgi-bin/`. */
const CALLS: Record<string, ApiCall> = {
  'auth/getuserinfo': getUserInfo,
  'auth/getuserdetail': getUserDetail,
  'user/getuserinfo': legacyGetUserInfo,
  'user/getuserdetail': getUserDetail,
  'user/get': userGet,
  'agent/get': agentGet,
  'agent/set': agentSet,
  getcallbackip: getCallbackIp,
  get_api_domain_ip: getApiDomainIp,
};

export const CALL_NAMES = ['gettoken', ...Object.keys(CALLS)];

/** Calls that older private editions do not have yet. */
const PUBLIC_ONLY = ['auth/getuserinfo', 'auth/getuserdetail'];

/** Whether this edition has the call. */
export function hasCall({ edition }: World, name: string): boolean {
  return CALL_NAMES.includes(name) && !(edition === 'private' && PUBLIC_ONLY.includes(name));
}

export interface CallRequest {
  name: string;
  method: string;
  query: URLSearchParams;
  /** null: the body was larger than what is read. */
  body: string | null;
  callerIp: string;
}

export type CallAnswer = { errcode: number; errmsg: string } & Record<string, unknown>;

const WRONG_JSON = 'Warning: wrong json format. invalid Request Parameter';

function parseBody(request: CallRequest): Record<string, unknown> {
  if (request.body === null) throw new ApiError(40206);
  try {
    const body: unknown = JSON.parse(request.body);
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  } catch {
    // Not JSON: the same answer as for JSON that is no object.
  }
  throw new ApiError(40058, WRONG_JSON);
}

/** The checks that calls with a token share, in the order in which WeCom makes them, then the call itself. */
function answerWithToken(world: World, call: ApiCall, request: CallRequest): Record<string, unknown> {
  const value = request.query.get('access_token');
  if (!value) throw new ApiError(41001);
  const token = world.tokens.find(value);
  if (token === 'unknown') throw new ApiError(40014);
  if (token === 'expired') throw new ApiError(42001);
  const corp = world.corps.get(token.corpId);
  const app = corp?.findApp(token.agentId);
  if (!corp || !app) throw new ApiError(40014);
  if (app.trustedIps !== null && !app.trustedIps.includes(request.callerIp)) throw new ApiError(60020);
  if (request.method !== call.method) throw new ApiError(40058, call.method === 'POST' ? WRONG_JSON : undefined);
  const body = call.method === 'POST' ? parseBody(request) : {};
  return call.answer({ world, query: request.query, body, corp, app });
}

/** The answer to a known call; never throws. */
export function answerCall(world: World, request: CallRequest): CallAnswer {
  try {
    const fields =
      request.name === 'gettoken'
        ? answerGettoken(world, request.query)
        : answerWithToken(world, CALLS[request.name], request);
    return { errcode: 0, errmsg: 'ok', ...fields };
  } catch (error) {
    const known = error instanceof ApiError ? error : new ApiError(-1);
    return failedAnswer(world, request, known);
  }
}

/** An error as this call gives it, with the empty default fields that WeCom leaves in. */
export function failedAnswer(world: World, request: CallRequest, error: ApiError): CallAnswer {
  const errmsg = errmsgOf(error, request.callerIp, world.now());
  return { errcode: error.errcode, errmsg, ...CALLS[request.name]?.defaults };
}
