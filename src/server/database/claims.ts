import { createHash } from 'node:crypto';
import { type Database, Op, type Transaction } from '@nocobase/database';
import { isContention, isDuplicate } from './contention';
import type { InTurn } from './in-turn';
import { inLine } from './one-writer';
import { patiently } from './patience';

const SWEEP_EVERY_MS = 10 * 60 * 1000;
/** How many rows a sweep reads at a time, where it deletes them one by one. */
const SWEEP_PORTION = 1_000;

/**
 * How long a lease is honoured, should its holder have died: a little longer than one call to WeCom may take, and short
 * enough for whoever waits to finish a sign-in afterwards.
 */
const LEASE_MS = 5 * 1000;
const LEASE_POLL_MS = 60;

/**
 * How often a transaction may meet a value that another one has just taken, such as an e-mail address: it sees it at the
 * next try. A value that is in the way for good is an error like any other.
 */
const LOST_RACES = 3;

/** Another process has the turn. */
class TurnTaken extends Error {}

function keyOf(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}

/**
 * Claims on the table `wecomClaims`, the one thing that all processes of a NocoBase share whatever its caches and lock
 * adapters are.
 */
export class Claims {
  private lastSweep = 0;

  constructor(
    private readonly db: Database,
    private readonly inTurn: InTurn,
  ) {}

  private get model() {
    return this.db.getModel('wecomClaims');
  }

  /**
   * Claims something that can be had once, such as a visit.
   *
   * @param life milliseconds after which it does not matter any more
   * @returns false when it was claimed before
   */
  async claimOnce(name: string, life: number): Promise<boolean> {
    try {
      const claim = { key: keyOf(name), expiresAt: Date.now() + life };
      await patiently(() =>
        inLine(this.db, 'begin', () => this.model.create(claim, { hooks: false, validate: false, returning: false })),
      );
    } catch (error) {
      if (isDuplicate(error)) {
        return false;
      }
      throw error;
    }
    this.sweep();
    return true;
  }

  /**
   * Runs a transaction while no other process runs one under the same name.
   *
   * The row of a name is inserted first and deleted last: another transaction that inserts it has to wait until this
   * one ends, and then sees what it did.
   */
  async exclusively<T>(names: string[], run: (transaction: Transaction) => Promise<T>): Promise<T> {
    const keys = names.map(keyOf).sort();
    const inTransaction = () =>
      this.db.sequelize.transaction(async (transaction) => {
        for (const key of keys) {
          await this.model.create({ key, expiresAt: Date.now() }, { transaction, hooks: false }).catch((error) => {
            throw isDuplicate(error) ? new TurnTaken() : error;
          });
        }
        const result = await run(transaction);
        await this.model.destroy({ where: { key: keys }, transaction, hooks: false });
        return result;
      });
    let lostRaces = 0;
    const retryable = (error: unknown) =>
      isContention(error) || error instanceof TurnTaken || (isDuplicate(error) && ++lostRaces <= LOST_RACES);
    // Waiting inside the process first leaves the connections of the pool to others.
    const waitInLine = keys.reduceRight<() => Promise<T>>(
      (next, key) => () => this.inTurn.run(key, next),
      () => patiently(() => inLine(this.db, 'end', inTransaction), retryable),
    );
    return waitInLine();
  }

  /**
   * Takes the turn of a name inside a transaction that somebody else began, until that transaction ends.
   */
  async holdUntilEnd(name: string, transaction: Transaction): Promise<void> {
    const key = keyOf(name);
    await this.model.create({ key, expiresAt: Date.now() }, { transaction, hooks: false });
    await this.model.destroy({ where: { key }, transaction, hooks: false });
  }

  /**
   * Runs something slow, such as a call to WeCom, in one process at a time, without holding a transaction.
   *
   * Nobody waits for longer than one lease: whoever has not got it by then runs without.
   */
  async withLease<T>(name: string, run: () => Promise<T>): Promise<T> {
    const key = keyOf(name);
    const lease = await this.takeLease(key);
    try {
      return await run();
    } finally {
      // One that ran out may be somebody else's by now; one that stays runs out. What was done counts, not this.
      if (lease !== undefined) {
        const giveBack = () => this.model.destroy({ where: { key, expiresAt: lease }, hooks: false });
        await patiently(giveBack).catch(() => undefined);
      }
    }
  }

  /** @returns when the lease ends, or undefined when it could not be had */
  private async takeLease(key: string): Promise<number | undefined> {
    for (const deadline = Date.now() + LEASE_MS; Date.now() <= deadline;) {
      const expiresAt = Date.now() + LEASE_MS;
      try {
        await patiently(() => this.model.create({ key, expiresAt }, { hooks: false }));
        return expiresAt;
      } catch (error) {
        if (!isDuplicate(error)) {
          throw error;
        }
      }
      await patiently(() => this.model.destroy({ where: { key, expiresAt: { [Op.lt]: Date.now() } }, hooks: false }));
      await new Promise((resolve) => setTimeout(resolve, LEASE_POLL_MS));
    }
    return undefined;
  }

  /** Deletes rows nobody asks for any more, now and then, beside the sign-in that noticed. */
  private sweep(): void {
    const now = Date.now();
    if (now - this.lastSweep < SWEEP_EVERY_MS) {
      return;
    }
    this.lastSweep = now;
    this.deleteExpired(now).catch(() => {
      this.lastSweep = 0;
    });
  }

  /**
   * MariaDB and MySQL lock every row that a deletion by time reads, and the room between them: it would wait for all
   * turns that are being taken, and nobody could take a new one meanwhile. One row by its key locks nothing else; several
   * may be looked for in the whole table again.
   */
  private async deleteExpired(now: number): Promise<void> {
    const expired = { expiresAt: { [Op.lt]: now } };
    if (!this.db.isMySQLCompatibleDialect()) {
      await this.model.destroy({ where: expired, hooks: false });
      return;
    }
    const find = { attributes: ['key'], where: expired, limit: SWEEP_PORTION, raw: true };
    let rows: { key: string }[];
    do {
      rows = (await this.model.findAll(find)) as unknown as { key: string }[];
      for (const { key } of rows) {
        // Whoever took an expired lease over since then keeps it.
        await this.model.destroy({ where: { key, ...expired }, hooks: false });
      }
      // After a flood this takes longer than sweeps are apart.
      this.lastSweep = Date.now();
    } while (rows.length === SWEEP_PORTION);
  }
}
