import type { Application } from '@nocobase/client-v2';
import { Alert } from 'antd';
import type { ShownFailure } from '../../client-core/failure';
import { failureOf, type FailureCode } from '../../shared/failures';
import { translator, type Translate } from '../translate';
import { FailureDetails } from './FailureDetails';

/** Failures that go away by themselves or by doing what the text says. */
const PASSING: readonly FailureCode[] = [
  'WECOM_STATE_INVALID',
  'WECOM_CODE_INVALID',
  'WECOM_CONSENT_REQUIRED',
  'WECOM_FIRST_SIGN_IN_IN_CLIENT',
  'WECOM_RATE_LIMITED',
  'WECOM_UNAVAILABLE',
];

/** Failures that only the browser knows of. */
const OWN_REASONS = ['offline', 'refused'];

/** Whether a reason in the URL is one of ours: the return pages of other plugins carry an `error` too. */
export function isOurs({ reason }: ShownFailure): boolean {
  return OWN_REASONS.includes(reason) || failureOf(reason) !== undefined;
}

/** How loud the notice is. */
export function severityOf({ reason }: ShownFailure): 'warning' | 'error' {
  const code = failureOf(reason)?.code;
  return reason === 'offline' || (code && PASSING.includes(code)) ? 'warning' : 'error';
}

function wordsFor({ reason, message }: ShownFailure, t: Translate): string {
  if (reason === 'offline') {
    return t('NocoBase did not answer. Please check your connection and sign in again.');
  }
  const known = failureOf(reason);
  return known ? t(known.message) : message || t('Signing in with WeCom did not work. Please try again.');
}

/** What happened and what to do next, in the language of the browser. */
export function FailureText({ app, failure }: { app: Application; failure: ShownFailure }) {
  // Steps ("1. … 2. …") stand on lines of their own.
  const words = wordsFor(failure, translator(app)).replace(/\s+(?=[1-9]\. )/g, '\n');
  return (
    <>
      <div style={{ whiteSpace: 'pre-line' }}>{words}</div>
      <FailureDetails app={app} failure={failure} />
    </>
  );
}

/** A failure above the button with which the person signs in again. */
export function FailureNotice(props: { app: Application; failure: ShownFailure; continueTo?: string }) {
  const { app, failure, continueTo } = props;
  return (
    <Alert
      type={severityOf(failure)}
      showIcon
      style={{ alignItems: 'baseline' }}
      message={
        <>
          <FailureText app={app} failure={failure} />
          {continueTo && (
            <div style={{ marginTop: 8 }}>
              <a href={continueTo}>{translator(app)('Continue as you are signed in')}</a>
            </div>
          )}
        </>
      }
    />
  );
}
