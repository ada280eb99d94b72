import { STORAGE } from './environment';
import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Application } from '@nocobase/server';
import PluginAuthWeCom from '../../src/server';
import wecomClaims from '../../src/server/collections/wecom-claims';
import wecomUnconfirmedPhones from '../../src/server/collections/wecom-unconfirmed-phones';
import wecomFailures from '../../src/server/collections/wecom-failures';

/** Plugins of the host that a sign-in passes through. */
const HOST_PLUGINS = [
  'error-handler',
  'field-sort',
  'users',
  'auth',
  'acl',
  'ui-schema-storage',
  'system-settings',
  'data-source-manager',
  'user-data-sync',
  'departments',
  'environment-variables',
];

export interface TestApp {
  app: Application;
  /** `http://127.0.0.1:PORT` */
  url: string;
  /** Another process on the same database, as behind a balancer. */
  startTwin(): Promise<TestApp>;
  close(): Promise<void>;
}

let open = 0;
let databases = 0;

function pluginOf(name: string) {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- names are data here
  return require(`@nocobase/plugin-${name}`).default;
}

/** Everything the applications of this test file wrote to their logs so far. */
export function readLogs(): string {
  return readdirSync(join(STORAGE, 'logs'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
}

/** The lines that are looked for, as soon as there are any: they are written behind the answers. */
export async function loggedLines(wanted: (line: string) => boolean): Promise<string[]> {
  for (const deadline = Date.now() + 5_000; ; await sleep(50)) {
    const lines = readLogs().split('\n').filter(wanted);
    if (lines.length > 0 || Date.now() > deadline) return lines;
  }
}

/** The host finds collections beside the built package; here they come from the sources. */
class PluginFromSources extends PluginAuthWeCom {
  async loadCollections(): Promise<void> {
    this.db.collection(wecomClaims);
    this.db.collection(wecomUnconfirmedPhones);
    this.db.collection(wecomFailures);
  }
}

function createApplication(database: object): Application {
  return new Application({
    database,
    resourcer: { prefix: '/api' },
    plugins: [
      ...HOST_PLUGINS.map((name) => [pluginOf(name), { name, packageName: `@nocobase/plugin-${name}` }]),
      [PluginFromSources, { name: 'auth-wecom' }],
    ],
    acl: true,
    // Several in one process are several processes to each other.
    skipSupervisor: true,
    logger: { request: { transports: ['dailyRotateFile'] }, system: { transports: ['dailyRotateFile'] } },
  } as never);
}

/** Installs NocoBase in an empty database. */
async function install(database: object): Promise<void> {
  const app = createApplication(database);
  await app.load();
  await app.install();
  await app.destroy();
}

/** The host keeps the locks of a process in one place; without this, two applications here would still take turns. */
function keepLocksApart(app: Application): void {
  const { lockManager } = app;
  const runExclusive = lockManager.runExclusive.bind(lockManager);
  const id = randomUUID();
  lockManager.runExclusive = (key, ...rest) => runExclusive(`${id}:${key}`, ...rest);
}

async function start(database: { dialect: string }): Promise<TestApp> {
  const app = createApplication(database);
  keepLocksApart(app);
  await app.load();
  await app.start();
  const server: Server = createServer(app.callback());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open += 1;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // The host lists authenticators on the first request; one that is saved before would be alone on its list.
  await (await fetch(`${url}/api/authenticators:publicList`)).text();
  return {
    app,
    url,
    startTwin: () => start(database),
    close: async () => {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await app.destroy();
      open -= 1;
      if (open === 0) {
        rmSync(STORAGE, { recursive: true, force: true });
      }
    },
  };
}

/**
 * A real NocoBase server application with the plugin in it, reachable over HTTP.
 *
 * @param database connection options of an empty database; a SQLite file of its own when absent
 */
export async function startApp(database?: { dialect: string }): Promise<TestApp> {
  databases += 1;
  const connection = database ?? { dialect: 'sqlite', storage: join(STORAGE, `${databases}.sqlite`), logging: false };
  process.env.DB_DIALECT = connection.dialect;
  await install(connection);
  return start(connection);
}
