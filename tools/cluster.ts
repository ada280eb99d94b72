import { readFileSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPostgres, hostEnvironment } from './databases';
import { createHostTemplate, newFolder, startHost, type RunningHost } from './host-app';
import { startBalancer } from './round-robin';

/** Two processes of one NocoBase on one PostgreSQL, behind a balancer that gives each request to the next. */
export interface Cluster {
  /** Address of the balancer. */
  readonly url: string;
  readonly nodes: readonly RunningHost[];
  /** Folder of the `host.log` that all nodes print to. */
  readonly dir: string;
  /** All that the nodes have printed so far. */
  logs(): string;
  /** Gives all requests to one node, or to the next one in turn, as at first. */
  leadTo(target: number | 'next'): void;
  /** Ends a node at once, as a machine that fails: nothing is finished, nothing is cleaned up. */
  kill(index: number): Promise<void>;
  /** Starts a node in the place of one that was killed. */
  replace(index: number): Promise<void>;
  stop(): Promise<void>;
}

/** A NocoBase with the plugin, installed on a PostgreSQL database of its own, of which clusters are started. */
export interface Installation {
  start(options?: { env?: Record<string, string> }): Promise<Cluster>;
  /** Drops the database. */
  remove(): Promise<void>;
}

/**
 * Installs NocoBase with the plugin on PostgreSQL, which takes about half a minute.
 *
 * @param postgres address of a database at which new ones can be made
 */
export async function installOnPostgres(postgres: string): Promise<Installation> {
  const database = await createPostgres(postgres);
  const databaseEnv = hostEnvironment(database.options);
  const dir = newFolder('cluster-');
  const template = { dir: join(dir, 'app') };
  const remove = async (): Promise<void> => {
    await database.drop();
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    await createHostTemplate(template.dir, { env: databaseEnv });
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    // Copies of one folder share APP_KEY and jwt_secret.dat, as the nodes of a cluster have to.
    start: ({ env } = {}) =>
      startCluster(dir, () => startHost({ template, env: { ...databaseEnv, ...env }, logFile: join(dir, 'host.log') })),
    remove,
  };
}

async function startCluster(dir: string, start: () => Promise<RunningHost>): Promise<Cluster> {
  const starting = await Promise.allSettled([start(), start()]);
  const started = starting.flatMap((node) => (node.status === 'fulfilled' ? [node.value] : []));
  const failed = starting.find((node) => node.status === 'rejected');
  if (failed) {
    await Promise.all(started.map((node) => node.stop()));
    throw failed.reason;
  }
  const nodes = [...started];
  let leadTo: number | 'next' = 'next';
  const balancer = await startBalancer(() => (leadTo === 'next' ? nodes : [nodes[leadTo]]).map(({ url }) => url));
  return {
    url: balancer.url,
    nodes,
    dir,
    logs: () => readFileSync(join(dir, 'host.log'), 'utf8'),
    leadTo: (target) => {
      leadTo = target;
    },
    kill: async (index) => {
      process.kill(-nodes[index].pid, 'SIGKILL');
      while (await listens(nodes[index].port)) await sleep(10);
    },
    replace: async (index) => {
      await nodes[index].stop();
      nodes[index] = await start();
      started.push(nodes[index]);
    },
    stop: async () => {
      await balancer.close();
      await Promise.all(started.map((node) => node.stop()));
    },
  };
}

function listens(port: number): Promise<boolean> {
  return new Promise((settle) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('connect', () => settle(true)).once('error', () => settle(false));
    socket.once('connect', () => socket.destroy());
  });
}
