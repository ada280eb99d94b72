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

beforeEach(async () => {
  sockets = [];
  server = createServer(({ url }, answer) => {
    const slow = url?.includes('slow') ? 3000 : 0;
    setTimeout(() => answer.end(JSON.stringify({ errcode: 0 })), slow);
  });
  // As a busy server does: it says nothing about how long it waits.
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket: Socket) => sockets.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const send = onKeptConnections(serverRequest as SendHttp);
const origin = (host: string) => `http://${host}:${(server.address() as AddressInfo).port}`;
const call = (path: string) => callWeCom(send, origin('127.0.0.1'), { path, timeout: 4000 });

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
  server.keepAliveTimeout = 2000;
  await call('one');
  const before = Date.now();
  await once(sockets[0], 'close');
  expect(Date.now() - before).toBeLessThan(1800);
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
