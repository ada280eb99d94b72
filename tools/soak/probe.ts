import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const script = resolve(__dirname, 'in-host.cjs');

const ANSWER_TIMEOUT_MS = 20_000;

/** What a process holds after its garbage was collected. */
export interface Sample {
  /** Bytes. */
  rss: number;
  heapUsed: number;
  external: number;
  /** How many of each kind keep the event loop busy: sockets, timers, … */
  resources: Record<string, number>;
}

/** Looks into a host process from outside. */
export class Probe {
  private readonly file: string;

  constructor(folder: string) {
    this.file = join(folder, 'probe.jsonl');
  }

  /** What the host has to be started with; these NODE_OPTIONS take the place of its usual ones. */
  get env(): Record<string, string> {
    return { NODE_OPTIONS: `--preserve-symlinks --require ${JSON.stringify(script)}`, PROBE_FILE: this.file };
  }

  /** Collects garbage in the process and asks what is left. */
  async sample(pid: number): Promise<Sample> {
    const before = this.samples().length;
    process.kill(pid, 'SIGUSR2');
    for (const deadline = Date.now() + ANSWER_TIMEOUT_MS; Date.now() < deadline;) {
      await sleep(50);
      const samples = this.samples();
      if (samples.length > before) return samples[before];
    }
    throw new Error('the process does not answer the probe');
  }

  private samples(): Sample[] {
    if (!existsSync(this.file)) return [];
    const complete = readFileSync(this.file, 'utf8').split('\n').slice(0, -1);
    return complete.map((line) => JSON.parse(line) as Sample);
  }
}
