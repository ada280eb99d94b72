import './host.setup';

/** Stops the hosts that the journeys shared. */
export default async function tearDown(): Promise<void> {
  await globalThis.stopJourneysHosts?.();
}
