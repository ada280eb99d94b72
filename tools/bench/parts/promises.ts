import { FIGURES, LIMITS, figuresTable, type Figures } from '../../figures-table';
import { measureCalls } from '../../measure-calls';
import { measureEntries } from '../../measure-entries';
import { writeParts } from '../../readme';
import type { Findings, Row } from '../report';

/** What the READMEs promise: what every page loads, and how often WeCom is called. With `write`, it goes into them. */
export async function measurePromises(write: boolean): Promise<Findings> {
  const figures: Figures = { entries: await measureEntries(), calls: await measureCalls() };
  if (write) writeParts(FIGURES, (language) => figuresTable(figures, language));
  return { rows: rowsOf(figures) };
}

/** The figures and what they may not exceed. */
export function rowsOf({ entries, calls }: Figures): Row[] {
  const bytes = (size: number): string => `${size} bytes`;
  return [
    ...entries.map(({ client, ours, sms }) => ({
      figure: `JavaScript that every page of the ${client === 'client' ? 'classic' : 'new'} client loads, gzipped`,
      measured: bytes(ours),
      against: `NocoBase’s own SMS sign-in: ${bytes(sms)}`,
      aim: `less, and at most ${bytes(LIMITS.entry)}`,
      met: ours < sms && ours <= LIMITS.entry,
    })),
    ...[
      { figure: 'WeCom calls of a first sign-in, both rounds', is: calls.first, limit: LIMITS.first, least: 3 },
      { figure: 'WeCom calls of a returning sign-in', is: calls.returning, limit: LIMITS.returning, least: 1 },
      { figure: '`gettoken` calls of these sign-ins', is: calls.gettoken, limit: LIMITS.gettoken, least: 1 },
    ].map(({ figure, is, limit, least }) => ({
      figure,
      measured: String(is),
      against: `physical minimum ${least}`,
      aim: `at most ${limit}`,
      met: is <= limit,
    })),
  ];
}
