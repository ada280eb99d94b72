import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

/** The drivers that the host brings. */
const fromHost = createRequire(join(resolve(__dirname, '..'), '.host/package.json'));

const CONNECT_TIMEOUT_MS = 10_000;

/** A database or cache that some tests need. */
export interface Service {
  /** Environment variable by which tests learn where it is; unset: they skip. */
  variable: string;
  /** Where it answers; undefined when it does not. */
  url?: string;
  /** What to tell the person who runs the tests. */
  message: string;
}

const SERVICES = [
  {
    name: 'PostgreSQL',
    variable: 'TEST_POSTGRES_URL',
    fallback: 'postgres://root@127.0.0.1:5432/test',
    greet: postgres,
  },
  { name: 'MariaDB', variable: 'TEST_MARIADB_URL', fallback: 'mariadb://root@127.0.0.1:3306/test', greet: mariadb },
  { name: 'Redis', variable: 'TEST_REDIS_URL', fallback: 'redis://127.0.0.1:6379', greet: redis },
];

/** Asks each service, at its variable's address or the usual one of this machine, whether it answers. */
export async function findServices(env: NodeJS.ProcessEnv = process.env): Promise<Service[]> {
  return Promise.all(
    SERVICES.map(async ({ name, variable, fallback, greet }) => {
      const url = env[variable] ?? fallback;
      const where = new URL(url).host;
      try {
        await greet(url);
        return { variable, url, message: `${name} answers at ${where}.` };
      } catch (error) {
        const reason = error instanceof Error ? error.message || error.name : String(error);
        const hint = `tests that need it are skipped (set ${variable} to use another)`;
        return { variable, message: `${name} does not answer at ${where} (${reason}): ${hint}.` };
      }
    }),
  );
}

/** Where PostgreSQL answers; undefined when it does not. */
export async function findPostgres(): Promise<string | undefined> {
  return (await findServices()).find(({ variable }) => variable === 'TEST_POSTGRES_URL')?.url;
}

interface Connection {
  connect(): Promise<unknown>;
}

interface RedisClient extends Connection {
  on(event: 'error', listener: () => void): void;
  close(): Promise<void>;
}

async function postgres(connectionString: string): Promise<void> {
  const { Client } = fromHost('pg') as { Client: new (options: object) => Connection & { end(): Promise<void> } };
  const client = new Client({ connectionString, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  await client.connect();
  await client.end();
}

async function mariadb(url: string): Promise<void> {
  const { hostname, port, username, password, pathname } = new URL(url);
  const driver = fromHost('mysql2/promise') as { createConnection(options: object): Promise<{ end(): Promise<void> }> };
  const connection = await driver.createConnection({
    host: hostname,
    port: Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: pathname.slice(1),
    connectTimeout: CONNECT_TIMEOUT_MS,
  });
  await connection.end();
}

async function redis(url: string): Promise<void> {
  const { createClient } = fromHost('redis') as { createClient(options: object): RedisClient };
  const client = createClient({ url, socket: { connectTimeout: CONNECT_TIMEOUT_MS, reconnectStrategy: false } });
  client.on('error', () => {});
  await client.connect();
  await client.close();
}
