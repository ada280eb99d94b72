import { hostTemplate, startHost, type RunningHost } from '../../tools/host-app';

declare global {
  /** The host that all journeys share; global set-up and tear-down run in one process. */
  var journeysHost: RunningHost | undefined;
}

/** Environment variables by which the test files learn about the shared host. */
export const SHARED_HOST = { url: 'JOURNEYS_HOST_URL', dir: 'JOURNEYS_HOST_DIR' } as const;

/** Starts one NocoBase with the plugin for all journeys, before the first of them. */
export default async function setUp(): Promise<void> {
  const host = await startHost({ template: await hostTemplate() });
  globalThis.journeysHost = host;
  process.env[SHARED_HOST.url] = host.url;
  process.env[SHARED_HOST.dir] = host.dir;
}
