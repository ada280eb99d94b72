import type { Context } from '@nocobase/actions';
import { FAILURES, FOR_ADMINISTRATOR, type FailureReason } from '../../shared/failures';
import type { FailureFacts } from '../../shared/recent-failure';
import { timeOf } from '../../shared/reference';
import { SignInFailure, asFailure } from '../failure';
import { servicesOf } from '../services';
import { WeComError } from '../wecom/error';
import { requestReference } from './request-reference';

/** Failures that the list in the settings leaves out: of no authenticator, and not a failure to anybody but programs. */
const UNLISTED: readonly FailureReason[] = ['authenticatorUnknown', 'consentRequired'];

const MESSAGE = 'WeCom sign-in failed';

/**
 * Turns whatever went wrong into a failure of the table with a reference number, and tells the administrator in the log:
 * the reason with its cause and remedy, the setting, WeCom's errcode, hint and the address it saw. Nothing secret and
 * nothing personal. The list in the settings gets it, too.
 *
 * @param authenticator name of the authenticator, or what somebody took for one
 */
export function reportFailure(ctx: Context, authenticator: string | undefined, error: unknown): SignInFailure {
  const foreseen = asFailure(error);
  const failure = foreseen ?? new SignInFailure('busy');
  const reference = requestReference(ctx);
  Object.assign(failure, { reference, time: timeOf(new Date()) });
  const { reason, code } = failure;
  const { cause, remedy } = FAILURES[reason];
  const facts = factsOf(failure, error);
  const line = { reference, authenticator: authenticator?.slice(0, 100), reason, code, cause, remedy, ...facts };
  if (error instanceof WeComError) {
    ctx.logger?.warn(MESSAGE, line);
  } else if (foreseen) {
    ctx.logger?.[FOR_ADMINISTRATOR.includes(code) ? 'warn' : 'info'](MESSAGE, line);
  } else {
    // Database errors carry the statement with its values, which may be a phone number: the stack is enough.
    const stack = error instanceof Error ? error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) : undefined;
    ctx.logger?.error(MESSAGE, { ...line, error: (error as Error | null)?.name, stack });
  }
  if (authenticator && !UNLISTED.includes(reason)) {
    servicesOf(ctx.app).recentFailures.note({ authenticator, reason, reference, facts });
  }
  return failure;
}

function factsOf({ field, problem }: SignInFailure, error: unknown): FailureFacts {
  if (!(error instanceof WeComError)) {
    return { field, problem };
  }
  const { call, kind, errcode, hint, ip, detail } = error;
  return { call, kind, errcode, hint, ip, detail };
}
