import { once } from 'node:events';
import { type IncomingMessage, type RequestListener, createServer, request } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, type Socket, connect } from 'node:net';

/** How the proxy treats what it is asked for. */
export type Behaviour =
  | 'pass'
  /** Accepts connections and never answers. */
  | 'hang'
  /** Answers what is no HTTP. */
  | 'garbage'
  | 'hang-up'
  /** Refuses with this HTTP status. */
  | number;

export interface ForwardProxy {
  /** `http://127.0.0.1:PORT`, or `https://localhost:PORT` with a certificate. */
  readonly url: string;
  /** The same with the user and password that it wants. */
  readonly urlWithUser: string;
  behaviour: Behaviour;
  /** `user:password`; undefined lets everybody through. */
  user?: string;
  /** What it was asked for: `CONNECT host:port`, or method and whole address. */
  readonly requests: string[];
  /** Everything that went through tunnels towards the destination, as the proxy saw it. */
  seen(): string;
  /** Connections of clients that are open. */
  open(): Promise<number>;
  close(): Promise<void>;
}

const GARBAGE = '\0\x01this is no HTTP\r\n\r\n';

/**
 * An outgoing proxy as companies run them: tunnels (CONNECT) and whole addresses for plain HTTP, with Basic
 * authentication.
 *
 * @param tls key and certificate, for a proxy that speaks TLS itself
 */
export async function startForwardProxy(tls?: { key: string; cert: string }): Promise<ForwardProxy> {
  const requests: string[] = [];
  const through: Buffer[] = [];
  const clients = new Set<Socket>();

  const refusal = ({ headers }: IncomingMessage): number | undefined => {
    const { behaviour, user } = proxy;
    if (typeof behaviour === 'number') return behaviour;
    const wanted = user && `Basic ${Buffer.from(user).toString('base64')}`;
    return wanted && headers['proxy-authorization'] !== wanted ? 407 : undefined;
  };
  /** Does what the behaviour says; false when the request is to be served. */
  const spoiled = (socket: Socket): boolean => {
    if (proxy.behaviour === 'garbage') socket.end(GARBAGE);
    if (proxy.behaviour === 'hang-up') socket.destroy();
    return ['garbage', 'hang-up', 'hang'].includes(String(proxy.behaviour));
  };

  const onRequest: RequestListener = (incoming, outgoing) => {
    requests.push(`${incoming.method} ${incoming.url}`);
    if (spoiled(incoming.socket)) return;
    const status = refusal(incoming);
    if (status) {
      outgoing.writeHead(status).end();
      return;
    }
    const headers = { ...incoming.headers };
    delete headers['proxy-authorization'];
    const passed = request(incoming.url ?? '', { method: incoming.method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.writeHead(502).end());
    incoming.pipe(passed);
  };
  const server = tls ? createTlsServer(tls, onRequest) : createServer(onRequest);
  server.on('connect', (incoming: IncomingMessage, client: Socket) => {
    requests.push(`CONNECT ${incoming.url}`);
    client.on('error', () => client.destroy());
    if (spoiled(client)) {
      // Reads on, to notice when the other side closes.
      client.on('end', () => client.destroy()).resume();
      return;
    }
    const status = refusal(incoming);
    if (status) {
      client.end(`HTTP/1.1 ${status} No\r\nContent-Length: 2\r\n\r\nno`);
      return;
    }
    const { hostname, port } = new URL(`http://${incoming.url}`);
    const upstream = connect(Number(port), hostname, () => client.write('HTTP/1.1 200 Connection established\r\n\r\n'));
    upstream.on('error', () => client.destroy()).on('close', () => client.destroy());
    client.on('data', (chunk: Buffer) => through.push(chunk)).on('close', () => upstream.destroy());
    client.pipe(upstream).pipe(client);
  });
  server.on('connection', (socket: Socket) => {
    clients.add(socket);
    socket.on('close', () => clients.delete(socket)).on('error', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const origin = `${tls ? 'https://localhost' : 'http://127.0.0.1'}:${(server.address() as AddressInfo).port}`;
  const proxy: ForwardProxy = {
    url: origin,
    get urlWithUser() {
      const [user, password] = (proxy.user ?? '').split(':').map(encodeURIComponent);
      return origin.replace('://', `://${user}:${password}@`);
    },
    behaviour: 'pass',
    requests,
    seen: () => Buffer.concat(through).toString('latin1'),
    open: async () => {
      // What the other side has just closed arrives a moment later.
      for (let waited = 0; clients.size > 0 && waited < 500; waited += 10) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      return clients.size;
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      clients.forEach((socket) => socket.destroy());
      await closed;
    },
  };
  return proxy;
}
