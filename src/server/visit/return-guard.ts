import type { Context, Next } from '@nocobase/actions';
import { SignInFailure } from '../failure';
import { forgetBody } from '../privacy/forget-body';
import { servicesOf } from '../services';
import type { Settings } from '../settings/settings';
import { reportFailure } from '../trace/report-failure';
import { WeComAuth } from '../wecom-auth';
import { cookieJar } from './cookie-jar';

/** The settings that this process would use for a return, if they are usable. */
function settingsFor(name: string, auth: unknown): Settings | undefined {
  if (!(auth instanceof WeComAuth) || auth.name !== name) {
    return undefined;
  }
  try {
    return auth.settings;
  } catch {
    return undefined;
  }
}

/** Takes the authenticator anew when the process at the door knew it otherwise; costs nothing when it did not. */
async function catchUp(ctx: Context, name: string, state: unknown): Promise<void> {
  const { visits, changedElsewhere } = servicesOf(ctx.app);
  const settings = settingsFor(name, ctx.auth);
  // What browsers call the cookie depends on settings that may be the ones to catch up with.
  if ([true, false].some((https) => visits.beganOtherwise(cookieJar(ctx, https), state, name, settings))) {
    await changedElsewhere.lookUp(name);
    ctx.auth = await ctx.app.authManager.get(name, ctx).catch(() => ({}));
  }
}

/**
 * Runs before `auth:signIn`.
 *
 * Keeps codes out of the host's logs, and answers a return to an authenticator that has been disabled or deleted: the
 * host would try the first one there is and blame the password.
 */
export async function guardReturn(ctx: Context, next: Next): Promise<void> {
  const values = ctx.action?.params?.values as { state?: unknown } | undefined;
  const name: string = ctx.get('X-Authenticator');
  // A code alone may be of anybody: one-time passwords are sent under that name, too.
  const isReturn = values?.state !== undefined;
  if (isReturn && name !== '') {
    await catchUp(ctx, name, values?.state);
  }
  const isUnknown = name !== '' && ctx.auth?.authenticator?.name !== name;
  if (!(ctx.auth instanceof WeComAuth) && !isReturn) {
    return next();
  }
  try {
    if (isUnknown) {
      throw reportFailure(ctx, name, new SignInFailure('authenticatorUnknown'));
    }
    await next();
  } finally {
    // The rest of what was sent to an authenticator of another plugin is that plugin's.
    forgetBody(ctx, ctx.auth instanceof WeComAuth || isUnknown ? undefined : ['code', 'state']);
  }
}
