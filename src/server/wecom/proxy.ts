import { Agent as HttpAgent, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP } from 'node:net';
import { HttpsProxyAgent } from 'hpagent';
import type { HttpRequest, SendHttp } from './transport';

/** The outgoing proxy could not be reached, or did not let a call through. */
export class ProxyError extends Error {
  /** @param code HTTP status of the proxy's answer, or what happened to the connection (`ECONNREFUSED`, …) */
  constructor(readonly code: string) {
    super(`The proxy failed: ${code}`);
    this.name = 'ProxyError';
  }
}

/** Refuses addresses that NocoBase may not connect to, by throwing. The host's `checkUrlAgainstWhitelist` fits. */
export type CheckAddress = (url: string) => void;

type Connect = Parameters<HttpsAgent['createConnection']>;

/** `hpagent` says "Bad response: 407" when the proxy refuses the tunnel. */
function codeOf(error: unknown): string | undefined {
  const { code, message = '' } = (error ?? {}) as { code?: unknown; message?: string };
  return /^Bad response: (\d{3})$/.exec(message)?.[1] ?? (typeof code === 'string' ? code : undefined);
}

/** The connection of one call: a tunnel through the proxy (CONNECT), in which TLS is spoken with WeCom itself. */
class Tunnel extends HttpsProxyAgent {
  private asked = false;
  private opened = false;
  private refusal?: ProxyError;

  constructor(proxy: URL, signal: AbortSignal) {
    // Without the signal, a proxy that never answers would keep the connection after the call was given up.
    const proxyRequestOptions: RequestOptions = { signal };
    super({ proxy: { ...partsOf(proxy), hostname: nameOf(proxy) } as URL, proxyRequestOptions });
  }

  createConnection(...[options, connected]: Connect): undefined {
    this.asked = true;
    const done: Connect[1] = (error, socket) => {
      this.opened = !error;
      this.refusal = error ? new ProxyError(codeOf(error) ?? 'ERR_PROXY') : undefined;
      connected?.(this.refusal ?? null, socket);
    };
    super.createConnection(options, done);
  }

  /** What to blame for a call that failed: the proxy, as long as it had not opened the tunnel. */
  blame(error: unknown): unknown {
    return this.refusal ?? (this.asked && !this.opened ? new ProxyError(codeOf(error) ?? 'ERR_PROXY') : error);
  }
}

function partsOf({ protocol, port, username, password }: URL) {
  return { protocol, port, username, password };
}

/** Node wants IPv6 addresses without the brackets that a URL has around them. */
function nameOf(proxy: URL): string {
  return proxy.hostname.replace(/^\[|\]$/g, '');
}

async function tunnelled(send: SendHttp, request: HttpRequest, proxy: URL) {
  const httpsAgent = new Tunnel(proxy, request.signal);
  try {
    return await send({ ...request, proxy: false, httpsAgent });
  } catch (error) {
    throw httpsAgent.blame(error);
  } finally {
    httpsAgent.destroy();
  }
}

/** Without TLS the proxy is asked for the whole address; most proxies open tunnels to port 443 only. */
async function forwarded(send: SendHttp, request: HttpRequest, proxy: URL) {
  const { protocol, username, password } = proxy;
  const host = nameOf(proxy);
  const port = Number(proxy.port || (protocol === 'https:' ? 443 : 80));
  const auth = username
    ? { username: decodeURIComponent(username), password: decodeURIComponent(password) }
    : undefined;
  // The name in the certificate has to be that of the proxy, not that of the Host header.
  const agent = protocol === 'https:' ? new HttpsAgent({ servername: isIP(host) ? '' : host }) : new HttpAgent();
  const agents = agent instanceof HttpsAgent ? { httpsAgent: agent } : { httpAgent: agent };
  try {
    return await send({ ...request, proxy: { protocol, host, port, auth }, ...agents });
  } catch (error) {
    const code = codeOf(error);
    // The proxy is the only one that was talked to; an answer that is too large is WeCom's, though.
    throw code === undefined || code === 'ERR_BAD_RESPONSE' ? error : new ProxyError(code);
  } finally {
    agent.destroy();
  }
}

/**
 * Sends requests through an HTTP or HTTPS proxy. TLS with an https destination is end to end: the proxy sees its host
 * and nothing else. Rules on addresses hold for the proxy as for the destination, which `send` checks.
 *
 * @param proxyUrl `http://user:password@host:port`, user and password percent-encoded, all but the host optional
 */
export function throughProxy(send: SendHttp, proxyUrl: string, check: CheckAddress): SendHttp {
  const proxy = new URL(proxyUrl);
  return async (request) => {
    try {
      check(`${proxy.protocol}//${proxy.host}`);
    } catch {
      throw new ProxyError('ERR_ADDRESS_NOT_ALLOWED');
    }
    return new URL(request.url).protocol === 'https:'
      ? tunnelled(send, request, proxy)
      : forwarded(send, request, proxy);
  };
}
