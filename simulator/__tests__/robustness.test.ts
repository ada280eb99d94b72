import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { startSimulator, type Simulator } from '..';
import { call, start } from './helpers';

let wecom: Simulator;
beforeAll(async () => {
  wecom = await start();
});
afterAll(() => wecom.close());

/** Sends bytes as they are and returns the status line, or '' when the connection just ends. */
function raw(text: string): Promise<string> {
  const { hostname, port } = new URL(wecom.url);
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.end(text));
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer.split('\r\n')[0]));
  });
}

describe('bad input ends a connection at most, never the simulator', () => {
  test.each([
    ['no HTTP', 'nonsense\r\n\r\n'],
    ['address with two slashes', 'GET //evil/%ff%00 HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['absolute address', 'GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['star', 'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['tunnel', 'CONNECT a:1 HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['upgrade', 'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
    ['body cut short', 'POST /cgi-bin/agent/set HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"a"'],
    ['broken cookie', 'GET / HTTP/1.1\r\nHost: x\r\nCookie: sim_member=%E0%A4%A; =; a\r\n\r\n'],
    [
      'broken query',
      'GET /connect/oauth2/authorize?redirect_uri=%E0%A4%A&x=%&=& HTTP/1.1\r\nHost: x\r\nUser-Agent: wxwork\r\n\r\n',
    ],
    ['unknown method', 'PATCH /wwlogin/sso/login HTTP/1.1\r\nHost: x\r\n\r\n'],
  ])('%s', async (_name, text) => {
    expect(await raw(text)).not.toMatch(/ 500 /);
    expect((await call(wecom, 'gettoken')).errcode).toBe(41004);
  });

  test('a form beyond the limit', async () => {
    const body = new URLSearchParams({ step: 'x'.repeat(400_000) });
    const response = await fetch(`${wecom.ssoUrl}?login_type=CorpApp`, { method: 'POST', body });
    expect(response.status).toBe(200);
  });

  test('prototype names are no calls, companies or pages', async () => {
    for (const name of ['/cgi-bin/constructor', '/constructor', '/__proto__', '/sim/toString']) {
      expect((await fetch(wecom.url + name, { method: 'POST' })).status).toBe(404);
    }
    expect((await call(wecom, 'gettoken?corpid=__proto__&corpsecret=a')).errcode).toBe(40013);
  });
});

describe('close', () => {
  test('ends hanging and idle connections at once', async () => {
    const other = await start();
    other.faults.add({ call: 'gettoken', times: 1, kind: 'hang' });
    other.faults.add({ call: 'user/get', kind: { delay: 60_000 } });
    const hanging = ['gettoken', 'user/get'].map((name) => fetch(`${other.url}/cgi-bin/${name}`).catch(() => 'ended'));
    while (other.calls.total() < 1) await fetch(`${other.url}/`).then((response) => response.text());
    const before = performance.now();
    await other.close();
    expect(performance.now() - before).toBeLessThan(500);
    expect(await Promise.all(hanging)).toEqual(['ended', 'ended']);
    await expect(fetch(other.url)).rejects.toThrow('fetch failed');
  });

  test('twice is fine', async () => {
    const other = await startSimulator();
    await other.close();
    await other.close();
  });

  test('frees the port, and a taken port is an error', async () => {
    const first = await startSimulator();
    const port = Number(new URL(first.url).port);
    await expect(startSimulator({ port })).rejects.toThrow('EADDRINUSE');
    await first.close();
    const second = await startSimulator({ port });
    expect(second.url).toBe(first.url);
    await second.close();
  });

  test('leaves nothing that keeps a process alive', async () => {
    const script = `
      const { startSimulator } = require('./simulator/index.ts');
      (async () => {
        const wecom = await startSimulator();
        wecom.faults.add({ call: 'gettoken', times: 1, kind: 'hang' });
        wecom.faults.add({ call: 'user/get', kind: { delay: 60_000 } });
        for (const name of ['gettoken', 'user/get']) fetch(wecom.url + '/cgi-bin/' + name).catch(() => undefined);
        while (wecom.calls.total() < 1) await (await fetch(wecom.url)).text();
        await wecom.close();
        console.log('closed');
      })();`;
    const args = ['--require', 'tsx/cjs', '-e', script];
    const cwd = path.resolve(__dirname, '../..');
    // Rejects when the process is still there after the timeout.
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd, timeout: 15_000 });
    expect(stdout).toBe('closed\n');
  }, 20_000);
});
