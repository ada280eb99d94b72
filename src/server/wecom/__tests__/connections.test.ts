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
const call = (path: string) =>
  callWeCom(send, `http://127.0.0.1:${(server.address() as AddressInfo).port}`, { path, timeout: 4000 });

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

test('an answer may take longer than a connection may lie idle, on a used connection too', async () => {
  await call('one');
  await expect(call('slow')).resolves.toEqual({ errcode: 0 });
  await sleep(0);
  expect(sockets).toHaveLength(1);
});
