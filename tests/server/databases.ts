import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { createMariadb, createPostgres, type TestDatabase } from '../../tools/databases';

export type { TestDatabase };

interface Kind {
  name: string;
  create(): Promise<TestDatabase>;
}

const root = resolve(__dirname, '../..');

const URLS = {
  postgres: process.env.TEST_POSTGRES_URL ?? 'postgres://root@127.0.0.1:5432/test',
  mariadb: process.env.TEST_MARIADB_URL ?? 'mariadb://root@127.0.0.1:3306/test',
};

/** The databases that TEST_DATABASE can name. */
const KINDS: Record<string, Kind> = {
  sqlite: { name: 'SQLite', create: async () => ({ drop: async () => undefined }) },
  postgres: { name: 'PostgreSQL', create: () => createPostgres(URLS.postgres) },
  mariadb: { name: 'MariaDB', create: () => createMariadb(URLS.mariadb, 'mariadb') },
  mysql: { name: 'MariaDB by the driver for MySQL', create: () => createMariadb(URLS.mariadb, 'mysql') },
};

/** The database that TEST_DATABASE chooses for all tests, if it does. */
function chosen(): Kind | undefined {
  const { TEST_DATABASE: name } = process.env;
  if (name && !KINDS[name]) throw new Error(`TEST_DATABASE is one of ${Object.keys(KINDS).join(', ')}, not ${name}.`);
  return name ? KINDS[name] : undefined;
}

/** An empty database for tests that run on one: SQLite, unless TEST_DATABASE chooses another. */
export function createDatabase(): Promise<TestDatabase> {
  return (chosen() ?? KINDS.sqlite).create();
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
  const { stdout } = spawnSync(process.execPath, ['-e', PROBE, JSON.stringify(URLS)], {
    cwd: join(root, '.host'),
    encoding: 'utf8',
    timeout: 40_000,
  });
  return stdout ? (JSON.parse(stdout) as ReturnType<typeof answering>) : {};
}

/**
 * Runs tests on SQLite, and on PostgreSQL and MariaDB where they answer; a database that does not is a skipped test that
 * says so. With TEST_DATABASE they run on that one only.
 *
 * @param mysqlDriver whether they run on MariaDB by the driver for MySQL, too, which words its errors differently
 */
export function onEveryDatabase(
  tests: (create: () => Promise<TestDatabase>) => void,
  { mysqlDriver = false } = {},
): void {
  const only = chosen();
  if (only) {
    describe(`on ${only.name}`, () => tests(only.create));
    return;
  }
  const { postgres, mariadb } = answering();
  const kinds = [
    { kind: KINDS.sqlite, answers: true },
    { kind: KINDS.postgres, answers: postgres },
    { kind: KINDS.mariadb, answers: mariadb },
    ...(mysqlDriver ? [{ kind: KINDS.mysql, answers: mariadb }] : []),
  ];
  for (const { kind, answers } of kinds) {
    if (answers) describe(`on ${kind.name}`, () => tests(kind.create));
    else test.skip(`${kind.name} does not answer: nothing is tested on it`, () => undefined);
  }
}
