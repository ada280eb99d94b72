import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import {
  DEMO_AGENT_ID,
  DEMO_CORP_ID,
  DEMO_SECRET,
  demoCorp,
  startSimulator,
  type CorpConfig,
  type PersonInput,
  type Simulator,
} from '../../simulator';
import chinese from '../../src/locale/zh-CN.json';
import { AUTH_TYPE, RESOURCE } from '../../src/shared/constants';
import { failureOf, type FailureInfo } from '../../src/shared/failures';
import { AdminApi } from '../../tools/admin-api';
import { launchBrowser } from '../../tools/browser';
import { ADMIN } from '../../tools/host-app';
import { SHARED_HOST } from './host.setup';
import { Contexts, USER_AGENTS, Visitor, type AppLayout, type VisitorOptions } from './visitor';

/** The two clients of NocoBase, as far as their addresses differ. */
export const LANES = [
  { lane: 'v1', base: '', mobile: '/m' },
  { lane: 'v2', base: '/v', mobile: '/v/mobile' },
] as const;
export type Lane = (typeof LANES)[number];

/** Name of the authenticator that every reset leaves behind. */
export const AUTHENTICATOR = 'wecom';

/** Settings of an authenticator that differ from the usual ones; `options` are merged, `public` too. */
export interface AuthenticatorChanges {
  name?: string;
  title?: string;
  enabled?: boolean;
  autoSignup?: boolean;
  autoLogin?: boolean;
  options?: Record<string, unknown>;
}

export interface User {
  id: number;
  nickname: string | null;
  phone: string | null;
  email: string | null;
  username: string | null;
}

interface Authenticator {
  id: number;
  name: string;
  authType: string;
}

interface WorldOptions {
  /** The host to use instead of the shared one. */
  host?: { url: string; logs(): string };
  /** Below which path the host serves the application and its API, without a slash at the end. */
  publicPath?: string;
  /** The sub-application to use instead of the main one. */
  subApp?: string;
  /** Where browsers reach the host, when a proxy stands in front of it. */
  origin?: string;
  corps?: CorpConfig[];
}

/** NocoBase, WeCom and a browser, for one file of journeys. */
export class World {
  private readonly contexts: Contexts;
  private inUse: { visitor: Visitor; giveBack(): Promise<void> }[] = [];

  private constructor(
    /** Where browsers reach NocoBase. */
    readonly origin: string,
    readonly wecom: Simulator,
    readonly browser: Browser,
    readonly admin: AdminApi,
    private readonly layout: AppLayout,
    private readonly readLogs: () => string,
  ) {
    this.contexts = new Contexts(browser);
  }

  static async start(options: WorldOptions = {}): Promise<World> {
    const { host = sharedHost(), publicPath = '', subApp, origin, corps } = options;
    const layout = {
      api: `${publicPath}/api/${subApp ? `__app/${subApp}/` : ''}`,
      storagePrefix: subApp ? `NOCOBASE_${subApp.toUpperCase()}_` : 'NOCOBASE_',
    };
    const [wecom, browser, admin] = await Promise.all([
      startSimulator({ corps: corps ?? [demoCorp()] }),
      launchBrowser(),
      AdminApi.signIn(host.url + layout.api, ADMIN),
    ]);
    const printedBefore = host.logs().length;
    const world = new World(origin ?? host.url, wecom, browser, admin, layout, () => host.logs().slice(printedBefore));
    await admin.post('systemSettings:put', { enabledLanguages: ['en-US', 'zh-CN'] });
    await world.reset();
    return world;
  }

  /**
   * Addresses of WeCom for the settings. Its pages are another site than NocoBase, as in real life: cookies of one are
   * not sent by the other.
   */
  get wecomUrls() {
    const elsewhere = (url: string) => url.replace('127.0.0.1', 'localhost');
    return {
      apiBaseUrl: this.wecom.apiBaseUrl,
      oauthUrl: elsewhere(this.wecom.oauthUrl),
      ssoUrl: elsewhere(this.wecom.ssoUrl),
    };
  }

  /** What the host has printed since this world began. */
  logs(): string {
    return this.readLogs();
  }

  /** Brings the host, WeCom and the browser back to where every journey starts. */
  async reset(): Promise<void> {
    await Promise.all(this.inUse.splice(0).map(({ giveBack }) => giveBack()));
    this.wecom.reset();
    this.trustDomain(new URL(this.origin).host);
    const users = await this.users();
    for (const { id } of users.filter(({ username }) => username !== 'nocobase')) {
      await this.admin.post(`users:destroy?filterByTk=${id}`);
    }
    for (const { id, authType } of await this.authenticators()) {
      if (authType === AUTH_TYPE) await this.admin.post(`authenticators:destroy?filterByTk=${id}`);
    }
    await this.saveAuthenticator();
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.wecom.close();
  }

  /** Makes all apps of all companies trust the host under this name. */
  trustDomain(host: string, corpId: string = DEMO_CORP_ID): void {
    for (const app of this.wecom.corp(corpId).apps) {
      app.oauthDomain = host;
      app.webLoginDomain = host;
    }
  }

  /** Creates an authenticator, or gives the one of that name these settings. */
  async saveAuthenticator(changes: AuthenticatorChanges = {}): Promise<void> {
    const { name = AUTHENTICATOR, title = 'WeCom', enabled = true, autoSignup = true, autoLogin = false } = changes;
    const values = {
      name,
      title,
      enabled,
      authType: AUTH_TYPE,
      options: {
        public: { autoSignup, autoLogin },
        corpId: DEMO_CORP_ID,
        agentId: DEMO_AGENT_ID,
        secret: DEMO_SECRET,
        origin: this.origin,
        redirectPath: '/admin',
        ...this.wecomUrls,
        ...changes.options,
      },
    };
    const existing = (await this.authenticators()).find((authenticator) => authenticator.name === name);
    await this.admin.post(
      existing ? `authenticators:update?filterByTk=${existing.id}` : 'authenticators:create',
      values,
    );
  }

  async deleteAuthenticator(name: string): Promise<void> {
    const existing = (await this.authenticators()).find((authenticator) => authenticator.name === name);
    if (existing) await this.admin.post(`authenticators:destroy?filterByTk=${existing.id}`);
  }

  /** All users, the administrator included. */
  users(): Promise<User[]> {
    return this.admin.get<User[]>('users:list?paginate=false');
  }

  createUser(values: Partial<User> & { password?: string }): Promise<User> {
    return this.admin.post<User>('users:create', values);
  }

  /** The Workbench homepage link, as the settings show it. */
  homepageLink(query: Record<string, string> = {}, authenticator: string = AUTHENTICATOR): string {
    const params = new URLSearchParams({ authenticator, ...query });
    return `${this.origin}${this.layout.api}${RESOURCE}:authorize?${params}`;
  }

  /**
   * A fresh browser of somebody.
   *
   * @param options.as who is logged in to WeCom on that device; without it, WeCom's pages ask
   */
  async newVisitor(options: VisitorOptions & { as?: PersonInput; corpId?: string } = {}): Promise<Visitor> {
    const { context, giveBack } = await this.contexts.take(this.origin, options);
    const visitor = new Visitor(this.origin, this.layout, context, await context.newPage());
    this.inUse.push({ visitor, giveBack });
    if (options.as !== undefined) await this.becomeClient(visitor, options.as, options.corpId);
    return visitor;
  }

  /**
   * Lets a member sign in for the first time, on a device that no journey looks at.
   *
   * @returns the user that the member is bound to from then on
   */
  async introduce(userid: string, authenticator: string = AUTHENTICATOR, corpId: string = DEMO_CORP_ID): Promise<User> {
    const door = await fetch(this.homepageLink({ scope: 'snsapi_privateinfo' }, authenticator), {
      redirect: 'manual',
      headers: { 'User-Agent': USER_AGENTS.wecomPhone },
    });
    const page = new URL(door.headers.get('location') ?? '');
    const code = this.wecom.issueCode({
      corpId,
      agentId: page.searchParams.get('agentid') ?? DEMO_AGENT_ID,
      userid,
      scope: 'snsapi_privateinfo',
      redirectUri: page.searchParams.get('redirect_uri') ?? undefined,
    });
    const answer = await fetch(`${this.origin}${this.layout.api}auth:signIn`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'X-Authenticator': authenticator,
        Cookie: door.headers
          .getSetCookie()
          .map((cookie) => cookie.split(';')[0])
          .join('; '),
      },
      body: JSON.stringify({ code, state: page.searchParams.get('state') }),
    });
    const { data } = (await answer.json()) as { data: { user: User } };
    this.wecom.calls.reset();
    return data.user;
  }

  /**
   * What must hold after every journey: the plugin's code reported no error, and nothing secret went where others read.
   *
   * @returns what is wrong, nothing if all is well
   */
  async complaints(): Promise<string[]> {
    const visitors = this.inUse.map(({ visitor }) => visitor);
    const found = visitors.flatMap(({ errors }) => errors);
    const logs = this.logs();
    for (const visitor of visitors) {
      const codes = visitor.codes;
      const tokens = (
        await Promise.all(visitor.context.pages().map((page) => visitor.token(page).catch(() => null)))
      ).filter((token) => token !== null);
      const api = this.origin + this.layout.api;
      for (const { url, navigation, referer } of visitor.requests) {
        if ([DEMO_SECRET, ...tokens].some((secret) => url.includes(secret))) found.push(`a secret in ${url}`);
        // WeCom's own redirect is the one place for a code.
        if (!navigation && codes.some((code) => url.includes(code))) found.push(`a code in ${url}`);
        const from = await referer;
        const elsewhere = !url.startsWith(this.origin) && !url.startsWith('blob:');
        if (elsewhere && codes.some((code) => from.includes(code))) found.push(`a code in the Referer to ${url}`);
        if (url.startsWith(`${api}auth:`) && codes.some((code) => from.includes(code))) {
          found.push(`a code in the Referer to ${url}`);
        }
      }
      if ([DEMO_SECRET, ...tokens, ...codes].some((secret) => logs.includes(secret))) {
        found.push(
          `a secret in the logs: ${logs.split('\n').find((line) => [DEMO_SECRET, ...tokens, ...codes].some((secret) => line.includes(secret)))}`,
        );
      }
    }
    if (/[?&"]code=|access_token=[^*]/.test(logs)) found.push('a code or an access token in the logs');
    return found;
  }

  /** Logs somebody in to WeCom on the visitor's device. */
  async becomeClient(visitor: Visitor, person: PersonInput, corpId: string = DEMO_CORP_ID): Promise<void> {
    const name =
      typeof person === 'string' ? person : 'linked' in person ? `linked:${person.linked}` : `openid:${person.openid}`;
    const url = new URL(this.wecomUrls.oauthUrl).origin;
    await visitor.context.addCookies([{ name: 'sim_member', value: encodeURIComponent(`${corpId}:${name}`), url }]);
  }

  private authenticators(): Promise<Authenticator[]> {
    return this.admin.get<Authenticator[]>('authenticators:list?paginate=false');
  }
}

/** Starts what the journeys of a file need; they close it in the end. */
export function startWorld(options?: WorldOptions): Promise<World> {
  return World.start(options);
}

function sharedHost(): { url: string; logs(): string } {
  const [url, dir] = [process.env[SHARED_HOST.url], process.env[SHARED_HOST.dir]];
  if (!url || !dir) throw new Error('The shared host is not running: start the journeys through jest.');
  return { url, logs: () => readFileSync(join(dir, 'host.log'), 'utf8') };
}

/**
 * Waits until the page shows the application to somebody who is signed in, and asks NocoBase who that is.
 *
 * @returns the user as `auth:check` answers it
 */
export async function expectSignedIn(visitor: Visitor, nickname?: string, page: Page = visitor.page): Promise<User> {
  await page.locator(SIGNED_IN_PAGE).first().waitFor();
  expect(new URL(page.url()).pathname).not.toMatch(/\/signin$/);
  const user = await whoIs(visitor, page);
  expect(user?.id).toBeDefined();
  if (nickname !== undefined) expect(user?.nickname).toBe(nickname);
  return user as User;
}

/** Waits for the sign-in page and makes sure that nobody is signed in. */
export async function expectSignInPage(visitor: Visitor, page: Page = visitor.page): Promise<void> {
  await page.waitForURL(/\/signin(\?|$)/);
  await page.locator('input[type=password]').waitFor();
  expect(await visitor.token(page)).toBeNull();
}

/**
 * Waits for the words of a failure on the sign-in page, in the language of the browser, and makes sure that nobody is
 * signed in and that there is a way on.
 *
 * @returns all that the notice says
 */
export async function expectFailure(
  visitor: Visitor,
  reason: string,
  locale: 'en-US' | 'zh-CN' = 'en-US',
): Promise<string> {
  const { message } = failureOf(reason) as FailureInfo;
  const words = locale === 'zh-CN' ? (chinese as Record<string, string>)[message] : message;
  await expectSignInPage(visitor);
  const notice = await visitor.notice();
  const plain = (text: string) => text.replace(/\s+/g, '');
  expect(plain(notice)).toContain(plain(words));
  expect(notice).not.toMatch(/\n\s+at /);
  return notice;
}

/** The user of the token that the page keeps, asked from within the page; null when there is none or it is refused. */
export async function whoIs(visitor: Visitor, page: Page = visitor.page): Promise<User | null> {
  const token = await visitor.token(page);
  if (!token) return null;
  const authenticator = await visitor.stored('AUTH', page);
  const answer = await page.request.get(`${visitor.origin}${visitor.layout.api}auth:check`, {
    headers: { Authorization: `Bearer ${token}`, ...(authenticator ? { 'X-Authenticator': authenticator } : {}) },
  });
  if (!answer.ok()) return null;
  const { data } = (await answer.json()) as { data?: User };
  return data?.id ? data : null;
}

/** Something that only people who are signed in see, in either client. */
const SIGNED_IN_PAGE = '.ant-pro-layout, .mobile-container, .nb-ui-layout-mobile-surface';
