import './host.setup';

/** Stops the host that the journeys shared. */
export default async function tearDown(): Promise<void> {
  await globalThis.journeysHost?.stop();
}
