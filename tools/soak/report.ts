import { findingsTable, machine, writeFindings, type Findings, type Row } from '../bench/report';
import type { Sample } from './probe';
import { soak, type Checkpoint, type SoakResult } from './soak';

/** How much more memory may be in use at the end than after warming up; collecting garbage is not exact. */
const HEAP_GROWTH = 1.05;

/** What may happen to be open for another reason, such as a timer of the host. */
const CHANCE = 2;

/** A soak as figures, with the aims that it has to reach. */
export function soakFindings({ seconds, signIns, faults, outcomes, unexplained, samples }: SoakResult): Findings {
  const [warm, last] = [samples[0], samples[samples.length - 1]];
  const counts = Object.entries(outcomes).sort(([, one], [, other]) => other - one);
  const rows: Row[] = [
    {
      figure: `Answers and log lines that nothing accounts for, in ${minutes(seconds)} of sign-ins`,
      measured: String(unexplained.length),
      against: `${signIns} sign-ins, ${faults} faults of WeCom`,
      aim: 'none',
      met: unexplained.length === 0,
    },
    {
      figure: 'Memory in use after collecting garbage (heap)',
      measured: megabytes(last.heapUsed),
      against: `after ${warm.signIns} sign-ins: ${megabytes(warm.heapUsed)}`,
      aim: `at most ${HEAP_GROWTH} ×: ${(last.heapUsed / warm.heapUsed).toFixed(2)} ×`,
      met: last.heapUsed <= warm.heapUsed * HEAP_GROWTH,
    },
    {
      figure: 'Connections, timers and other handles that are open when all is quiet',
      measured: String(handles(last)),
      against: `after ${warm.signIns} sign-ins: ${handles(warm)}`,
      aim: `at most ${CHANCE} more`,
      met: handles(last) <= handles(warm) + CHANCE,
    },
  ];
  const onTheWay = samples.map((sample) => `${sample.signIns} – ${megabytes(sample.heapUsed)}`).join(', ');
  return {
    rows,
    notes: [
      `Answers: ${counts.map(([ended, count]) => `${ended} – ${count}`).join(', ')}.`,
      `Heap after so many sign-ins: ${onTheWay}.`,
    ],
  };
}

/**
 * Runs the soak, prints what came of it, and writes it into docs/measurements.md when asked to.
 *
 * @returns the exit code: 1 when an aim is missed
 */
export async function runSoak(options: { minutes: number; perSecond: number; write?: boolean }): Promise<number> {
  if (!(options.minutes > 0) || !(options.perSecond > 0)) {
    throw Object.assign(new Error('Minutes and sign-ins per second have to be numbers above 0.'), { expected: true });
  }
  console.log(`Signing in for ${options.minutes} minutes on ${machine()}.`);
  const result = await soak({ seconds: options.minutes * 60, perSecond: options.perSecond }, printCheckpoint);
  const findings = soakFindings(result);
  console.log(`\n${findingsTable(findings).replace(/^<!--.*-->\n/, '')}`);
  for (const line of result.unexplained) console.error(line);
  if (options.write) writeFindings('soak', findings);
  return findings.rows.some(({ met }) => met === false) ? 1 : 0;
}

function printCheckpoint({ signIns, heapUsed, rss, resources }: Checkpoint): void {
  const open = Object.entries(resources).map(([type, count]) => `${count} ${type}`);
  console.log(`${signIns} sign-ins: heap ${megabytes(heapUsed)}, RSS ${megabytes(rss)}; ${open.sort().join(', ')}`);
}

function handles({ resources }: Sample): number {
  return Object.values(resources).reduce((sum, count) => sum + count, 0);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function minutes(seconds: number): string {
  return seconds < 120 ? `${seconds} seconds` : `${seconds / 60} minutes`;
}
