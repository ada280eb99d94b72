import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { logFolder } from '../../tools/logs/collected';

/** Files of the applications of one test file: databases, uploads, logs. */
export const STORAGE = mkdtempSync(join(tmpdir(), 'wecom-'));

// What is logged outlives the applications: it is looked through when all tests have run.
const logs = logFolder(`${basename(expect.getState().testPath ?? 'test')}-${basename(STORAGE)}`);
if (logs) symlinkSync(logs, join(STORAGE, 'logs'));

/** What the host reads when its modules are loaded, so this module has to be imported before them. */
Object.assign(process.env, {
  NODE_MODULES_PATH: join(__dirname, '../../.host/node_modules'),
  APP_ENV: 'production',
  API_BASE_PATH: '/api/',
  APP_KEY: 'a key that only tests use',
  STORAGE_PATH: STORAGE,
  LOGGER_TRANSPORT: 'dailyRotateFile',
  LOGGER_LEVEL: 'debug',
  // The host warns of calls to this machine unless they are allowed.
  SERVER_REQUEST_WHITELIST: '127.0.0.1',
  // So does its own way of setting cookies behind a proxy.
  NO_DEPRECATION: 'cookies',
  INIT_ROOT_EMAIL: 'admin@nocobase.com',
  INIT_ROOT_USERNAME: 'nocobase',
  INIT_ROOT_PASSWORD: 'admin123',
});
for (const name of ['APP_PUBLIC_PATH', 'APP_CLIENT_ENTRY_MODE', 'APP_MODERN_CLIENT_PREFIX', 'CORS_ORIGIN_WHITELIST']) {
  delete process.env[name];
}

// Jest shares ArrayBuffer among test files; the `ses` package of the host complains when it finds its own additions.
for (const name of ['sliceToImmutable', 'immutable', 'transferToImmutable']) {
  Reflect.deleteProperty(ArrayBuffer.prototype, name);
}

// Loading and installing NocoBase takes several seconds on a busy machine.
jest.setTimeout(60_000);
