import { type Database, type Model, Op, type Transaction } from '@nocobase/database';
import type { FailureReason } from '../../shared/failures';
import type { PhoneMatching } from '../../shared/settings-fields';
import type { Claims } from '../database/claims';
import { inRowsOf } from '../database/subquery';
import { SignInFailure } from '../failure';
import type { SignInOutcome } from '../trace/report-sign-in';
import { isColleague } from './member-key';
import { type Phone, parsePhone, phonePattern, samePhone } from './phone';
import { isPrivileged } from './privileged';
import type { MemberProfile } from './profile';
import type { UnconfirmedPhones } from './unconfirmed-phones';

/**
 * One address, as strict as a look at its outside can be: the host sends mail to what is stored, and what cannot be seen
 * (`\p{C}`) makes it look like another.
 */
const EMAIL = /^[^\s\p{C}@,;<>]+@[^\s\p{C}@,;<>]+$/u;

interface FirstSignIn {
  key: string;
  userid: string;
  profile: MemberProfile;
  autoSignup: boolean;
  phoneMatching: PhoneMatching;
}

/** The users with the phone of a member, as far as they matter to that member. */
interface Found {
  /** May be bound. */
  match?: Model;
  /** Why there is no match. */
  reason: FailureReason;
  /** Whether somebody has the phone, so that a new user cannot have it. */
  phoneInUse: boolean;
}

/** The user of a member, and how it was found. */
interface FoundUser {
  user: Model;
  outcome: SignInOutcome;
}

/**
 * The users of NocoBase as members of WeCom see them: bound, found by phone, or created.
 *
 * A binding is a row of the host's `usersAuthenticators` (name of the authenticator, user, uuid = member key).
 */
export class Accounts {
  constructor(
    private readonly db: Database,
    private readonly claims: Claims,
    private readonly phones: UnconfirmedPhones,
  ) {}

  /** The user bound to a member, or undefined. */
  async boundUser(authenticator: string, key: string, transaction?: Transaction): Promise<Model | undefined> {
    const ofMember = { authenticator, uuid: key };
    const user: Model | null = await this.db
      .getModel('users')
      .findOne({ where: { id: inRowsOf(this.db, 'usersAuthenticators', 'userId', ofMember) }, transaction });
    return user ?? undefined;
  }

  /**
   * Finds or creates the user of a member who signs in for the first time, and binds them.
   *
   * Neither the phone nor the key has a unique index over all forms and authenticators in the host, so callers for one
   * member, and for one phone, take turns, in this and in other processes.
   *
   * @throws {SignInFailure} when there is no user and none may be created, or when it is not clear which one it is
   */
  async firstSignIn(authenticator: string, first: FirstSignIn): Promise<FoundUser> {
    const phone = parsePhone(first.profile.mobile);
    const turns = [`member:${authenticator}:${first.key}`];
    if (phone) {
      // Users are the same for all authenticators.
      turns.push(`phone:${phone.international}`);
    }
    return this.claims.exclusively(turns, async (transaction) => {
      const bound = await this.boundUser(authenticator, first.key, transaction);
      if (bound) {
        return { user: bound, outcome: 'returning' };
      }
      const { match, reason, phoneInUse } = await this.findByPhone(authenticator, first, phone, transaction);
      if (match) {
        await this.bind(authenticator, match, first.key, transaction);
        return { user: match, outcome: 'bound' };
      }
      // A second user for somebody who administers NocoBase would be a riddle to them.
      if (!first.autoSignup || reason === 'phoneOfPrivileged') {
        throw new SignInFailure(reason);
      }
      const created = await this.createUser(first, phoneInUse ? null : phone, transaction);
      await this.bind(authenticator, created, first.key, transaction);
      return { user: created, outcome: 'created' };
    });
  }

  /**
   * Finds the one user whom the phone of a member proves to be that member, as far as phones are trusted.
   *
   * @throws {SignInFailure} `phoneAmbiguous`
   */
  private async findByPhone(
    authenticator: string,
    { key, phoneMatching }: FirstSignIn,
    phone: Phone | null,
    transaction: Transaction,
  ): Promise<Found> {
    const users = phone ? await this.usersWithPhone(phone, transaction) : [];
    const phoneInUse = users.length > 0;
    if (phoneMatching === 'none') {
      return { reason: 'matchingOff', phoneInUse };
    }
    const distrusted = await this.whyDistrusted(phoneMatching === 'confirmed' ? users : [], transaction);
    const candidates = users.filter((user) => !distrusted.has(user));
    if (candidates.length > 1) {
      throw new SignInFailure('phoneAmbiguous');
    }
    const free: Model[] = [];
    for (const user of candidates.length > 0 ? candidates : users) {
      if (!(await this.isTaken(authenticator, user, key, transaction))) {
        free.push(user);
      }
    }
    const match = free.find((user) => !distrusted.has(user));
    const reasons = free.map((user) => distrusted.get(user));
    const unmatched = phoneInUse ? 'userBoundToAnother' : phone ? 'userNotFound' : 'phoneUnknown';
    const reason = reasons.includes('phoneOfPrivileged') ? 'phoneOfPrivileged' : (reasons[0] ?? unmatched);
    return { match, reason, phoneInUse };
  }

  /** The users among these whose phone proves nothing: they entered it themselves, or too much depends on it. */
  private async whyDistrusted(users: Model[], transaction: Transaction): Promise<Map<Model, FailureReason>> {
    const unconfirmed = await this.phones.among(users, transaction);
    const reasons = new Map<Model, FailureReason>();
    for (const user of users) {
      if (await isPrivileged(this.db, user, transaction)) {
        reasons.set(user, 'phoneOfPrivileged');
      } else if (unconfirmed.has(String(user.get('id')))) {
        reasons.set(user, 'phoneUnconfirmed');
      }
    }
    return reasons;
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
  private async isTaken(authenticator: string, user: Model, key: string, transaction: Transaction): Promise<boolean> {
    const bindings: Model[] = await this.db
      .getModel('usersAuthenticators')
      .findAll({ where: { userId: user.get('id') }, transaction });
    return bindings.some(
      (binding) => binding.get('authenticator') === authenticator || isColleague(key, String(binding.get('uuid'))),
    );
  }

  /** A plain insert: the association's `add` would overwrite the binding of somebody else. */
  private async bind(authenticator: string, user: Model, key: string, transaction: Transaction): Promise<void> {
    await this.db
      .getModel('usersAuthenticators')
      .create({ authenticator, userId: user.get('id'), uuid: key }, { transaction });
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

  /** The address if it is one and nobody has it; addresses are compared without case. */
  private async freeEmail(email: string | undefined, transaction: Transaction): Promise<string | null> {
    if (!email || email.length > 255 || !EMAIL.test(email)) {
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
