/** How a call to WeCom failed. */
export type WeComErrorKind =
  /** WeCom answered with an errcode other than 0. */
  | 'refused'
  /** An HTTP status other than 200; WeCom reports its own errors with status 200 (WeCom document 90313). */
  | 'status'
  /** The body is not JSON, too large, broken off, or not of the expected shape. */
  | 'unreadable'
  /** The outgoing proxy could not be reached, refused the credentials (407), or did not let the call through. */
  | 'proxy'
  /** No answer: connection refused or reset, DNS, timeout, address not allowed by the host's rules. */
  | 'network';

export interface WeComErrorDetails {
  /** API path without parameters, such as `auth/getuserinfo`. */
  call: string;
  kind: WeComErrorKind;
  errcode?: number;
  /** WeCom's own hint number, by which its support finds the call. */
  hint?: string;
  /** The address from which WeCom saw the call (`from ip: …` in its message). */
  ip?: string;
  /** HTTP status for `status`, a short word for the others. Never anything from a URL or a body. */
  detail?: string;
  answeredAt?: number;
}

/**
 * A failed call to WeCom. It carries what an administrator needs and nothing else: request URLs hold the secret or the
 * access token, so neither they nor the causing error are kept.
 */
export class WeComError extends Error {
  readonly call: string;
  readonly kind: WeComErrorKind;
  readonly errcode?: number;
  readonly hint?: string;
  readonly ip?: string;
  readonly detail?: string;
  /** When WeCom gave this answer (milliseconds since 1970), if it is repeated from memory instead of asking again. */
  readonly answeredAt?: number;

  constructor(details: WeComErrorDetails) {
    super(
      `WeCom call ${details.call} failed: ${details.kind}${details.errcode === undefined ? '' : ` ${details.errcode}`}`,
    );
    this.name = 'WeComError';
    this.call = details.call;
    this.kind = details.kind;
    this.errcode = details.errcode;
    this.hint = details.hint;
    this.ip = details.ip;
    this.detail = details.detail;
    this.answeredAt = details.answeredAt;
  }
}
