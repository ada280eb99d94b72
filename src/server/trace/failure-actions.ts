import type { Context, Next } from '@nocobase/actions';
import { MAX_NAME_LENGTH } from '../../shared/constants';
import { servicesOf } from '../services';

/** The name in `?authenticator=NAME`. An unknown one has no failures; what is no name is refused. */
function authenticatorOf(ctx: Context): string {
  const { authenticator } = ctx.query;
  if (typeof authenticator !== 'string' || authenticator === '' || authenticator.length > MAX_NAME_LENGTH) {
    ctx.throw(400, 'authenticator is required');
  }
  return authenticator as string;
}

/** `GET wecom:failures?authenticator=NAME`: the failed sign-ins of late, for those who manage authenticators. */
export async function failures(ctx: Context, next: Next): Promise<void> {
  ctx.set('Cache-Control', 'no-store');
  ctx.body = await servicesOf(ctx.app).recentFailures.list(authenticatorOf(ctx));
  await next();
}

/** `POST wecom:clearFailures?authenticator=NAME`: empties that list. */
export async function clearFailures(ctx: Context, next: Next): Promise<void> {
  const authenticator = authenticatorOf(ctx);
  if (ctx.method !== 'POST') {
    ctx.set('Allow', 'POST');
    ctx.throw(405, 'Method Not Allowed');
  }
  await servicesOf(ctx.app).recentFailures.clear(authenticator);
  ctx.body = { cleared: true };
  await next();
}
