import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../tools/host-app';

export const hasNginx = spawnSync('nginx', ['-v']).error === undefined;

export interface Nginx {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Adds lines to the server block and reloads, as an administrator does. */
  add(lines: string): Promise<void>;
  close(): Promise<void>;
}

/** Lets the host write its configuration for nginx (`nocobase create-nginx-conf`). */
function stockConfiguration(dir: string, port: number): string {
  const script = `require('@nocobase/cli-v1/src/commands/create-nginx-conf')({
    command: () => ({ action: (write) => write() }),
  });`;
  const env = { ...process.env, APP_PORT: String(port), STORAGE_PATH: join(dir, 'storage') };
  const { status, stderr } = spawnSync(process.execPath, ['-e', script], { cwd: dir, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`The host wrote no configuration for nginx.\n${stderr}`);
  return readFileSync(join(dir, 'storage/nocobase.conf'), 'utf8');
}

/**
 * Puts nginx in front of a host with the configuration that the host itself generates. Only the port to listen on and the
 * place of its log are others.
 *
 * @param host the app folder, and the port at which the host listens
 */
export async function startNginx(host: { dir: string; port: number }): Promise<Nginx> {
  const port = await freePort();
  const prefix = join(host.dir, 'storage/nginx');
  mkdirSync(join(prefix, 'logs'), { recursive: true });
  const generated = stockConfiguration(host.dir, host.port)
    .replace('listen 80;', `listen 127.0.0.1:${port};`)
    .replace('/var/log/nginx/nocobase.log', join(prefix, 'logs/access.log'));
  const errors = join(prefix, 'logs/error.log');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${join(prefix, kind)};`,
  );
  const configuration = (site: string) =>
    [
      // The files of the app belong to whoever runs the tests.
      ...(process.getuid?.() === 0 ? ['user root;'] : []),
      'daemon off;',
      'worker_processes 1;',
      `pid ${join(prefix, 'nginx.pid')};`,
      `error_log ${errors} notice;`,
      'events {}',
      `http { ${temporary.join(' ')}`,
      site,
      '}',
    ].join('\n');
  const file = join(prefix, 'nginx.conf');
  writeFileSync(file, configuration(generated));
  const nginx = spawn('nginx', ['-p', prefix, '-e', errors, '-c', file], { stdio: 'inherit' });
  const closed = once(nginx, 'close');
  const url = `http://127.0.0.1:${port}`;

  const until = async (condition: () => Promise<boolean>) => {
    for (const deadline = Date.now() + 15_000; Date.now() < deadline; await sleep(100)) {
      if (nginx.exitCode !== null) break;
      if (await condition().catch(() => false)) return;
    }
    throw new Error(`nginx: ${readFileSync(errors, 'utf8')}`);
  };
  // Until the worker with the configuration of before stops, both accept connections.
  const stopped = () => readFileSync(errors, 'utf8').split('gracefully shutting down').length - 1;
  await until(async () => (await fetch(`${url}/`)).ok);
  return {
    url,
    add: async (lines) => {
      const end = generated.lastIndexOf('}');
      writeFileSync(file, configuration(`${generated.slice(0, end)}${lines}\n}`));
      const before = stopped();
      nginx.kill('SIGHUP');
      await until(async () => stopped() > before);
    },
    close: async () => {
      nginx.kill('SIGTERM');
      await closed;
    },
  };
}
