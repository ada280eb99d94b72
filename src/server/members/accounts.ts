import { type Database, type Model, Op, type Transaction } from '@nocobase/database';
import { SignInFailure } from '../failure';
import type { Claims } from '../database/claims';
import { isColleague } from './member-key';
import { type Phone, parsePhone, phonePattern, samePhone } from './phone';
import type { MemberProfile } from './profile';

/** The authenticator whose bindings are looked at; the host's `AuthModel`. */
export interface BindingOwner {
  name: string;
  getUsers(options: object): Promise<Model[]>;
}

interface FirstSignIn {
  key: string;
  userid: string;
  profile: MemberProfile;
  autoSignup: boolean;
}

/**
 * The users of NocoBase as members of WeCom see them: bound, found by phone, or created.
 *
 * A binding is a row of the host's `usersAuthenticators` (authenticator, user, uuid = member key).
 */
export class Accounts {
  constructor(
    private readonly db: Database,
    private readonly claims: Claims,
  ) {}

  /** The user bound to a member, or undefined. */
  async boundUser(owner: BindingOwner, key: string, transaction?: Transaction): Promise<Model | undefined> {
    const [user] = await owner.getUsers({ through: { where: { uuid: key } }, transaction });
    return user;
  }

  /**
   * Finds or creates the user of a member who signs in for the first time, and binds them.
   *
   * Neither the phone nor the key has a unique index over all forms and authenticators in the host, so callers for one
   * member, and for one phone, take turns, in this and in other processes.
   *
   * @throws {SignInFailure} when there is no user and none may be created, or when it is not clear which one it is
   */
  async firstSignIn(owner: BindingOwner, first: FirstSignIn): Promise<Model> {
    const phone = parsePhone(first.profile.mobile);
    const turns = [`member:${owner.name}:${first.key}`];
    if (phone) {
      turns.push(`phone:${owner.name}:${phone.international}`);
    }
    return this.claims.exclusively(turns, async (transaction) => {
      const bound = await this.boundUser(owner, first.key, transaction);
      if (bound) {
        return bound;
      }
      const withPhone = phone ? await this.usersWithPhone(phone, transaction) : [];
      if (withPhone.length > 1) {
        throw new SignInFailure('phoneAmbiguous');
      }
      const [match] = withPhone;
      const free = match && !(await this.isTaken(owner, match, first.key, transaction));
      if (free) {
        await this.bind(owner, match, first.key, transaction);
        return match;
      }
      if (!first.autoSignup) {
        throw new SignInFailure(match ? 'userBoundToAnother' : phone ? 'userNotFound' : 'phoneUnknown');
      }
      const created = await this.createUser(first, match ? null : phone, transaction);
      await this.bind(owner, created, first.key, transaction);
      return created;
    });
  }

  private async usersWithPhone(phone: Phone, transaction: Transaction): Promise<Model[]> {
    const model = this.db.getModel('users');
    const candidates: Model[] = await model.findAll({
      where: { phone: { [Op.like]: phonePattern(phone) } },
      transaction,
    });
    return candidates.filter((user) => samePhone(phone, user.get('phone') as string | null));
  }

  /**
   * Whether a user already belongs to somebody: bound here, or bound to a colleague by another authenticator of the same
   * company (a phone number may have passed from one to the other).
   */
  private async isTaken(owner: BindingOwner, user: Model, key: string, transaction: Transaction): Promise<boolean> {
    const bindings: Model[] = await this.db
      .getModel('usersAuthenticators')
      .findAll({ where: { userId: user.get('id') }, transaction });
    return bindings.some(
      (binding) => binding.get('authenticator') === owner.name || isColleague(key, String(binding.get('uuid'))),
    );
  }

  /** A plain insert: the association's `add` would overwrite the binding of somebody else. */
  private async bind(owner: BindingOwner, user: Model, key: string, transaction: Transaction): Promise<void> {
    await this.db
      .getModel('usersAuthenticators')
      .create({ authenticator: owner.name, userId: user.get('id'), uuid: key }, { transaction });
  }

  private async createUser(first: FirstSignIn, phone: Phone | null, transaction: Transaction): Promise<Model> {
    const { profile, userid } = first;
    return this.db.getRepository('users').create({
      values: {
        nickname: profile.name ?? userid,
        phone: phone ? profile.mobile?.trim() : null,
        email: await this.freeEmail(profile.email, transaction),
      },
      transaction,
    });
  }

  /** The address if nobody has it; addresses are compared without case. */
  private async freeEmail(email: string | undefined, transaction: Transaction): Promise<string | null> {
    if (!email || email.length > 255 || !email.includes('@')) {
      return null;
    }
    const { sequelize } = this.db;
    const taken = await this.db.getModel('users').count({
      where: sequelize.where(sequelize.fn('lower', sequelize.col('email')), email.toLowerCase()),
      transaction,
    });
    return taken > 0 ? null : email;
  }
}
