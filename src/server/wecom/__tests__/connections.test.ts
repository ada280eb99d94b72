import dns from 'node:dns';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { serverRequest } from '@nocobase/utils';
import { onKeptConnections } from '../connections';
import { callWeCom, type SendHttp } from '../transport';

let server: Server;
let sockets: Socket[];

/** @param keepAliveTimeout how long the server says that it waits, in milliseconds */
async function listen(keepAliveTimeout: number): Promise<{ server: Server; sockets: Socket[] }> {
  const connected: Socket[] = [];
  const listening = createServer(({ url }, answer) => {
    const slow = url?.includes('slow') ? 2400 : 0;
    setTimeout(() => answer.end(JSON.stringify({ errcode: 0 })), slow);
  });
  listening.keepAliveTimeout = keepAliveTimeout;
  listening.on('connection', (socket: Socket) => connected.push(socket));
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  return { server: listening, sockets: connected };
}

function stop(listening: Server): void {
  listening.closeAllConnections();
  listening.close();
}

beforeEach(async () => {
  ({ server, sockets } = await listen(60_000));
});
afterEach(() => stop(server));

const send = onKeptConnections(serverRequest as SendHttp);
const origin = (host: string) => `http://${host}:${(server.address() as AddressInfo).port}`;
const call = (path: string, base = origin('127.0.0.1')) => callWeCom(send, base, { path, timeout: 4000 });

test('calls that follow each other share a connection', async () => {
  await call('one');
  await call('two');
  expect(sockets).toHaveLength(1);
});

test('an idle connection is closed from here, before the server does', async () => {
  await call('one');
  await once(sockets[0], 'close');
  await call('two');
  expect(sockets).toHaveLength(2);
});

test('sooner when the server says that it waits less', async () => {
  const hasty = await listen(2000);
  const { port } = hasty.server.address() as AddressInfo;
  await call('one');
  await call('two', `http://127.0.0.1:${port}`);
  const closed = [sockets, hasty.sockets].map(async ([socket]) => {
    await once(socket, 'close');
    return socket;
  });
  expect(await Promise.race(closed)).toBe(hasty.sockets[0]);
  stop(hasty.server);
});

test('an answer may take longer than a connection may lie idle, on a used connection too', async () => {
  await call('one');
  await expect(call('slow')).resolves.toEqual({ errcode: 0 });
  await sleep(0);
  expect(sockets).toHaveLength(1);
});

test('looking up the name and connecting may take longer than that, too', async () => {
  const lookUp = dns.lookup as unknown as (...args: unknown[]) => void;
  const slowly = jest.spyOn(dns, 'lookup').mockImplementation(((...args: unknown[]) => {
    setTimeout(() => lookUp(...args), 2500);
  }) as never);
  try {
    await expect(callWeCom(send, origin('localhost'), { path: 'one', timeout: 8000 })).resolves.toEqual({ errcode: 0 });
    expect(slowly).toHaveBeenCalled();
  } finally {
    slowly.mockRestore();
  }
});
