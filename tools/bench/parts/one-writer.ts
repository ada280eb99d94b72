import { type Findings, type Row, milliseconds, perSecond } from '../report';
import type { Site, Way } from '../site';
import { median, quantile } from '../statistics';

const CONCURRENCY = 32;
const P99_MS = 3_000;

/** Many sign-ins at once on SQLite, which has one writer. */
export async function measureOneWriter(site: Site, quick: boolean): Promise<Findings> {
  const count = CONCURRENCY * (quick ? 2 : 8);
  const rows: Row[] = [];
  for (const members of [1, CONCURRENCY]) {
    const wecom = await measure(site, 'wecom', count, members);
    // Fewer, because the host stalls for half a minute at a time.
    const password = await measure(site, 'password', CONCURRENCY * (quick ? 1 : 2), members);
    rows.push({
      figure: `${CONCURRENCY} at once, ${members === 1 ? 'one member' : `${members} members`}`,
      measured: wecom.text,
      against: `password: ${password.text}`,
      aim: `no failure, 99 % within ${P99_MS / 1000} s`,
      met: wecom.failed === 0 && wecom.p99 < P99_MS,
    });
  }
  return { rows };
}

async function measure(site: Site, way: Way, count: number, members: number) {
  const { results, elapsed } = await site.load.run(await site.prepare(way, count, members), CONCURRENCY);
  const times = results.map(({ ms }) => ms);
  const failed = results.filter(({ status }) => status !== 200).length;
  const p99 = quantile(times, 0.99);
  const text = [
    `median ${milliseconds(median(times))}`,
    `99 % within ${milliseconds(p99)}`,
    perSecond(((count - failed) / elapsed) * 1000),
    failed === 0 ? 'none failed' : `${failed} of ${count} failed (${Math.round((failed / count) * 100)} %)`,
  ].join(', ');
  return { failed, p99, text };
}
