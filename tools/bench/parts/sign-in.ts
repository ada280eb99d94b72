import { median } from '../statistics';
import { type Findings, type Row, milliseconds, perSecond, times } from '../report';
import { type Site, type Way, WAYS } from '../site';

const AT_MOST_FLOOR = 1.25;
const MORE_QUERIES = 1;

/** Sign-ins of one way, all rounds together. */
interface Sample {
  /** Milliseconds of each request. */
  times: number[];
  /** Milliseconds that all rounds took. */
  elapsed: number;
  /** Milliseconds of processor time that the host used. */
  processorTime: number;
  failed: number;
}

/** Times of returning sign-ins against the host's own and the floor, in turn, so that all meet the same machine. */
export async function measureSignIn(site: Site, concurrencies: number[], quick: boolean): Promise<Findings> {
  const rows: Row[] = [];
  for (const concurrency of concurrencies) {
    const samples = await inTurn(site, concurrency, quick);
    rows.push(...rowsFor(site.database, concurrency, samples));
  }
  rows.push(await queriesRow(site));
  rows.push({
    figure: `${site.database}: the door (\`wecom:authorize\`), one at a time`,
    measured: milliseconds(median(site.doorTimes)),
  });
  return { rows };
}

async function inTurn(site: Site, concurrency: number, quick: boolean): Promise<Record<Way, Sample>> {
  const rounds = quick ? 2 : 6;
  const each = (quick ? 16 : 40) * Math.min(concurrency, 4);
  const samples = Object.fromEntries(
    WAYS.map((way) => [way, { times: [], elapsed: 0, processorTime: 0, failed: 0 }] as const),
  ) as unknown as Record<Way, Sample>;
  // The first round warms up and is not counted.
  for (let round = 0; round <= rounds; round += 1) {
    for (const way of WAYS) {
      const requests = await site.prepare(way, each);
      const before = await site.usage();
      const { results, elapsed } = await site.load.run(requests, concurrency);
      const after = await site.usage();
      if (round === 0) continue;
      const sample = samples[way];
      sample.times.push(...results.map(({ ms }) => ms));
      sample.elapsed += elapsed;
      sample.processorTime += after.processorTime - before.processorTime;
      sample.failed += results.filter(({ status }) => status !== 200).length;
    }
  }
  return samples;
}

function rowsFor(
  database: string,
  concurrency: number,
  { wecom, password, floor, rowAndCall }: Record<Way, Sample>,
): Row[] {
  const at = `${database}, ${concurrency === 1 ? 'one at a time' : `${concurrency} at once`}`;
  const medianOf = ({ times }: Sample): number => median(times);
  const rateOf = ({ times, elapsed, failed }: Sample): number => ((times.length - failed) / elapsed) * 1000;
  const ratio = medianOf(wecom) / medianOf(floor);
  const processorTime = (sample: Sample): string => milliseconds(sample.processorTime / sample.times.length);
  const failures = wecom.failed > 0 ? `, ${wecom.failed} of ${wecom.times.length} failed` : '';
  return [
    {
      figure: `${at}: median time`,
      measured: milliseconds(medianOf(wecom)) + failures,
      against: `floor ${milliseconds(medianOf(floor))}, password ${milliseconds(medianOf(password))}`,
      aim: `at most ${AT_MOST_FLOOR} × the floor: ${times(ratio)}`,
      met: ratio <= AT_MOST_FLOOR && wecom.failed === 0,
    },
    {
      figure: `${at}: median time of the floor with a durable row and an HTTP call`,
      measured: milliseconds(medianOf(rowAndCall)),
      against: `floor: ${times(medianOf(rowAndCall) / medianOf(floor))}, WeCom: ${times(medianOf(wecom) / medianOf(rowAndCall))}`,
    },
    {
      figure: `${at}: sign-ins per second`,
      measured: perSecond(rateOf(wecom)),
      against: `password ${perSecond(rateOf(password))}, floor ${perSecond(rateOf(floor))}`,
      aim: `as many as password: ${times(rateOf(wecom) / rateOf(password))}`,
      met: rateOf(wecom) >= rateOf(password),
    },
    {
      figure: `${at}: processor time of the host for a sign-in`,
      measured: processorTime(wecom),
      against: `floor ${processorTime(floor)}, password ${processorTime(password)}`,
    },
  ];
}

async function queriesRow(site: Site): Promise<Row> {
  const [wecom, floor] = [await queriesOf(site, 'wecom'), await queriesOf(site, 'floor')];
  return {
    figure: `${site.database}: database queries of a returning sign-in`,
    measured: String(wecom),
    against: `floor ${floor}`,
    aim: `at most ${MORE_QUERIES} more`,
    met: wecom - floor <= MORE_QUERIES,
  };
}

/** The host tidies up after some sign-ins when it has answered, so several are counted, with a pause after them. */
async function queriesOf(site: Site, way: Way): Promise<number> {
  const requests = await site.prepare(way, 10);
  const before = await site.usage();
  await site.load.run(requests, 1);
  await new Promise((resolve) => setTimeout(resolve, 300));
  return ((await site.usage()).queries - before.queries) / requests.length;
}
