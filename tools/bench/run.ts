import { mkdirSync } from 'node:fs';
import { workFolder } from '../host-app';
import { measureColdStart } from './parts/cold-start';
import { measureCost } from './parts/cost';
import { measureOneWriter } from './parts/one-writer';
import { measurePages } from './parts/pages';
import { measurePromises } from './parts/promises';
import { measureSignIn } from './parts/sign-in';
import { type Findings, findingsTable, machine, writeFindings } from './report';
import { Sites } from './sites';

export interface BenchOptions {
  /** Writes the findings into `docs/measurements.md`, and what the READMEs promise into them. */
  write?: boolean;
  /** Few repetitions: shows that everything runs, the times mean little. */
  quick?: boolean;
  /** Names of the parts to run; all of them without it. */
  only?: string[];
}

type Part = (sites: Sites, options: { quick: boolean; write: boolean }) => Promise<Findings | undefined>;

/** The parts by the name under which `docs/measurements.md` has them; those that share a host follow each other. */
const PARTS: Record<string, Part> = {
  promises: (_sites, { write }) => measurePromises(write),
  'sign-in-sqlite': async (sites, { quick }) => measureSignIn(await sites.sqlite(), [1], quick),
  'one-writer': async (sites, { quick }) => measureOneWriter(await sites.sqlite(), quick),
  'sign-in-postgres': (sites, { quick }) => sites.onPostgres((site) => measureSignIn(site, [1, 8, 32], quick)),
  'cold-start': (sites, { quick }) => sites.onPostgres((site) => measureColdStart(site, quick)),
  pages: async (sites, { quick }) => {
    await sites.close();
    return measurePages(quick);
  },
  cost: async (sites, { quick }) => {
    await sites.close();
    return measureCost(quick);
  },
};

/** What `--only` takes. */
export const PART_NAMES = Object.keys(PARTS);

/** Measures, prints, and writes when asked to. Returns the exit code: 1 when an aim is missed. */
export async function runBench({ write = false, quick = false, only = [] }: BenchOptions): Promise<number> {
  const unknown = only.filter((name) => !(name in PARTS));
  if (unknown.length > 0) {
    throw fail(`No such part: ${unknown.join(', ')}. There are: ${PART_NAMES.join(', ')}`);
  }
  if (write && quick) throw fail('--quick measures too little to be written down.');
  mkdirSync(workFolder, { recursive: true });
  console.log(`Measuring on ${machine()}.`);

  const sites = new Sites();
  const missed: string[] = [];
  try {
    for (const [name, part] of Object.entries(PARTS)) {
      if (only.length > 0 && !only.includes(name)) continue;
      const started = Date.now();
      const findings = await part(sites, { quick, write });
      console.log(`\n## ${name} (${Math.round((Date.now() - started) / 1000)} s)\n`);
      if (!findings) {
        console.log('Skipped: PostgreSQL does not answer (set TEST_POSTGRES_URL to use another).');
        continue;
      }
      console.log(findingsTable(findings).replace(/^<!--.*-->\n/, ''));
      if (write) writeFindings(name, findings);
      missed.push(...findings.rows.filter(({ met }) => met === false).map(({ figure }) => figure));
    }
  } finally {
    await sites.close();
  }
  console.log(missed.length > 0 ? `\nMissed:\n${missed.map((each) => `  ${each}`).join('\n')}` : '\nAll aims reached.');
  return missed.length > 0 ? 1 : 0;
}

function fail(message: string): Error {
  return Object.assign(new Error(message), { expected: true });
}
