import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import { WeComError, type WeComErrorKind } from './error';
import { ProxyError } from './proxy';

/** One HTTP request; the subset of axios' request configuration that is used. */
export interface HttpRequest {
  method: 'GET' | 'POST';
  url: string;
  data?: string;
  headers: Record<string, string>;
  timeout: number;
  signal: AbortSignal;
  maxContentLength: number;
  maxRedirects: number;
  responseType: 'text';
  transformResponse: (body: unknown) => unknown;
  validateStatus: () => boolean;
  /** Left out, the proxy that the environment of the process names is used (`HTTPS_PROXY` and the like), if any. */
  proxy?:
    false | { protocol: string; host: string; port: number; auth?: { username: string; password: string } | undefined };
  httpAgent?: HttpAgent;
  httpsAgent?: HttpsAgent;
}

/** Sends a request. The host's `serverRequest` fits: axios with the host's rules on addresses. */
export type SendHttp = (request: HttpRequest) => Promise<HttpAnswer>;

export interface HttpAnswer {
  status: number;
  data: unknown;
  headers?: Record<string, unknown>;
}

/** What bounds a request to an address that somebody typed in. */
export interface Bounds {
  /** Milliseconds until it is given up. */
  timeout: number;
  /** Bytes of the answer. */
  maxContentLength: number;
}

type Asked = Pick<HttpRequest, 'method' | 'url' | 'data' | 'headers'>;

/** A request without redirects, of which every answer in time and size is taken as it is. */
export function boundedRequest(asked: Asked, { timeout, maxContentLength }: Bounds): HttpRequest {
  return {
    ...asked,
    timeout,
    // `timeout` watches for silence only; the signal also ends an answer that trickles in for ever.
    signal: AbortSignal.timeout(timeout),
    maxContentLength,
    maxRedirects: 0,
    responseType: 'text',
    transformResponse: (body) => body,
    validateStatus: () => true,
  };
}

/** Answers of the sign-in calls are a few hundred bytes; anything of this size is not WeCom. */
const MAX_ANSWER_BYTES = 128 * 1024;

/** How axios gives up an answer that had begun: it is too large, or the connection broke. */
export const ANSWER_UNUSABLE = 'ERR_BAD_RESPONSE';

/** Only proxies answer with it. */
const PROXY_AUTHENTICATION_REQUIRED = 407;

export interface Call {
  /** Path below `/cgi-bin/`. */
  path: string;
  query?: Record<string, string>;
  /** Sent as JSON in a POST. */
  body?: unknown;
  /** Milliseconds until the call is given up. */
  timeout: number;
}

export type Answer = Record<string, unknown>;

/** WeCom appends `hint: [...], from ip: …, more info at …` to most messages (WeCom document 90930). */
function readTail(errmsg: unknown): { hint?: string; ip?: string } {
  if (typeof errmsg !== 'string') {
    return {};
  }
  return {
    hint: /hint: \[([\w]{1,64})\]/.exec(errmsg)?.[1],
    ip: /from ip: ([0-9a-fA-F.:]{2,45})/.exec(errmsg)?.[1],
  };
}

function parseAnswer(call: string, body: unknown): Answer {
  let answer: unknown;
  try {
    answer = JSON.parse(String(body));
  } catch {
    throw new WeComError({ call, kind: 'unreadable', detail: 'not JSON' });
  }
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) {
    throw new WeComError({ call, kind: 'unreadable', detail: 'not an object' });
  }
  return answer as Answer;
}

function kindOf(error: unknown, code: unknown): WeComErrorKind {
  if (error instanceof ProxyError) {
    return 'proxy';
  }
  return code === ANSWER_UNUSABLE ? 'unreadable' : 'network';
}

function detailOf(code: unknown): string {
  if (code === ANSWER_UNUSABLE) {
    return 'too large or broken off';
  }
  return typeof code === 'string' ? code : 'not sent';
}

/**
 * Makes one call to the WeCom API and returns its answer.
 *
 * Success is `errcode` 0 or absent; the HTTP status and `errmsg` say nothing about it (WeCom document 90313).
 *
 * @throws {WeComError} for everything else
 */
export async function callWeCom(send: SendHttp, apiBaseUrl: string, call: Call): Promise<Answer> {
  const url = new URL(`${apiBaseUrl.replace(/\/+$/, '')}/cgi-bin/${call.path}`);
  for (const [name, value] of Object.entries(call.query ?? {})) {
    url.searchParams.set(name, value);
  }
  let response: HttpAnswer;
  try {
    const asked: Asked = {
      method: call.body === undefined ? 'GET' : 'POST',
      url: url.href,
      data: call.body === undefined ? undefined : JSON.stringify(call.body),
      headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
    };
    response = await send(boundedRequest(asked, { timeout: call.timeout, maxContentLength: MAX_ANSWER_BYTES }));
  } catch (error) {
    const { code } = error as { code?: unknown };
    throw new WeComError({
      call: call.path,
      kind: kindOf(error, code),
      detail: detailOf(code),
    });
  }
  if (response.status !== 200) {
    const kind = response.status === PROXY_AUTHENTICATION_REQUIRED ? 'proxy' : 'status';
    throw new WeComError({ call: call.path, kind, detail: String(response.status) });
  }
  const answer = parseAnswer(call.path, response.data);
  const errcode = answer.errcode ?? 0;
  if (typeof errcode !== 'number') {
    throw new WeComError({ call: call.path, kind: 'unreadable', detail: 'errcode is not a number' });
  }
  if (errcode !== 0) {
    throw new WeComError({ call: call.path, kind: 'refused', errcode, ...readTail(answer.errmsg) });
  }
  return answer;
}
