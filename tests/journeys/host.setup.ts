import { installOnPostgres } from '../../tools/cluster';
import { hostTemplate, startHost } from '../../tools/host-app';
import { findServices } from '../../tools/services';
import { storeEnv } from '../nodes/stores';

declare global {
  /** Stops the hosts that the journeys share; global set-up and tear-down run in one process. */
  var stopJourneysHosts: (() => Promise<void>) | undefined;
}

/** Environment variable by which the test files learn about the shared hosts. */
export const SHARED_HOSTS = 'JOURNEYS_HOSTS';

/** A shared host as a test file sees it. */
export interface SharedHost {
  url: string;
  /** Folder of its `host.log`; its app folder, too, unless it is several nodes. */
  dir: string;
  /** The processes behind `url`, when that is a balancer. */
  nodes?: { url: string }[];
}

const share = (hosts: SharedHost[]): void => {
  process.env[SHARED_HOSTS] = JSON.stringify(hosts.map(({ url, dir, nodes }) => ({ url, dir, nodes })));
};

/**
 * Starts a NocoBase with the plugin for each of jest's workers: files that run side by side must not share one. With
 * JOURNEYS_NODES=memory or =redis it is one NocoBase of two processes instead, see CONTRIBUTING.
 */
export default async function setUp({ maxWorkers }: { maxWorkers: number }): Promise<void> {
  const { JOURNEYS_NODES: store } = process.env;
  if (store) {
    if (maxWorkers > 1) throw new Error('Journeys on nodes share one host: run them with --runInBand.');
    return setUpNodes(store);
  }
  const template = await hostTemplate();
  const hosts = await Promise.all(Array.from({ length: maxWorkers }, () => startHost({ template })));
  globalThis.stopJourneysHosts = async () => void (await Promise.all(hosts.map((host) => host.stop())));
  share(hosts);
}

async function setUpNodes(store: string): Promise<void> {
  const env = storeEnv(store);
  const postgres = (await findServices()).find(({ variable }) => variable === 'TEST_POSTGRES_URL');
  if (!postgres?.url) throw new Error(postgres?.message);
  const installation = await installOnPostgres(postgres.url);
  // Jest tears nothing down when the set-up fails.
  const cluster = await installation.start({ env }).catch(async (error: unknown) => {
    await installation.remove();
    throw error;
  });
  globalThis.stopJourneysHosts = async () => {
    await cluster.stop();
    await installation.remove();
  };
  share([{ url: cluster.url, dir: cluster.dir, nodes: cluster.nodes.map(({ url }) => ({ url })) }]);
}
