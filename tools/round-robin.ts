import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** A balancer in front of several processes. */
export interface Balancer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Gives each request to the next process in turn, whoever it comes from. A process that does not listen is passed over;
 * one that goes away with a request in hand costs that request (502), as with any proxy: it may have been carried out.
 *
 * @param targets addresses of the processes; read anew for each request
 */
export async function startBalancer(targets: () => readonly string[]): Promise<Balancer> {
  let turn = 0;
  const inTurn = (): string[] => {
    const urls = targets();
    turn += 1;
    return [...urls.slice(turn % urls.length), ...urls.slice(0, turn % urls.length)];
  };
  const server = createServer((incoming, outgoing) => pass(incoming, outgoing, inTurn()));
  const webSockets = new Set<Duplex>();
  server.on('upgrade', (incoming, socket, head) => {
    webSockets.add(socket);
    socket.once('close', () => webSockets.delete(socket));
    passWebSocket(incoming, socket, head, inTurn()[0]);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      webSockets.forEach((socket) => socket.destroy());
      await closed;
    },
  };
}

/** The page opens another one when the process does not listen or goes away. */
function passWebSocket(incoming: IncomingMessage, socket: Duplex, head: Buffer, target: string): void {
  const { hostname, port } = new URL(target);
  const passed = connect(Number(port), hostname);
  const headers = incoming.rawHeaders.map((text, index) => text + (index % 2 === 0 ? ': ' : '\r\n')).join('');
  passed.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${headers}\r\n`);
  passed.write(head);
  passed.pipe(socket).pipe(passed);
  for (const [one, other] of [
    [passed, socket],
    [socket, passed],
  ]) {
    one.on('error', () => other.destroy());
    one.once('close', () => other.destroy());
  }
}

function pass(incoming: IncomingMessage, outgoing: ServerResponse, [target, ...others]: string[]): void {
  const { hostname, port } = new URL(target);
  const { method, url, headers } = incoming;
  // A connection of its own: one that was kept may belong to a process that has died since.
  const passed = request({ hostname, port, method, path: url, headers, agent: false }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
    answer.on('error', () => outgoing.destroy());
  });
  passed.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNREFUSED' && others.length > 0) {
      // Nothing has been sent, so the body is still to be read.
      pass(incoming, outgoing, others);
    } else if (outgoing.headersSent) {
      outgoing.destroy();
    } else {
      outgoing.writeHead(502, { 'content-type': 'text/html' }).end('<h1>502 Bad Gateway</h1>');
    }
  });
  outgoing.on('close', () => passed.destroy());
  // The body flows only once there is a connection, which a process that does not listen never makes.
  passed.on('socket', (socket) => {
    if (socket.connecting) socket.once('connect', () => incoming.pipe(passed));
    else incoming.pipe(passed);
  });
}
