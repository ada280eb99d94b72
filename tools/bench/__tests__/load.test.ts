import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Load, type PreparedRequest } from '../load';

let server: Server;
let load: Load;
let running = 0;
let most = 0;
const bodies: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    running += 1;
    most = Math.max(most, running);
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      bodies.push(body);
      setTimeout(() => {
        running -= 1;
        if (request.url === '/gone') request.socket.destroy();
        else response.writeHead(302, { location: '/next', 'set-cookie': ['a=1', 'b=2'] }).end();
      }, 20);
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  load = Load.start();
});

afterAll(async () => {
  await load.stop();
  await new Promise((resolve) => server.close(resolve));
});

const request = (path: string, body?: string): PreparedRequest => ({
  url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
  method: 'POST',
  headers: {},
  body,
});

it('sends every request once, so many at a time, and reports what came back', async () => {
  const sent = Array.from({ length: 12 }, (_, index) => String(index));
  const { results, elapsed } = await load.run(
    sent.map((body) => request('/', body)),
    4,
  );
  expect(bodies.sort()).toEqual([...sent].sort());
  expect(most).toBe(4);
  expect(results).toHaveLength(12);
  for (const { status, ms, location, cookies } of results) {
    expect({ status, location, cookies }).toEqual({ status: 302, location: '/next', cookies: ['a=1', 'b=2'] });
    expect(ms).toBeGreaterThan(15);
    expect(ms).toBeLessThan(elapsed + 1);
  }
});

it('a request without an answer is a failed one, and the rest goes on', async () => {
  const { results } = await load.run([request('/gone'), request('/')], 1);
  expect(results.map(({ status }) => status)).toEqual([0, 302]);
});
