import type { Context } from '@nocobase/actions';

/**
 * Answers a request that no client of ours sends. The host would log it as an error, with a stack of many kilobytes,
 * and anybody can send it; what only administrators reach may be logged.
 */
export function refuse(ctx: Context, status: number, message: string): never {
  ctx.throw(status, message, { logLevel: 'debug' });
}
