import { BaseAuth } from '@nocobase/auth';
import type { AuthConfig } from '@nocobase/auth';
import type { Model } from '@nocobase/database';
import { inLine } from './database/one-writer';
import { patiently } from './database/patience';
import { SignInFailure } from './failure';
import { memberKey } from './members/member-key';
import { readProfile } from './members/profile';
import { type Services, servicesOf } from './services';
import { type Settings, readSettings } from './settings/settings';
import { reportFailure } from './trace/report-failure';
import { type SignInOutcome, reportSignIn } from './trace/report-sign-in';
import { cookieJar } from './visit/cookie-jar';
import type { Visit } from './visit/visits';
import type { Identity } from './wecom/answers';
import type { WeComClient } from './wecom/client';

/** WeCom's codes are at most 512 bytes (WeCom document 91023). */
const MAX_CODE_LENGTH = 512;

/**
 * Signs members of a WeCom company in. The host makes one for every request that names the authenticator, so the
 * constructor does nothing.
 */
export class WeComAuth extends BaseAuth {
  private outcome: SignInOutcome = 'returning';

  constructor(config: AuthConfig) {
    super({ ...config, userCollection: config.ctx.db.getCollection('users') });
  }

  /** Name of the authenticator, which is not always the one that was asked for (the host falls back to another). */
  get name(): string {
    return this.authenticator.name;
  }

  /**
   * The settings with variables put in.
   *
   * @throws {SettingProblem}
   */
  get settings(): Settings {
    return readSettings(this.options);
  }

  /**
   * Finds the user for the code and state in the body of `auth:signIn`.
   *
   * @throws {SignInFailure}
   */
  async validate(): Promise<Model> {
    return this.reportingFailures(() => this.findUser());
  }

  /** On databases with a single writer, issuing a session waits for others instead of failing. */
  async signNewToken(userId: number): Promise<string> {
    return this.reportingFailures(() => patiently(() => inLine(this.ctx.db, 'end', () => super.signNewToken(userId))));
  }

  async signIn(): ReturnType<BaseAuth['signIn']> {
    const signedIn = await super.signIn();
    reportSignIn(this.ctx, this.name, signedIn.user.get('id') as number, this.outcome);
    return signedIn;
  }

  private async reportingFailures<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      throw reportFailure(this.ctx, this.name, error);
    }
  }

  private get services(): Services {
    return servicesOf(this.ctx.app);
  }

  private async findUser(): Promise<Model> {
    const settings = this.settings;
    const { accounts } = this.services;
    const { code, visit } = await this.endVisit(settings);
    const wecom = this.services.wecom(settings);
    const identity = await wecom.identify(code);
    if (identity.kind !== 'member') {
      throw new SignInFailure(identity.kind === 'linked' ? 'linkedCompany' : 'notMember');
    }
    const key = memberKey(settings.corpId, identity.userid);
    const bound = await accounts.boundUser(this.name, key);
    if (bound) {
      return bound;
    }
    return this.firstSignIn(settings, wecom, visit, identity, key);
  }

  /** A code is only looked at when it comes back with the visit that asked for it. */
  private async endVisit(settings: Settings): Promise<{ code: string; visit: Visit }> {
    const { code, state } = (this.ctx.action?.params?.values ?? {}) as { code?: unknown; state?: unknown };
    const cookies = cookieJar(this.ctx, settings.origin.startsWith('https:'));
    const visit = await this.services.visits.end(cookies, state, this.name, settings);
    if (code === undefined || code === null || code === '') {
      throw new SignInFailure('cancelled');
    }
    if (typeof code !== 'string' || code.length > MAX_CODE_LENGTH) {
      throw new SignInFailure('codeInvalid');
    }
    return { code, visit };
  }

  private async firstSignIn(
    settings: Settings,
    wecom: WeComClient,
    visit: Visit,
    member: Identity & { kind: 'member' },
    key: string,
  ): Promise<Model> {
    if (!visit.consent) {
      throw new SignInFailure(visit.inClient ? 'consentRequired' : 'firstSignInInClient');
    }
    const profile = await readProfile(wecom, member.userid, member.userTicket);
    const { user, outcome } = await this.services.accounts.firstSignIn(this.name, {
      key,
      userid: member.userid,
      profile,
      autoSignup: settings.autoSignup,
      phoneMatching: settings.phoneMatching,
    });
    this.outcome = outcome;
    return user;
  }
}
