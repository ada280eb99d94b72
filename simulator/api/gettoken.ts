import type { World } from '../world';
import { ApiError } from './errors';

/** `gettoken`: the only call without a token, and the only one not checked against the trusted IPs. */
export function answerGettoken(world: World, query: URLSearchParams): Record<string, unknown> {
  const secret = query.get('corpsecret');
  const corpId = query.get('corpid');
  if (!secret) throw new ApiError(41004);
  if (!corpId) throw new ApiError(41002);
  const corp = world.corps.get(corpId);
  if (!corp) throw new ApiError(40013);
  const app = corp.apps.find((each) => each.secret === secret);
  if (!app) {
    const elsewhere = [...world.corps.values()].some((other) => other.apps.some((each) => each.secret === secret));
    throw new ApiError(elsewhere ? 40091 : 40001);
  }
  if (!app.enabled) throw new ApiError(40001);
  const token = world.tokens.issue(corp.corpId, app.agentId, secret);
  return { access_token: token.value, expires_in: token.expiresIn };
}
