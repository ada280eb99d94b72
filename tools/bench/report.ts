import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { replacePart, table } from '../readme';

/** One figure: what it is, what was measured, what it is compared with, and what it has to be. */
export interface Row {
  figure: string;
  measured: string;
  against?: string;
  aim?: string;
  /** Whether the aim is reached; absent when there is none. */
  met?: boolean;
}

/** What one part of the benchmark found out. */
export interface Findings {
  rows: Row[];
  /** Paragraphs below the table: what the figures consist of. */
  notes?: string[];
}

const HEAD = ['Figure', 'Measured', 'Compared with', 'Aim', 'Reached'];
const FILE = join(resolve(__dirname, '../..'), 'docs/measurements.md');

/** The findings as a table in Markdown with their notes. */
export function findingsTable({ rows, notes = [] }: Findings): string {
  const cells = rows.map(({ figure, measured, against = '', aim = '', met }) => [
    figure,
    measured,
    against,
    aim,
    met === undefined ? '' : met ? 'yes' : '**no**',
  ]);
  return [table(HEAD, cells), ...notes].join('\n\n');
}

/** Puts the findings of one part into `docs/measurements.md`, with the day and the machine. */
export function writeFindings(name: string, findings: Findings): void {
  const part = `${findingsTable(findings)}\n\nMeasured on ${new Date().toISOString().slice(0, 10)} with ${machine()}.`;
  writeFileSync(FILE, replacePart(readFileSync(FILE, 'utf8'), `bench ${name}`, part));
}

/** What the figures depend on. */
export function machine(): string {
  const [{ model }] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} cores (${model.trim()}), ${memory} GB of memory, Node.js ${process.versions.node}`;
}

export const milliseconds = (value: number): string => `${value.toFixed(value < 100 ? 1 : 0)} ms`;
export const perSecond = (value: number): string => `${value.toFixed(value < 100 ? 1 : 0)} per second`;
export const times = (value: number): string => `${value.toFixed(2)} ×`;
