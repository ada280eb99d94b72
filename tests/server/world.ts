import {
  DEMO_AGENT_ID,
  DEMO_CORP_ID,
  DEMO_SECRET,
  type IssueCodeInput,
  type MemberConfig,
  type Simulator,
  demoCorp,
  startSimulator,
} from '../../simulator';
import { type TestApp, startApp } from './app';
import { type Answer, Browser, IN_WECOM } from './browser';
import { expectNothingSecret, witness } from './secrets';

export const CONSENT = { scope: 'snsapi_privateinfo' };

/** Who comes back from WeCom's page: a member, or what makes up another code. */
export type Who = string | Partial<IssueCodeInput>;

/** Options of a WeCom authenticator that talks to the simulator. */
export function optionsFor(wecom: Simulator, url: string, changes: Record<string, unknown> = {}) {
  return {
    public: { autoSignup: true, autoLogin: false },
    corpId: DEMO_CORP_ID,
    agentId: DEMO_AGENT_ID,
    secret: DEMO_SECRET,
    origin: url,
    redirectPath: '/admin',
    apiBaseUrl: wecom.apiBaseUrl,
    oauthUrl: wecom.oauthUrl,
    ssoUrl: wecom.ssoUrl,
    ...changes,
  };
}

/** A NocoBase with one WeCom authenticator, and the WeCom it talks to. */
export class World {
  private numbers = 0;

  private constructor(
    readonly app: TestApp,
    readonly wecom: Simulator,
  ) {}

  static async start(database?: { dialect: string }): Promise<World> {
    const wecom = await startSimulator({ corps: [demoCorp()] });
    const app = await startApp(database);
    const world = new World(app, wecom);
    await world.addAuthenticator('wecom');
    return world;
  }

  /** Ends everything, after a look into the logs. */
  async close(corpIds?: string[]): Promise<void> {
    try {
      await expectNothingSecret(this.wecom, corpIds);
    } finally {
      await this.app.close();
      await this.wecom.close();
    }
  }

  get db() {
    return this.app.app.db;
  }

  browser(userAgent: string = IN_WECOM): Browser {
    return new Browser(this.app, userAgent);
  }

  async addAuthenticator(name: string, changes: Record<string, unknown> = {}, values: object = {}): Promise<void> {
    const options = optionsFor(this.wecom, this.app.url, changes);
    await this.db
      .getRepository('authenticators')
      .create({ values: { name, authType: 'WeCom', enabled: true, options, ...values } });
  }

  /** Changes the options of an authenticator; returns how to change them back. */
  async change(name: string, changes: Record<string, unknown>): Promise<() => Promise<void>> {
    const repository = this.db.getRepository('authenticators');
    const { options } = (await repository.findOne({ filter: { name } })).toJSON() as { options: object };
    const set = (values: object) => repository.update({ filter: { name }, values });
    await set({ options: { ...options, ...changes } });
    return async () => void (await set({ options }));
  }

  async setEnabled(name: string, enabled: boolean): Promise<void> {
    await this.db.getRepository('authenticators').update({ filter: { name }, values: { enabled } });
  }

  /** A member of the company in the range of the app that nobody has seen before, with a phone of its own. */
  newMember(config: Partial<MemberConfig> = {}, corpId = DEMO_CORP_ID) {
    this.numbers += 1;
    const userid = config.userid ?? `member${this.numbers}`;
    const mobile = config.mobile ?? `139${String(10_000_000 + this.numbers)}`;
    witness(mobile);
    const corp = this.wecom.corp(corpId);
    corp.apps.forEach(({ visible }) => visible?.push(userid));
    return corp.addMember({ name: `Member ${this.numbers}`, ...config, userid, mobile });
  }

  /** A code such as WeCom's page would send this browser back with. */
  code(page: URL, who: Who): string {
    const scope = page.searchParams.get('scope') as IssueCodeInput['scope'] | null;
    const code = this.wecom.issueCode({
      corpId: page.searchParams.get('appid') ?? '',
      agentId: page.searchParams.get('agentid') ?? '',
      scope: scope ?? undefined,
      inClient: scope !== null,
      redirectUri: page.searchParams.get('redirect_uri') ?? undefined,
      ...(typeof who === 'string' ? { userid: who } : who),
    });
    witness(code);
    return code;
  }

  /** One trip through the door and back. */
  async round(browser: Browser, who: Who, query: Record<string, string> = {}, name = 'wecom'): Promise<Answer> {
    const page = await browser.open(name, query);
    return browser.signIn(name, { code: this.code(page, who), state: page.searchParams.get('state') });
  }

  /** A trip with consent, as the first sign-in of a member ends. */
  firstSignIn(who: Who, browser: Browser = this.browser(), name = 'wecom'): Promise<Answer> {
    return this.round(browser, who, CONSENT, name);
  }

  async createUser(values: Record<string, unknown>): Promise<number> {
    if (typeof values.phone === 'string') {
      witness(values.phone);
    }
    const user = await this.db.getRepository('users').create({ values });
    return user.get('id') as number;
  }

  /** What is in the database: users and bindings. */
  async counts(): Promise<{ users: number; bindings: number }> {
    const [users, bindings] = await Promise.all([
      this.db.getModel('users').count(),
      this.db.getModel('usersAuthenticators').count(),
    ]);
    return { users, bindings };
  }

  async user(id: number): Promise<Record<string, unknown>> {
    const user = await this.db.getRepository('users').findOne({ filterByTk: id, appends: ['roles'] });
    return user.toJSON() as Record<string, unknown>;
  }

  /** The administrator's requests to the API. */
  async admin(): Promise<(path: string, values?: unknown) => Promise<Answer>> {
    const response = await fetch(`${this.app.url}/api/auth:signIn`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Authenticator': 'basic' },
      body: JSON.stringify({ account: process.env.INIT_ROOT_EMAIL, password: process.env.INIT_ROOT_PASSWORD }),
    });
    const { data } = (await response.json()) as { data: { token: string } };
    witness(data.token);
    return async (path, values) => {
      const answer = await fetch(`${this.app.url}/api/${path}`, {
        method: values === undefined ? 'GET' : 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${data.token}` },
        body: values === undefined ? undefined : JSON.stringify(values),
      });
      return { status: answer.status, body: (await answer.json()) as Answer['body'] };
    };
  }
}

/** What an answer has to be when a sign-in fails. */
export function failure(status: number, code: string, reason?: string) {
  return {
    status,
    body: { errors: [expect.objectContaining({ code, message: expect.any(String), ...(reason ? { reason } : {}) })] },
  };
}
