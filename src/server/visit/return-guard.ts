import type { Context, Next } from '@nocobase/actions';
import { SignInFailure } from '../failure';
import { WeComAuth } from '../wecom-auth';

interface Return {
  code?: unknown;
  state?: unknown;
}

/** The host logs the parameters of an action when it ends, and hands the body to audit logs. */
function forget(values: unknown): void {
  if (typeof values === 'object' && values !== null) {
    delete (values as Return).code;
    delete (values as Return).state;
  }
}

/**
 * Runs before `auth:signIn`.
 *
 * Keeps codes out of the host's logs, and answers a return to an authenticator that has been disabled or deleted: the
 * host would try the first one there is and blame the password.
 */
export async function guardReturn(ctx: Context, next: Next): Promise<void> {
  const values = ctx.action?.params?.values as Return | undefined;
  const name: string = ctx.get('X-Authenticator');
  const isReturn = values?.code !== undefined || values?.state !== undefined;
  const isOthers = name !== '' && ctx.auth?.authenticator?.name !== name;
  if (!(ctx.auth instanceof WeComAuth) && !isReturn) {
    return next();
  }
  try {
    if (isOthers) {
      throw new SignInFailure('authenticatorUnknown');
    }
    await next();
  } finally {
    forget(values);
    forget((ctx.request as { body?: unknown }).body);
  }
}
