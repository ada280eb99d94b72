import { FAILURES, type FailureCode, type FailureInfo, type FailureReason } from '../shared/failures';
import { fieldName } from '../shared/settings-fields';
import { SettingProblem } from './settings/settings';
import { WeComError } from './wecom/error';

/**
 * A sign-in that ends with one of the reasons of the table. Its own properties travel in the HTTP error (the host
 * spreads them), so there are only such as may be seen by the person signing in.
 */
export class SignInFailure extends Error {
  readonly reason: FailureReason;
  readonly code: FailureCode;
  readonly status: number;
  /** Path of the setting that is wrong, such as `origin`, and what is wrong with it. */
  readonly field?: string;
  readonly problem?: string;
  /** Given when it is reported: what the person tells the administrator, and when it happened. */
  reference?: string;
  time?: string;
  /** The host logs handled errors as `error` with a stack unless told otherwise. */
  readonly logLevel = 'debug';

  constructor(reason: FailureReason, setting?: { field: string; problem: string }) {
    super(FAILURES[reason].message);
    this.name = 'SignInFailure';
    this.reason = reason;
    this.code = FAILURES[reason].code;
    this.status = FAILURES[reason].status;
    this.field = setting?.field;
    this.problem = setting?.problem;
  }
}

const REASON_BY_ERRCODE = new Map<number, FailureReason>(
  (Object.keys(FAILURES) as FailureReason[]).flatMap((reason) => {
    const { errcodes = [] }: FailureInfo = FAILURES[reason];
    return errcodes.map((errcode): [number, FailureReason] => [errcode, reason]);
  }),
);

/** The reason an errcode leads to; undefined for one that is not in the table. */
export function reasonOfErrcode(errcode: number): FailureReason | undefined {
  return REASON_BY_ERRCODE.get(errcode);
}

function reasonOf({ errcode, kind, detail }: WeComError): FailureReason {
  if (kind === 'proxy') {
    return detail === '407' ? 'proxyAuthentication' : 'proxyUnavailable';
  }
  // What is not in the table counts as WeCom being away.
  return (errcode === undefined ? undefined : reasonOfErrcode(errcode)) ?? 'unavailable';
}

/** The failure that a person meets when something goes wrong on the way; undefined for what is not foreseen. */
export function asFailure(error: unknown): SignInFailure | undefined {
  if (error instanceof SignInFailure) {
    return error;
  }
  if (error instanceof WeComError) {
    return new SignInFailure(reasonOf(error));
  }
  if (error instanceof SettingProblem) {
    return new SignInFailure('settingsInvalid', { field: fieldName(error.field), problem: error.problem });
  }
  return undefined;
}
