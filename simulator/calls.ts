export interface CallRecord {
  /** Path below `/cgi-bin/` (pages: the whole path). Never a query: it would hold tokens and codes. */
  path: string;
  /** What was answered; null when it was no WeCom answer (404, broken on purpose, a page), or none yet. */
  errcode: number | null;
  at: number;
  /** Name of the fault that made the answer. */
  fault?: string;
}

const KEPT = 5000;

/** Counts what was called and keeps the latest calls. */
export class CallLog {
  private counts = new Map<string, number>();
  private records: CallRecord[] = [];
  private sum = 0;

  /** Keeps a record from the moment the call comes in; how it went is added to the same object. */
  record(record: CallRecord): void {
    this.sum += 1;
    this.counts.set(record.path, (this.counts.get(record.path) ?? 0) + 1);
    this.records.push(record);
    if (this.records.length > KEPT) this.records.shift();
  }

  count(path: string): number {
    return this.counts.get(path) ?? 0;
  }

  total(): number {
    return this.sum;
  }

  /** Count of each path called so far. */
  byPath(): Record<string, number> {
    return Object.fromEntries(this.counts);
  }

  list(): CallRecord[] {
    return this.records.map((record) => ({ ...record }));
  }

  reset(): void {
    this.counts.clear();
    this.records = [];
    this.sum = 0;
  }
}
