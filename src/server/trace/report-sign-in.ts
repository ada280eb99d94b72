import type { Context } from '@nocobase/actions';
import { requestReference } from './request-reference';

/** How the user of a member was found. */
export type SignInOutcome =
  /** The member was bound to the user before. */
  | 'returning'
  /** First sign-in: the user had the member's phone number, and is bound from now on. */
  | 'bound'
  /** First sign-in: the user was created, and is bound from now on. */
  | 'created';

/** What the trace of a sign-in that succeeded says. */
export interface SignInReport {
  authenticator: string;
  outcome: SignInOutcome;
  reference: string;
}

/** Tells the administrator in the log who signed in: the id of the user and nothing else about the person. */
export function reportSignIn(ctx: Context, authenticator: string, userId: number, outcome: SignInOutcome): void {
  const report: SignInReport = { authenticator, outcome, reference: requestReference(ctx) };
  ctx.state.wecomSignIn = report;
  ctx.logger?.info('WeCom sign-in', { ...report, userId });
}

/** The report of the sign-in that this request made; undefined when it made none with WeCom. */
export function signInReportOf(ctx: Context): SignInReport | undefined {
  return ctx.state.wecomSignIn as SignInReport | undefined;
}
