import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, BrowserContext, Locator, Page, Request } from 'playwright-core';
import { RESOURCE } from '../../src/shared/constants';
import { PACKAGE_NAME } from '../../src/shared/package-name';
import { clearStorage } from '../../tools/browser';
import { workFolder } from '../../tools/host-app';
import { USER_AGENTS } from '../../tools/user-agents';
import { opened } from './opened';

/** How long a page may take on a machine that is busy with other things. */
const PATIENCE_MS = 25_000;

const PHONE = { width: 390, height: 844 };
const DESK = { width: 1280, height: 800 };

/** Pictures that README shows; written only when asked for, since every run renders them a little differently. */
const README_PICTURES = resolve(__dirname, '../../docs/images');

export interface VisitorOptions {
  /** Opens pages inside the WeCom client: on a phone (true), or on a desk. */
  inWeCom?: boolean | 'desktop';
  /** Language of the browser, which the person has also chosen in NocoBase: it does not look at the browser's. */
  locale?: 'en-US' | 'zh-CN';
  /** Accepts certificates that nobody vouches for. */
  ignoreHTTPSErrors?: boolean;
}

/** One request of the browser, redirects included. */
export interface SeenRequest {
  url: string;
  method: string;
  /** Whether it loads a document into the page, rather than something for it. */
  navigation: boolean;
  referer: Promise<string>;
}

/** Where an application of the host keeps what journeys look at. */
export interface AppLayout {
  /** Path of the API, with a slash at its end. */
  api: string;
  /** How its keys in the browser's storage begin. */
  storagePrefix: string;
}

/** Somebody with a browser of their own. */
export class Visitor {
  readonly requests: SeenRequest[] = [];
  /** Errors that the plugin's code threw or printed. */
  readonly errors: string[] = [];
  private readonly documents: string[] = [];

  constructor(
    /** Address of the host. */
    readonly origin: string,
    readonly layout: AppLayout,
    readonly context: BrowserContext,
    readonly page: Page,
  ) {
    context.on('request', (request) => this.requests.push(seen(request)));
    context.on('response', (response) => {
      const isDocument =
        response.request().isNavigationRequest() && /text\/html/.test(response.headers()['content-type'] ?? '');
      if (isDocument && response.status() === 200 && response.url().startsWith(`${origin}/`)) {
        this.documents.push(response.url());
      }
    });
    const note = (error: string) => error.includes(PACKAGE_NAME) && this.errors.push(error);
    context.on('weberror', (error) => note(String(error.error().stack ?? error.error())));
    context.on('console', (message) => {
      if (message.type() === 'error') note(`${message.text()} (${message.location().url})`);
    });
  }

  /** Path, query and hash that the address bar shows. */
  get address(): string {
    const { pathname, search, hash } = new URL(this.page.url());
    return pathname + search + hash;
  }

  /** How many documents of the application were loaded so far. */
  get loads(): number {
    return this.documents.length;
  }

  /** How often the door was gone through so far. */
  get doorRequests(): number {
    return this.requests.filter(({ url }) => isDoor(url)).length;
  }

  /** Codes of WeCom that came back to this browser. */
  get codes(): string[] {
    const values = this.requests.flatMap(({ url }) => new URL(url).searchParams.get('code') ?? []);
    return values.filter((value) => /^[\w-]{20,100}$/.test(value));
  }

  /** The session token that the application keeps in the browser, if any. */
  token(page: Page = this.page): Promise<string | null> {
    return this.stored('TOKEN', page);
  }

  /** What the application keeps in the browser under a name. */
  stored(name: 'TOKEN' | 'AUTH', page: Page = this.page): Promise<string | null> {
    return page.evaluate((key) => localStorage.getItem(key) || null, this.layout.storagePrefix + name);
  }

  /** Opens an address, as a link in a chat or a bookmark does; the page may go elsewhere by itself. */
  async open(address: string, page: Page = this.page): Promise<void> {
    await page.goto(address, { waitUntil: 'commit' });
  }

  /** Opens an address from which the page goes to WeCom by itself; that it comes back is another load of the application. */
  async openToSignIn(address: string): Promise<void> {
    const door = this.page.waitForRequest((request) => isDoor(request.url()));
    await Promise.all([door, this.open(address)]);
  }

  /**
   * Leaves the application. Once a plugin was enabled or disabled, the host loads all pages that are open anew, at once
   * and at a moment of its own: that would get in the way of the page that a journey looks at.
   */
  async leave(): Promise<void> {
    await this.page.goto('about:blank');
  }

  /** What the notices on the page say; waits until there is one. */
  async notice(page: Page = this.page): Promise<string> {
    // The classic client greets everybody on the sign-in page with a notification of its own.
    const notice = page
      .locator('.ant-alert, .ant-notification-notice')
      .filter({ hasNotText: /Unauthenticated|未认证|用户未登录/ });
    await notice.first().waitFor();
    return (await notice.allInnerTexts()).join('\n');
  }

  /** Unfolds what the notice of a failure has for the administrator; returns what it says. */
  async openDetails(page: Page = this.page): Promise<string> {
    const details = page.locator('details');
    await details.locator('summary').click();
    await details.locator('.ant-typography').waitFor();
    return details.innerText();
  }

  /** The button, or rather the link, with which an authenticator of the plugin appears on the sign-in page. */
  button(title: string | RegExp = /^(WeCom|企业微信)$/, page: Page = this.page): Locator {
    return page.locator(`a[href*="${RESOURCE}:authorize"]`).getByText(title, { exact: true });
  }

  /** Presses that button, once the form above it is there, which would push it away under the pointer. */
  async press(title?: string | RegExp): Promise<void> {
    await this.page.locator('input[type=password]').waitFor();
    await this.button(title).click();
  }

  /** Signs out through the menu of the application, as it is on wide screens. */
  async signOut(): Promise<void> {
    await this.page.getByTestId('user-center-button').hover();
    const menu = this.page.locator('.ant-dropdown:visible');
    await opened(menu);
    await menu.getByText(/^(Sign out|注销)$/).click();
  }

  /** Presses a button of the simulator's pages by its test id. */
  async choose(testId: string, page: Page = this.page): Promise<void> {
    await page.getByTestId(testId).click();
  }

  /** Signs somebody in on WeCom's web login page, as who scans its code and confirms on the phone. */
  async scan(userid: string): Promise<void> {
    await this.choose(`member-${userid}`);
    await this.choose('confirm');
  }

  /** Takes a picture into `.work/screenshots`; with `readme` also where README shows it, when that is asked for. */
  async screenshot(name: string, { readme = false, page = this.page } = {}): Promise<void> {
    const folder = join(workFolder, 'screenshots');
    mkdirSync(folder, { recursive: true });
    // Transitions (the notice sliding in) would leave their mark on the picture.
    await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
    if (readme && process.env.UPDATE_SCREENSHOTS === '1') {
      mkdirSync(README_PICTURES, { recursive: true });
      await page.screenshot({ path: join(README_PICTURES, `${name}.png`), animations: 'disabled' });
    }
  }
}

/**
 * Browser contexts that visitors use one after the other. Each gets one without cookies, storage and pages; what stays is
 * the browser's cache of the application's files, without which every journey takes twice as long.
 */
export class Contexts {
  private readonly idle = new Map<string, BrowserContext[]>();

  constructor(private readonly browser: Browser) {}

  async take(origin: string, options: VisitorOptions): Promise<{ context: BrowserContext; giveBack(): Promise<void> }> {
    const { inWeCom = false, locale = 'en-US', ignoreHTTPSErrors = false } = options;
    const kind = JSON.stringify([origin, inWeCom, locale, ignoreHTTPSErrors]);
    const context = this.idle.get(kind)?.pop() ?? (await this.open(origin, { inWeCom, locale, ignoreHTTPSErrors }));
    const giveBack = async () => {
      for (const event of ['request', 'response', 'weberror', 'console'] as const) context.removeAllListeners(event);
      await context.unrouteAll({ behavior: 'ignoreErrors' });
      await Promise.all(context.pages().map((page) => page.close()));
      await forget(context, origin);
      this.idle.set(kind, [...(this.idle.get(kind) ?? []), context]);
    };
    return { context, giveBack };
  }

  private async open(origin: string, options: Required<VisitorOptions>): Promise<BrowserContext> {
    const { inWeCom, locale, ignoreHTTPSErrors } = options;
    const phone = inWeCom === true;
    const context = await this.browser.newContext({
      baseURL: origin,
      userAgent: phone ? USER_AGENTS.wecomPhone : inWeCom ? USER_AGENTS.wecomDesktop : USER_AGENTS.desk,
      viewport: phone ? PHONE : DESK,
      deviceScaleFactor: phone ? 2 : 1,
      isMobile: phone,
      hasTouch: phone,
      locale,
      ignoreHTTPSErrors,
    });
    context.setDefaultTimeout(PATIENCE_MS);
    await context.addInitScript((language) => {
      if (localStorage.getItem('NOCOBASE_LOCALE') === null) localStorage.setItem('NOCOBASE_LOCALE', language);
    }, locale);
    return context;
  }
}

/** Makes a browser one that was never on a site: no cookies, no storage. */
export async function forget(context: BrowserContext, origin: string): Promise<void> {
  await context.clearCookies();
  await clearStorage(context, origin);
}

/** Whether an address is where signing in begins. */
function isDoor(url: string): boolean {
  return new URL(url).pathname.endsWith(`${RESOURCE}:authorize`);
}

function seen(request: Request): SeenRequest {
  return {
    url: request.url(),
    method: request.method(),
    navigation: request.isNavigationRequest(),
    // What was sent in the end; gone when the page is gone first.
    referer: request.allHeaders().then(
      (headers) => headers.referer ?? '',
      () => '',
    ),
  };
}
