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
import { type Answer, Browser, IN_WECOM, answerOf } from './browser';
import { type TestDatabase, createDatabase } from './databases';

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

/** Sends a request to the API: a GET, or a POST when there are values. */
export type Client = (path: string, values?: unknown, method?: string) => Promise<Answer>;

/** A NocoBase with one WeCom authenticator, and the WeCom it talks to. */
export class World {
  private numbers = 0;

  private constructor(
    readonly app: TestApp,
    readonly wecom: Simulator,
    private readonly database?: TestDatabase,
  ) {}

  /**
   * @param options connection options of an empty database, which the caller drops; by default the world makes and drops
   * one of its own
   */
  static async start(options?: { dialect: string }): Promise<World> {
    const wecom = await startSimulator({ corps: [demoCorp()] });
    const own = options ? undefined : await createDatabase();
    const app = await startApp(options ?? own?.options);
    const world = new World(app, wecom, own);
    await world.addAuthenticator('wecom');
    return world;
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.wecom.close();
    await this.database?.drop();
  }

  /** The same NocoBase, with another WeCom. */
  beside(wecom: Simulator): World {
    return new World(this.app, wecom);
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
    const corp = this.wecom.corp(corpId);
    corp.apps.forEach(({ visible }) => visible?.push(userid));
    return corp.addMember({ name: `Member ${this.numbers}`, ...config, userid, mobile });
  }

  /** A code such as WeCom's page would send this browser back with. */
  code(page: URL, who: Who): string {
    const scope = page.searchParams.get('scope') as IssueCodeInput['scope'] | null;
    return this.wecom.issueCode({
      corpId: page.searchParams.get('appid') ?? '',
      agentId: page.searchParams.get('agentid') ?? '',
      scope: scope ?? undefined,
      inClient: scope !== null,
      redirectUri: page.searchParams.get('redirect_uri') ?? undefined,
      ...(typeof who === 'string' ? { userid: who } : who),
    });
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
  admin(): Promise<Client> {
    return this.signedIn(process.env.INIT_ROOT_EMAIL ?? '', process.env.INIT_ROOT_PASSWORD ?? '');
  }

  /** The requests to the API of somebody who signs in with a password. */
  async signedIn(account: string, password: string): Promise<Client> {
    const answer = await this.client()('auth:signIn', { account, password });
    return this.client(answer.body.data?.token);
  }

  /** Requests to the API with a session token, or of a visitor without one. */
  client(token?: string): Client {
    return async (path, values, method = values === undefined ? 'GET' : 'POST') => {
      const response = await fetch(`${this.app.url}/api/${path}`, {
        method,
        headers: {
          'Content-Type': 'application/json',
          'X-Authenticator': 'basic',
          ...(token ? { Authorization: `Bearer ${token}` } : {}),
        },
        body: values === undefined ? undefined : JSON.stringify(values),
      });
      return answerOf(response);
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
