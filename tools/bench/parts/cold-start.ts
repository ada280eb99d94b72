import type { Findings } from '../report';
import type { Site } from '../site';

const CONCURRENCY = 100;

/** Many sign-ins at once while nobody has an access token yet. */
export async function measureColdStart(site: Site, quick: boolean): Promise<Findings> {
  const count = quick ? 200 : 1_000;
  await site.resetSecret();
  const requests = await site.prepare('wecom', count);
  site.wecom.calls.reset();
  const { results } = await site.load.run(requests, CONCURRENCY);
  const failed = results.filter(({ status }) => status !== 200).length;
  const [tokens, identities] = ['gettoken', 'auth/getuserinfo'].map((call) => site.wecom.calls.count(call));
  return {
    rows: [
      {
        figure: `\`gettoken\` calls of ${count} sign-ins, ${CONCURRENCY} at once, without a token at the start (${site.database})`,
        measured: String(tokens),
        against: `${identities} calls to identify the members, ${failed} sign-ins failed`,
        aim: '1',
        met: tokens === 1 && failed === 0,
      },
    ],
  };
}
