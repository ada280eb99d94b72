import type { CheckResult, FindingOf } from '../../shared/checks';
import type { FailureReason } from '../../shared/failures';
import { reasonOfErrcode } from '../failure';
import type { WeComError } from '../wecom/error';
import { found } from './result';

/** What the reason of a failed sign-in is called here. */
const CREDENTIALS: Partial<Record<FailureReason, FindingOf<'credentials'>>> = {
  appNotAllowed: 'notAllowed',
  companyUnknown: 'companyUnknown',
  rateLimited: 'rateLimited',
  secretRefused: 'secretRefused',
  unavailable: 'busy',
};

/** Errcodes of which the set-up tells more than a sign-in (WeCom document 90313). */
const CREDENTIALS_IN_DETAIL: Record<number, FindingOf<'credentials'>> = {
  40091: 'secretOfOtherCompany',
  45031: 'secretUnsafe',
};

const AGENT: Partial<Record<FailureReason, FindingOf<'agent'>>> = {
  appNotAllowed: 'notAllowed',
  rateLimited: 'rateLimited',
};

const AGENT_IN_DETAIL: Record<number, FindingOf<'agent'>> = {
  40056: 'invalid',
  41011: 'invalid',
  60011: 'otherApp',
  301002: 'otherApp',
};

/** What an errcode amounts to: what is known of this one, else what its row in the table of failures is called here. */
function findingFor<Finding extends string>(
  errcode: number,
  inDetail: Record<number, Finding>,
  byReason: Partial<Record<FailureReason, Finding>>,
): Finding | 'other' {
  const reason = reasonOfErrcode(errcode);
  return inDetail[errcode] ?? (reason && byReason[reason]) ?? 'other';
}

export const IP_NOT_TRUSTED = 60020;

/** Why a call went wrong, for the administrator: a short word of the network library, or nothing at all. */
function detailOf({ detail }: WeComError): string {
  return detail ?? '-';
}

/** Whether WeCom accepts company and secret; `error` is what asking for access ended with, if not well. */
export function judgeCredentials(error?: WeComError): CheckResult {
  if (!error) {
    return found('credentials', 'ok');
  }
  const { kind, errcode, answeredAt } = error;
  if (kind === 'network') {
    return found('credentials', 'unreachable', { values: { detail: detailOf(error) } });
  }
  if (kind === 'proxy') {
    return error.detail === '407'
      ? found('credentials', 'proxyAuthentication')
      : found('credentials', 'proxyUnavailable', { values: { detail: detailOf(error) } });
  }
  if (errcode === undefined) {
    return found('credentials', 'notWeCom');
  }
  const repeatedAfter =
    answeredAt === undefined ? undefined : Math.max(1, Math.round((Date.now() - answeredAt) / 1000));
  return found('credentials', findingFor(errcode, CREDENTIALS_IN_DETAIL, CREDENTIALS), {
    values: { errcode: String(errcode) },
    ...(repeatedAfter ? { repeatedAfter } : {}),
  });
}

/**
 * Whether WeCom takes calls from the address of this server.
 *
 * @param error what a call ended with that WeCom checks against the trusted addresses
 */
export function judgeTrustedIp(error?: WeComError): CheckResult {
  if (!error) {
    return found('trustedIp', 'ok');
  }
  if (error.errcode !== IP_NOT_TRUSTED) {
    return found('trustedIp', 'notReached');
  }
  const { ip } = error;
  if (ip === undefined) {
    return found('trustedIp', 'notTrustedNameless');
  }
  // The list takes single IPv4 addresses only (WeCom help centre).
  return ip.includes(':')
    ? found('trustedIp', 'notTrustedIpv6', { values: { ip } })
    : found('trustedIp', 'notTrusted', { values: { ip }, copy: ip });
}

/** Whether the app can be looked at; `error` is what looking at it ended with. */
export function judgeAgentError({ errcode }: WeComError): CheckResult {
  if (errcode === undefined || errcode === IP_NOT_TRUSTED) {
    return found('agent', 'notReached');
  }
  return found('agent', findingFor(errcode, AGENT_IN_DETAIL, AGENT), { values: { errcode: String(errcode) } });
}
