import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Application } from '@nocobase/server';
import PluginAuthWeCom from '../../src/server';
import wecomClaims from '../../src/server/collections/wecom-claims';

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
  'environment-variables',
];

export interface TestApp {
  app: Application;
  /** `http://127.0.0.1:PORT` */
  url: string;
  /** Everything the host wrote to its logs so far. */
  logs(): string;
  close(): Promise<void>;
}

function pluginOf(name: string) {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- names are data here
  return require(`@nocobase/plugin-${name}`).default;
}

function readAll(directory: string): string {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
}

/** The host finds collections beside the built package; here they come from the sources. */
class PluginFromSources extends PluginAuthWeCom {
  async loadCollections(): Promise<void> {
    this.db.collection(wecomClaims);
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
    logger: { request: { transports: ['dailyRotateFile'] }, system: { transports: ['dailyRotateFile'] } },
  } as never);
}

/** Empties the database and installs NocoBase in it. */
async function install(database: object): Promise<void> {
  const app = createApplication(database);
  await app.load();
  await app.install();
  await app.destroy();
}

/**
 * A real NocoBase server application with the plugin in it, reachable over HTTP.
 *
 * @param database connection options; a SQLite file of its own when absent
 */
export async function startApp(database?: { dialect: string }): Promise<TestApp> {
  const storage = mkdtempSync(join(tmpdir(), 'wecom-'));
  const connection = database ?? { dialect: 'sqlite', storage: join(storage, 'nocobase.sqlite'), logging: false };
  Object.assign(process.env, {
    NODE_MODULES_PATH: join(__dirname, '../../.host/node_modules'),
    APP_ENV: 'production',
    API_BASE_PATH: '/api/',
    APP_KEY: 'a key that only tests use',
    STORAGE_PATH: storage,
    LOGGER_TRANSPORT: 'dailyRotateFile',
    LOGGER_LEVEL: 'debug',
    LOGGER_BASE_PATH: join(storage, 'logs'),
    DB_DIALECT: connection.dialect,
  });
  await install(connection);
  const app = createApplication(connection);
  await app.load();
  await app.start();
  const server: Server = createServer(app.callback());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    app,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    logs: () => readAll(join(storage, 'logs')),
    close: async () => {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await app.destroy();
      rmSync(storage, { recursive: true, force: true });
    },
  };
}
