import { createHash } from 'node:crypto';
import { type Database, type Model, Op, type Transaction } from '@nocobase/database';
import { type FailureReason, failureOf } from '../../shared/failures';
import type { FailureFacts, RecentFailure } from '../../shared/recent-failure';
import { isContention, isDuplicate } from '../database/contention';
import { inLine } from '../database/one-writer';
import { patiently } from '../database/patience';

/** Rows of one authenticator. */
const KEPT = 50;

/** Reference numbers of one row. */
const REFERENCES_KEPT = 5;

/** Anybody can make sign-ins fail: however many do, they are written together, no more often than this. */
const WRITE_EVERY_MS = 5_000;

/**
 * SQLite has one writer, and its transactions that read before they write fail when another writes in between. The list
 * is not worth that to others, so it stays in memory for longer there; whoever looks at the list sees it all.
 */
const WRITE_EVERY_ON_SQLITE_MS = 60_000;

/** Kinds of failures that may wait for being written; there are a few dozen for an authenticator. */
const WAITING_AT_MOST = 500;

/** A failed sign-in, as far as the list shows it. */
export interface NotedFailure {
  /** Name of an authenticator of this plugin. */
  authenticator: string;
  reason: FailureReason;
  reference: string;
  facts: FailureFacts;
}

interface Batch {
  authenticator: string;
  reason: FailureReason;
  count: number;
  firstAt: number;
  lastAt: number;
  references: string[];
  facts: FailureFacts;
}

interface Row extends Omit<Batch, 'firstAt' | 'lastAt'> {
  key: string;
  /** Some databases give numbers of this size as text. */
  firstAt: number | string;
  lastAt: number | string;
}

/** Failures of one kind share a row: with a row for each, a flood of one kind would wash all others out of the list. */
function keyOf({ authenticator, reason, facts }: NotedFailure): string {
  const kind = [authenticator, reason, facts.errcode ?? null, facts.field ?? null];
  return createHash('sha256').update(JSON.stringify(kind)).digest('hex');
}

const latest = (references: string[]) => references.slice(0, REFERENCES_KEPT);
const iso = (time: number | string) => new Date(Number(time)).toISOString();

/** Failed sign-ins of late, on the table `wecomFailures`, for administrators who do not read logs. */
export class RecentFailures {
  private waiting = new Map<string, Batch>();
  private timer: NodeJS.Timeout | undefined;
  private lastWrite = 0;
  private writing: Promise<void> = Promise.resolve();

  /** @param complain is called when something could not be written: the list is not worth failing for */
  constructor(
    private readonly db: Database,
    private readonly complain: (error: unknown) => void,
  ) {}

  private get model() {
    return this.db.getModel('wecomFailures');
  }

  /** Takes a failure down. Returns at once; it is written beside the answer, soon. */
  note(failure: NotedFailure): void {
    const { authenticator, reason, reference, facts } = failure;
    const key = keyOf(failure);
    const before = this.waiting.get(key);
    if (!before && this.waiting.size >= WAITING_AT_MOST) {
      return;
    }
    const now = Date.now();
    this.waiting.set(key, {
      authenticator,
      reason,
      facts,
      count: (before?.count ?? 0) + 1,
      firstAt: before?.firstAt ?? now,
      lastAt: now,
      references: latest([reference, ...(before?.references ?? [])]),
    });
    this.timer ??= setTimeout(() => void this.flush(), this.pauseFrom(now)).unref();
  }

  /** Writes what waits, and resolves when everything is written or given up. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.lastWrite = Date.now();
    const batches = [...this.waiting];
    this.waiting.clear();
    this.writing = this.writing.then(async () => {
      for (const [key, batch] of batches) {
        await this.write(key, batch).catch(this.complain);
      }
    });
    return this.writing;
  }

  /** The latest failures of an authenticator, the last one first. */
  async list(authenticator: string): Promise<RecentFailure[]> {
    await this.flush();
    const rows: Model[] = await this.model.findAll({
      where: { authenticator },
      order: [['lastAt', 'DESC']],
      limit: KEPT,
    });
    return rows.map((row) => {
      const { reason, count, firstAt, lastAt, references, facts } = row.toJSON() as Row;
      const code = failureOf(reason)?.code;
      return { reason, code, count, firstAt: iso(firstAt), lastAt: iso(lastAt), references, facts };
    });
  }

  /** Forgets the failures of an authenticator. */
  async clear(authenticator: string): Promise<void> {
    this.drop(authenticator);
    await this.writing;
    await patiently(() =>
      inLine(this.db, 'begin', () => this.model.destroy({ where: { authenticator }, hooks: false })),
    );
  }

  /** Handler for `authenticators.afterDestroy`. */
  readonly afterDestroy = async (model: Model, { transaction }: { transaction?: Transaction }): Promise<void> => {
    const authenticator = model.get('name') as string;
    this.drop(authenticator);
    await this.model.destroy({ where: { authenticator }, transaction, hooks: false });
  };

  /** Milliseconds until what waits may be written. */
  private pauseFrom(now: number): number {
    return this.db.inDialect('sqlite') ? WRITE_EVERY_ON_SQLITE_MS : Math.max(0, this.lastWrite + WRITE_EVERY_MS - now);
  }

  private drop(authenticator: string): void {
    for (const [key, batch] of this.waiting) {
      if (batch.authenticator === authenticator) {
        this.waiting.delete(key);
      }
    }
  }

  private async write(key: string, batch: Batch): Promise<void> {
    const added = await patiently(
      () => inLine(this.db, 'begin', () => this.addTo(key, batch)),
      (error) => isContention(error) || isDuplicate(error) || error instanceof Overtaken,
    );
    if (added) {
      await patiently(() => inLine(this.db, 'begin', () => this.prune(batch.authenticator)));
    }
  }

  /**
   * Adds to the row of its kind, or makes it.
   *
   * @returns whether there is one more row
   * @throws {Overtaken} when another process has changed the row meanwhile
   */
  private async addTo(key: string, batch: Batch): Promise<boolean> {
    const found = await this.model.findByPk(key);
    if (!found) {
      // It may have been deleted while the sign-in was under way.
      if ((await this.db.getModel('authenticators').count({ where: { name: batch.authenticator } })) === 0) {
        return false;
      }
      await this.model.create({ key, ...batch }, { hooks: false });
      return true;
    }
    const { count, references } = found.toJSON() as Row;
    const [changed] = await this.model.update(
      {
        count: count + batch.count,
        lastAt: batch.lastAt,
        references: latest([...batch.references, ...references]),
        facts: batch.facts,
      },
      { where: { key, count }, hooks: false },
    );
    if (changed === 0) {
      throw new Overtaken();
    }
    return false;
  }

  private async prune(authenticator: string): Promise<void> {
    const rows: Model[] = await this.model.findAll({
      attributes: ['key'],
      where: { authenticator },
      order: [['lastAt', 'DESC']],
      offset: KEPT,
      limit: KEPT,
    });
    if (rows.length > 0) {
      const keys = rows.map((row) => row.get('key') as string);
      await this.model.destroy({ where: { key: { [Op.in]: keys } }, hooks: false });
    }
  }
}

/** Another process has changed a row between reading and writing it. */
class Overtaken extends Error {}
