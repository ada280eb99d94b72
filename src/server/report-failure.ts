import { FAILURES } from '../shared/failures';
import { SignInFailure, asFailure } from './failure';
import { WeComError } from './wecom/error';

/** The host's logger, as far as it is used. */
export interface FailureLog {
  info(message: string, facts: object): void;
  warn(message: string, facts: object): void;
  error(message: string, facts: object): void;
}

/** Failures that only the administrator can mend, beside those of calls to WeCom. */
const FOR_ADMINISTRATOR: readonly string[] = ['WECOM_CONFIG_INVALID', 'WECOM_IP_NOT_TRUSTED'];

const MESSAGE = 'WeCom sign-in failed';

/**
 * Turns whatever went wrong into a failure of the table, and tells the administrator in the log: the reason, the setting,
 * WeCom's errcode, hint and the address it saw. Nothing secret and nothing personal.
 *
 * @param authenticator name of the authenticator, or what somebody took for one
 */
export function reportFailure(log: FailureLog | undefined, authenticator: string | undefined, error: unknown) {
  const foreseen = asFailure(error);
  const failure = foreseen ?? new SignInFailure('busy');
  const { reason, code, field, problem } = failure;
  const facts = { authenticator: authenticator?.slice(0, 100), reason, code, field, problem };
  if (error instanceof WeComError) {
    const { call, kind, errcode, hint, ip, detail } = error;
    log?.warn(MESSAGE, { ...facts, call, kind, errcode, hint, ip, detail });
  } else if (foreseen) {
    log?.[FOR_ADMINISTRATOR.includes(FAILURES[reason].code) ? 'warn' : 'info'](MESSAGE, facts);
  } else {
    // Database errors carry the statement with its values, which may be a phone number: the stack is enough.
    const stack = error instanceof Error ? error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) : undefined;
    log?.error(MESSAGE, { ...facts, error: (error as Error | null)?.name, stack });
  }
  return failure;
}
