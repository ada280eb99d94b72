import { randomBytes } from 'node:crypto';
import type { CheckResult, FindingOf } from '../../shared/checks';
import { ANSWER_UNUSABLE, type Bounds, type HttpAnswer, type SendHttp, boundedRequest } from '../wecom/transport';
import type { Echoes } from './echoes';
import { found } from './result';

/** The answer that is waited for has about a hundred bytes. */
const BOUNDS: Bounds = { timeout: 6000, maxContentLength: 4 * 1024 };

/** How Node.js names what is wrong with a certificate. */
const CERTIFICATE: Record<string, FindingOf<'origin'>> = {
  CERT_HAS_EXPIRED: 'certificateExpired',
  CERT_NOT_YET_VALID: 'certificateExpired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificateName',
  CERT_REJECTED: 'certificateIssuer',
  CERT_UNTRUSTED: 'certificateIssuer',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificateIssuer',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificateIssuer',
  UNABLE_TO_GET_ISSUER_CERT: 'certificateIssuer',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificateIssuer',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificateIssuer',
};

export interface OriginProbe {
  /** Checked for being an http(s) origin, and allowed by the host's rules on addresses. */
  origin: string;
  /** Path of `wecom:echo` below it. */
  path: string;
  echoes: Echoes;
  send: SendHttp;
}

/**
 * Calls this NocoBase as a browser would, and sees whether it is the one that answers.
 *
 * The address was typed by somebody, so the request is bound: one GET of our own action, no redirects, a small answer, a
 * short time. Nothing of the answer gets out but whether it is ours.
 */
export async function checkOrigin({ origin, path, echoes, send }: OriginProbe): Promise<CheckResult> {
  const nonce = randomBytes(16).toString('hex');
  const url = new URL(path, origin);
  url.search = new URLSearchParams({ nonce, origin }).toString();
  let answer: HttpAnswer;
  try {
    answer = await send(
      boundedRequest({ method: 'GET', url: url.href, headers: { Accept: 'application/json' } }, BOUNDS),
    );
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === ANSWER_UNUSABLE) {
      return found('origin', 'notThis', { values: { path } });
    }
    const certificate = typeof code === 'string' ? CERTIFICATE[code] : undefined;
    return certificate
      ? found('origin', certificate)
      : found('origin', 'unreachable', { values: { detail: typeof code === 'string' ? code : 'not sent' } });
  }
  if (answer.status >= 300 && answer.status < 400) {
    return found('origin', 'redirected');
  }
  const parsed = answer.status === 200 ? parse(answer.data) : undefined;
  if (!echoes.verify(nonce, parsed)) {
    return found('origin', 'notThis', { values: { path } });
  }
  if (!parsed.trusted) {
    return found('origin', 'proxyHeaders');
  }
  return found('origin', url.protocol === 'https:' ? 'ok' : 'overHttp');
}

function parse(body: unknown): unknown {
  try {
    return JSON.parse(String(body));
  } catch {
    return undefined;
  }
}
