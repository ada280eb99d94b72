import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

/** Connection options of an empty database of its own; absent: SQLite in a file. */
export interface TestDatabase {
  options?: { dialect: string } & Record<string, unknown>;
  drop(): Promise<void>;
}

interface Kind {
  name: string;
  create(): Promise<TestDatabase>;
}

const root = resolve(__dirname, '../..');
const fromHost = createRequire(join(root, '.host/package.json'));

let created = 0;

function newName(): string {
  created += 1;
  return `wecom_test_${process.pid}_${Date.now()}_${created}`;
}

function optionsOf(url: string, dialect: string, database: string) {
  const { hostname, port, username, password } = new URL(url);
  const [user, pass] = [username, password].map(decodeURIComponent);
  return { dialect, host: hostname, port: Number(port), username: user, password: pass, database, logging: false };
}

async function createPostgres(url: string): Promise<TestDatabase> {
  const { Client } = fromHost('pg') as {
    Client: new (options: object) => Record<'connect' | 'end', () => Promise<void>> & {
      query(sql: string): Promise<unknown>;
    };
  };
  const run = async (sql: string) => {
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  const name = newName();
  await run(`CREATE DATABASE ${name}`);
  return {
    options: optionsOf(url, 'postgres', name),
    drop: () => run(`DROP DATABASE ${name} WITH (FORCE)`),
  };
}

async function createMariadb(url: string, dialect: string): Promise<TestDatabase> {
  const driver = fromHost('mysql2/promise') as {
    createConnection(options: object): Promise<{ query(sql: string): Promise<unknown>; end(): Promise<void> }>;
  };
  const { hostname: host, port, username: user, password } = new URL(url);
  const run = async (sql: string) => {
    const connection = await driver.createConnection({ host, port: Number(port), user, password });
    await connection.query(sql).finally(() => connection.end());
  };
  const name = newName();
  await run(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  return { options: optionsOf(url, dialect, name), drop: () => run(`DROP DATABASE ${name}`) };
}

/** Prints the addresses at which a database lets us in. One after the other: loading a driver takes time from others. */
const PROBE = `
(async () => {
  const { postgres, mariadb } = JSON.parse(process.argv[1]);
  const answering = {};
  try {
    const { Client } = require('pg');
    const client = new Client({ connectionString: postgres, connectionTimeoutMillis: 10_000 });
    await client.connect();
    await client.end();
    answering.postgres = postgres;
  } catch {}
  try {
    const { hostname, port, username, password } = new URL(mariadb);
    const options = { host: hostname, port: Number(port), user: username, password, connectTimeout: 10_000 };
    const connection = await require('mysql2/promise').createConnection(options);
    await connection.end();
    answering.mariadb = mariadb;
  } catch {}
  console.log(JSON.stringify(answering));
})();
`;

/** Which databases answer. `describe` cannot wait, so another process looks. */
function answering(): { postgres?: string; mariadb?: string } {
  const urls = {
    postgres: process.env.TEST_POSTGRES_URL ?? 'postgres://root@127.0.0.1:5432/test',
    mariadb: process.env.TEST_MARIADB_URL ?? 'mariadb://root@127.0.0.1:3306/test',
  };
  const { stdout } = spawnSync(process.execPath, ['-e', PROBE, JSON.stringify(urls)], {
    cwd: join(root, '.host'),
    encoding: 'utf8',
    timeout: 40_000,
  });
  return stdout ? (JSON.parse(stdout) as ReturnType<typeof answering>) : {};
}

/**
 * Runs tests on SQLite, and on PostgreSQL and MariaDB where they answer; a database that does not is a skipped test that
 * says so.
 *
 * @param mysqlDriver whether they run on MariaDB by the driver for MySQL, too, which words its errors differently
 */
export function onEveryDatabase(
  tests: (create: () => Promise<TestDatabase>) => void,
  { mysqlDriver = false } = {},
): void {
  const { postgres, mariadb } = answering();
  const kinds: (Kind | string)[] = [
    { name: 'SQLite', create: async () => ({ drop: async () => undefined }) },
    postgres ? { name: 'PostgreSQL', create: () => createPostgres(postgres) } : 'PostgreSQL',
    mariadb ? { name: 'MariaDB', create: () => createMariadb(mariadb, 'mariadb') } : 'MariaDB',
    ...(mysqlDriver && mariadb
      ? [{ name: 'MariaDB by the driver for MySQL', create: () => createMariadb(mariadb, 'mysql') }]
      : []),
  ];
  for (const kind of kinds) {
    if (typeof kind === 'string') {
      test.skip(`${kind} does not answer: nothing is tested on it`, () => undefined);
    } else {
      describe(`on ${kind.name}`, () => tests(kind.create));
    }
  }
}
