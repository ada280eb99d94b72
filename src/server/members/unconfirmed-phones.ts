import type { Database, Model, Transaction } from '@nocobase/database';
import { parsePhone, samePhone } from './phone';
import { mayVouchFor } from './writer';

/** The host's logger, as far as it is used. */
interface Log {
  error(message: string, facts: object): void;
}

interface SaveOptions {
  transaction?: Transaction;
  /** What the repository was asked to write; the host hands it on to its events. */
  values?: Record<string, unknown>;
}

/**
 * Remembers which users have a phone that nobody vouched for ({@link mayVouchFor}), in the transaction that writes the
 * phone.
 *
 * When the mark cannot be written the phone is not written either, since it would pass for a confirmed one. Taking a
 * mark away is never worth failing for.
 */
export class UnconfirmedPhones {
  constructor(
    private readonly db: Database,
    private readonly log: Log,
  ) {}

  private get model() {
    return this.db.getModel('wecomUnconfirmedPhones');
  }

  /** Follows what is written to users from now on. */
  watch(): void {
    this.db.on('users.afterCreate', this.afterCreate);
    this.db.on('users.afterUpdate', this.afterUpdate);
    this.db.on('users.afterUpdateWithAssociations', this.afterUpdateWithAssociations);
    this.db.on('users.afterDestroy', this.afterDestroy);
  }

  /** Those of the users whose phone is unconfirmed, as a set of ids in decimal. */
  async among(users: Model[], transaction: Transaction): Promise<Set<string>> {
    const userId = users.map((user) => user.get('id'));
    const marks: Model[] = userId.length > 0 ? await this.model.findAll({ where: { userId }, transaction }) : [];
    return new Set(marks.map((mark) => String(mark.get('userId'))));
  }

  private readonly afterCreate = async (user: Model, { transaction }: SaveOptions): Promise<void> => {
    if (user.get('phone') && !mayVouchFor(user.get('id'))) {
      await this.mark(user, transaction);
    }
  };

  private readonly afterUpdate = async (user: Model, { transaction }: SaveOptions): Promise<void> => {
    if (!user.changed('phone')) {
      return;
    }
    const phone = user.get('phone') as string | null;
    if (!phone || mayVouchFor(user.get('id'))) {
      await this.clear(user, transaction);
      return;
    }
    const before = parsePhone(user.previous('phone') as string | null);
    const isSameNumber = before !== null && samePhone(before, phone);
    if (!isSameNumber) {
      await this.mark(user, transaction);
    }
  };

  /** An administrator who saves a user with the number it has confirms it; a model that did not change tells nobody. */
  private readonly afterUpdateWithAssociations = async (user: Model, options: SaveOptions): Promise<void> => {
    const { values, transaction } = options;
    const written = values?.phone;
    if (written && written === user.get('phone') && mayVouchFor(user.get('id'))) {
      await this.clear(user, transaction);
    }
  };

  private readonly afterDestroy = (user: Model, { transaction }: SaveOptions): Promise<void> =>
    this.clear(user, transaction);

  private async mark(user: Model, transaction?: Transaction): Promise<void> {
    await this.model.upsert({ userId: user.get('id') }, { transaction, hooks: false });
  }

  private async clear(user: Model, transaction?: Transaction): Promise<void> {
    const where = { userId: user.get('id') };
    try {
      // In a transaction of its own inside the other: PostgreSQL would give up the whole one after an error.
      await this.db.sequelize.transaction({ transaction }, (own) =>
        this.model.destroy({ where, transaction: own, hooks: false }),
      );
    } catch (error) {
      this.log.error('The phone of a user stays unconfirmed for WeCom sign-in', {
        userId: where.userId,
        error: (error as Error).name,
      });
    }
  }
}
