import { randomBytes } from 'node:crypto';
import type { Context } from '@nocobase/actions';
import { referenceOf } from '../../shared/reference';

/**
 * The reference number of the request that is being answered. The header has the id that its log lines carry; the host's
 * `ctx.reqId` is that of the latest request.
 */
export function requestReference(ctx: Context): string {
  return referenceOf(ctx.res?.getHeader('X-Request-Id')) ?? randomBytes(4).toString('hex');
}
