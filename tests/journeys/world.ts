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
import { Device, type SignedInUser } from '../../tools/device';
import { ADMIN } from '../../tools/host-app';
import { findLeaks } from '../../tools/logs/leaks';
import { SHARED_HOSTS, type SharedHost } from './host.setup';
import { Contexts, Visitor, type AppLayout, type VisitorOptions } from './visitor';

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
  /** The host to use instead of the shared one; `nodes` are the processes behind a balancer. */
  host?: { url: string; nodes?: readonly { url: string }[]; logs(): string };
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
    private readonly processes: () => string[],
  ) {
    this.contexts = new Contexts(browser);
  }

  static async start(options: WorldOptions = {}): Promise<World> {
    const { publicPath = '', subApp, origin, corps } = options;
    const host: NonNullable<WorldOptions['host']> = options.host ?? sharedHost();
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
    const address = origin ?? host.url;
    const readLogs = () => host.logs().slice(printedBefore);
    const processes = () => host.nodes?.map(({ url }) => url) ?? [address];
    const world = new World(address, wecom, browser, admin, layout, readLogs, processes);
    globalThis.showWhatIsSeen = (journey) => world.show(journey);
    await admin.enableLanguages(['en-US', 'zh-CN']);
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
      // The host counts the other enabled ones by the id in the body.
      existing ? { id: existing.id, ...values } : values,
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
  async introduce(userid: string, authenticator: string = AUTHENTICATOR): Promise<SignedInUser> {
    let user: SignedInUser | undefined;
    // Each process then has an access token, so that journeys see the calls of their own sign-in only.
    for (const url of this.processes()) {
      const device = new Device({ url, api: this.layout.api, wecom: this.wecom, authenticator });
      ({ user } = await device.signIn(userid, { consent: true }));
    }
    this.wecom.calls.reset();
    if (!user) throw new Error(`${userid} could not be introduced.`);
    return user;
  }

  /**
   * What must hold after every journey: the plugin's code reported no error, and nothing secret went where others read.
   *
   * @returns what is wrong, nothing if all is well
   */
  async complaints(): Promise<string[]> {
    const visitors = this.inUse.map(({ visitor }) => visitor);
    const found = visitors.flatMap(({ errors }) => errors);
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
    }
    const leaks = findLeaks(this.logs()).map(({ what, context }) => `${what} in the log: ${context}`);
    return [...found, ...leaks];
  }

  /** Prints what all open pages show, and takes a picture of each. */
  private async show(journey: string): Promise<void> {
    const pages = this.inUse.flatMap(({ visitor }) => visitor.context.pages().map((page) => ({ visitor, page })));
    for (const [index, { visitor, page }] of pages.entries()) {
      // What lies over the page is what the journey looked at; an excerpt of the output may end before it otherwise.
      const over = page.locator('.ant-drawer-content, .ant-modal-content').filter({ visible: true }).last();
      const looked = (await over.count().catch(() => 0)) ? over : page.locator('body');
      const words = await looked.innerText({ timeout: 5_000 }).catch(String);
      const asked = visitor.requests.slice(-15).map(({ method, url }) => `${method} ${withoutQuery(url)}`);
      console.error(
        [`${journey}: ${withoutQuery(page.url())} shows`, words, '', 'asked for last', ...asked].join('\n'),
      );
      await visitor.screenshot(`failed-${journey.replace(/[^\w-]+/g, '-')}-${index}`, { page }).catch(() => undefined);
    }
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

/** A query may hold codes. */
const withoutQuery = (url: string) => url.replace(/[?#].*/s, '');

/** Starts what the journeys of a file need; they close it in the end. */
export function startWorld(options?: WorldOptions): Promise<World> {
  return World.start(options);
}

/** The shared host of this file: the one that belongs to jest's worker. */
export function sharedHost(): SharedHost & { logs(): string } {
  const hosts = JSON.parse(process.env[SHARED_HOSTS] ?? '[]') as SharedHost[];
  const host = hosts[Number(process.env.JEST_WORKER_ID ?? 1) - 1];
  if (!host) throw new Error('The shared host is not running: start the journeys through jest.');
  return { ...host, logs: () => readFileSync(join(host.dir, 'host.log'), 'utf8') };
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

/** The user of the token that the page keeps; null when there is none or it is refused. */
export async function whoIs(visitor: Visitor, page: Page = visitor.page): Promise<User | null> {
  const token = await visitor.token(page);
  if (!token) return null;
  const authenticator = await visitor.stored('AUTH', page);
  const answer = await page.evaluate(
    async ([url, headers]) => {
      const response = await fetch(url, { headers, referrerPolicy: 'no-referrer' });
      return response.ok ? response.text() : null;
    },
    [
      `${visitor.origin}${visitor.layout.api}auth:check`,
      { Authorization: `Bearer ${token}`, ...(authenticator ? { 'X-Authenticator': authenticator } : {}) },
    ] as const,
  );
  if (answer === null) return null;
  const { data } = JSON.parse(answer) as { data?: User };
  return data?.id ? data : null;
}

/** Something that only people who are signed in see, in either client. */
const SIGNED_IN_PAGE = '.ant-pro-layout, .mobile-container, .nb-ui-layout-mobile-surface';
