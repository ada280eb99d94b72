import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

/** Connection options of an empty database of its own; absent: SQLite in a file. */
export interface TestDatabase {
  options?: DatabaseOptions;
  drop(): Promise<void>;
}

/** As the host's `Database` takes them. */
export interface DatabaseOptions extends Record<string, unknown> {
  dialect: string;
  host: string;
  port: number;
  username: string;
  password: string;
  database: string;
}

/** The database as the host's environment names it. */
export function hostEnvironment(options: DatabaseOptions): Record<string, string> {
  return {
    DB_DIALECT: options.dialect,
    DB_HOST: options.host,
    DB_PORT: String(options.port),
    DB_DATABASE: options.database,
    DB_USER: options.username,
    DB_PASSWORD: options.password,
  };
}

/** The drivers that the host brings. */
const fromHost = createRequire(join(resolve(__dirname, '..'), '.host/package.json'));

let created = 0;

function newName(): string {
  created += 1;
  return `wecom_test_${process.pid}_${Date.now()}_${created}`;
}

function optionsOf(url: string, dialect: string, database: string): DatabaseOptions {
  const { hostname, port, username, password } = new URL(url);
  const [user, pass] = [username, password].map(decodeURIComponent);
  return { dialect, host: hostname, port: Number(port), username: user, password: pass, database, logging: false };
}

/** An empty database on the PostgreSQL at `url`. */
export async function createPostgres(url: string): Promise<Required<TestDatabase>> {
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

/** An empty database on the MariaDB at `url`, by its own driver (`mariadb`) or the one for MySQL (`mysql`). */
export async function createMariadb(url: string, dialect: string): Promise<Required<TestDatabase>> {
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
