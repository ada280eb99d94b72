import type { Context, Next } from '@nocobase/actions';
import { isTrustedOrigin } from '@nocobase/utils';
import { forgetBody } from '../privacy/forget-body';
import { refuse } from '../refuse';
import { servicesOf } from '../services';

const NONCE = /^[0-9a-f]{32}$/;

/** Longest Origin that is looked at; the settings allow no longer one. */
const MAX_ORIGIN_LENGTH = 1024;

/**
 * `GET wecom:echo`, open to everybody: tells the caller that this is the NocoBase it is looking for, and nothing else.
 * The check of the Origin calls it from outside.
 */
export async function echo(ctx: Context, next: Next): Promise<void> {
  forgetBody(ctx);
  ctx.withoutDataWrapping = true;
  ctx.set('Cache-Control', 'no-store');
  const { nonce, origin } = ctx.query as Record<string, unknown>;
  if (ctx.method !== 'GET') {
    ctx.set('Allow', 'GET');
    refuse(ctx, 405, 'Method Not Allowed');
  }
  if (typeof nonce !== 'string' || !NONCE.test(nonce)) {
    refuse(ctx, 400, 'nonce is not valid');
  }
  if (typeof origin !== 'string' || origin.length > MAX_ORIGIN_LENGTH) {
    refuse(ctx, 400, 'origin is not valid');
  }
  const request = { headers: ctx.headers, protocol: ctx.protocol, get: (name: string) => ctx.get(name) };
  ctx.body = servicesOf(ctx.app).echoes.answer(nonce, isTrustedOrigin(request, origin));
  await next();
}
