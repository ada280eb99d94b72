import './environment';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Gateway } from '@nocobase/server';
import { SettingsRefused } from '../../src/server/settings/save-guard';
import { type Answer } from './browser';
import { World, optionsFor } from './world';

const FILE = { name: 'WW_verify_7rG3kjVbXHngiald.txt', content: '7rG3kjVbXHngiald' };
const OTHER = { name: 'WW_verify_aaaaaaaaaaaaaaaa.txt', content: 'another file\r\n' };

let world: World;
let gateway: Server;
let root: string;

/** The host's own server in front of its applications, which a test of the application alone does without. */
async function openGateway(): Promise<Server> {
  return new Promise((resolve) => {
    Gateway.getInstance().startHttpServer({ port: 0, host: '127.0.0.1', callback: resolve });
  });
}

beforeAll(async () => {
  // The host prints every error that ends a transaction; refused settings are what these tests are about.
  const print = console.error;
  jest.spyOn(console, 'error').mockImplementation((...args: unknown[]) => {
    if (!(args[0] instanceof SettingsRefused)) print(...args);
  });
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
  world = await World.start();
  gateway = await openGateway();
  root = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
});

afterAll(async () => {
  gateway.closeAllConnections();
  Gateway.getInstance().destroy();
  await world.close();
});

afterEach(async () => {
  await world.setEnabled('wecom', true);
  await set('wecom', undefined);
});

async function set(name: string, ownershipFile: unknown): Promise<void> {
  await world.change(name, { ownershipFile });
}

const ask = (name: string, init?: RequestInit) => fetch(`${root}/${name}`, { redirect: 'manual', ...init });

/** Whether the file comes at the root of the host; the host answers unknown paths with its pages, if it has them. */
async function served({ name, content }: typeof FILE): Promise<boolean> {
  const response = await ask(name);
  const text = await response.text();
  return response.status === 200 && text === content;
}

describe('the file', () => {
  beforeEach(() => set('wecom', FILE));

  test('is plain text at the root of the host, byte for byte', async () => {
    const response = await ask(FILE.name);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(response.headers.get('content-length')).toBe('16');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(await response.text()).toBe(FILE.content);
  });

  test('keeps the line break at its end', async () => {
    await set('wecom', OTHER);
    expect(Buffer.from(await (await ask(OTHER.name)).arrayBuffer()).toString('latin1')).toBe('another file\r\n');
  });

  test('is there below the API, for proxies that serve the root themselves', async () => {
    expect(await (await ask(`api/${FILE.name}`)).text()).toBe(FILE.content);
  });

  test('answers HEAD without a body', async () => {
    const response = await ask(FILE.name, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe('16');
    expect(await response.text()).toBe('');
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('does not answer %s', async (method) => {
    const response = await ask(FILE.name, { method });
    expect(await response.text()).not.toBe(FILE.content);
  });

  test('is not found under another name', async () => {
    for (const name of [OTHER.name, FILE.name.toLowerCase(), `x/${FILE.name}`, `${FILE.name}/`, `%2f${FILE.name}`]) {
      expect(await (await ask(name)).text()).not.toBe(FILE.content);
    }
  });

  test('is gone when it is removed', async () => {
    expect(await served(FILE)).toBe(true);
    await set('wecom', undefined);
    expect(await served(FILE)).toBe(false);
  });

  test('is gone while the authenticator is off', async () => {
    await world.setEnabled('wecom', false);
    expect(await served(FILE)).toBe(false);
    await world.setEnabled('wecom', true);
    expect(await served(FILE)).toBe(true);
  });

  test('is gone with the authenticator', async () => {
    await world.addAuthenticator('second', { ownershipFile: OTHER });
    expect([await served(FILE), await served(OTHER)]).toEqual([true, true]);
    await world.db.getRepository('authenticators').destroy({ filter: { name: 'second' } });
    expect([await served(FILE), await served(OTHER)]).toEqual([true, false]);
  });

  test('is gone when the plugin is disabled, and back when it is enabled', async () => {
    const plugin = world.app.app.pm.get('auth-wecom');
    await plugin.beforeDisable();
    expect(await served(FILE)).toBe(false);
    await plugin.afterEnable();
    expect(await served(FILE)).toBe(true);
  });

  test('comes from every node that has the same database', async () => {
    const twin = await world.app.startTwin();
    const handlers = (Gateway as unknown as { requestHandlers: unknown[] }).requestHandlers;
    try {
      expect(handlers).toHaveLength(2);
      // What one node saves is nowhere but in the database; the other is asked first here.
      handlers.reverse();
      await set('wecom', OTHER);
      expect(await served(OTHER)).toBe(true);
    } finally {
      await twin.close();
    }
  });

  test('does not come out of options that were never checked', async () => {
    const html = { name: FILE.name, content: '<script>alert(1)</script>' };
    const model = await world.db.getRepository('authenticators').findOne({ filter: { name: 'wecom' } });
    const options = model.get('options') as object;
    for (const wrong of [html, { name: '../x', content: 'x' }, 'text', null]) {
      await model.update({ options: { ...options, ownershipFile: wrong } }, { wecomUnchecked: true } as object);
      expect(await (await ask(FILE.name)).text()).not.toContain('alert');
    }
  });
});

test('one handler per application, however often it reloads; none when it has stopped', async () => {
  const handlers = () => (Gateway as unknown as { requestHandlers: unknown[] }).requestHandlers.length;
  const before = handlers();
  const twin = await world.app.startTwin();
  expect(handlers()).toBe(before + 1);
  await twin.app.reload();
  expect(handlers()).toBe(before + 1);
  await twin.close();
  expect(handlers()).toBe(before);
});

describe('what is sent as a file', () => {
  type Api = Awaited<ReturnType<World['admin']>>;
  let api: Api;
  let id: number;
  const options = (ownershipFile: unknown) => optionsFor(world.wecom, world.app.url, { ownershipFile });
  const stored = async () =>
    (await world.db.getRepository('authenticators').findOne({ filter: { name: 'wecom' } })).get('options') as object;

  beforeAll(async () => {
    api = await world.admin();
    id = (await world.db.getRepository('authenticators').findOne({ filter: { name: 'wecom' } })).get('id') as number;
  });

  const create = (ownershipFile: unknown): Promise<Answer> =>
    api('authenticators:create', {
      name: 'created',
      authType: 'WeCom',
      enabled: true,
      options: options(ownershipFile),
    });
  const update = (ownershipFile: unknown): Promise<Answer> =>
    api(`authenticators:update?filterByTk=${id}`, { enabled: true, options: options(ownershipFile) });

  test('is kept and served', async () => {
    expect((await update(FILE)).status).toBe(200);
    expect(await stored()).toMatchObject({ ownershipFile: FILE });
    expect(await served(FILE)).toBe(true);
    expect((await update(OTHER)).status).toBe(200);
    // The forms of the host would trim a line break away when they save it again.
    expect(await stored()).toMatchObject({
      ownershipFile: { name: OTHER.name, content: 'another file', lineBreak: 'CRLF' },
    });
    expect([await served(FILE), await served(OTHER)]).toEqual([false, true]);
  });

  test.each<[string, unknown]>([
    ['text', FILE.name],
    ['a number', 5],
    ['a boolean', true],
    ['a list', [FILE]],
    ['an empty object', {}],
    ['no content', { name: FILE.name }],
    ['content that is no text', { ...FILE, content: { $ne: null } }],
    ['more than a file', { ...FILE, path: '/etc/passwd' }],
    ['a slash', { ...FILE, name: `x/${FILE.name}` }],
    ['traversal', { ...FILE, name: `../${FILE.name}` }],
    ['a dot', { ...FILE, name: 'WW_verify_7rG3kjVb.Hngiald.txt' }],
    ['an encoded name', { ...FILE, name: FILE.name.replace('.txt', '%2etxt') }],
    ['a page', { ...FILE, name: 'index.html' }],
    ['a name with a null byte', { ...FILE, name: `${FILE.name}\0` }],
    ['a huge name', { ...FILE, name: `WW_verify_${'a'.repeat(100_000)}.txt` }],
    ['another line break', { ...FILE, lineBreak: '\n' }],
    ['HTML', { ...FILE, content: '<html>' }],
    ['binary content', { ...FILE, content: '\u0089PNG\r\n\u001a\n\0' }],
    ['a byte order mark', { ...FILE, content: `\ufeff${FILE.content}` }],
    ['two lines', { ...FILE, content: 'one\ntwo' }],
    ['empty content', { ...FILE, content: '' }],
    ['a variable', { ...FILE, content: '{{$env.SECRET}}' }],
    ['a hundred kilobytes', { ...FILE, content: 'x'.repeat(100_000) }],
  ])('is refused, with the setting named, when it is %s', async (_, value) => {
    const refused = {
      status: 400,
      body: {
        errors: [
          {
            code: 'WECOM_CONFIG_INVALID',
            field: 'ownershipFile',
            message: expect.stringMatching(/^Domain ownership file\b.{10,140}$/),
          },
        ],
      },
    };
    const before = await stored();
    const count = await world.db.getRepository('authenticators').count();
    expect(await create(value)).toMatchObject(refused);
    expect(await update(value)).toMatchObject(refused);
    expect(await stored()).toEqual(before);
    expect(await world.db.getRepository('authenticators').count()).toBe(count);
    expect(await served(FILE)).toBe(false);
  });
});
