import { once } from 'node:events';
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { selfSignedCertificate } from './certificate';

export interface TlsProxy {
  /** `https://127.0.0.1:PORT` */
  readonly url: string;
  /** Headers that it adds to what the browser sends, for example `X-Forwarded-Proto`. */
  headers: Record<string, string>;
  close(): Promise<void>;
}

/** A reverse proxy that speaks TLS to browsers, passes on their Host, and adds nothing else by itself. */
export async function startTlsProxy(
  target: string,
  port = 0,
  certificate = selfSignedCertificate('127.0.0.1'),
): Promise<TlsProxy> {
  const proxy = createServer(certificate, (incoming, outgoing) => {
    const { hostname, port: targetPort } = new URL(target);
    const passed = request(
      {
        hostname,
        port: targetPort,
        method: incoming.method,
        path: incoming.url,
        headers: { ...incoming.headers, ...tls.headers },
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  });
  proxy.listen(port, '127.0.0.1');
  await once(proxy, 'listening');
  const tls: TlsProxy = {
    url: `https://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    headers: {},
    close: async () => {
      const closed = once(proxy, 'close');
      proxy.close();
      proxy.closeAllConnections();
      await closed;
    },
  };
  return tls;
}
