import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, BrowserContext, Page, Request } from 'playwright-core';
import { RESOURCE } from '../../src/shared/constants';
import { PACKAGE_NAME } from '../../src/shared/package-name';
import { workFolder } from '../../tools/host-app';

/** User-Agents of WeCom document 90315, on a phone and on a desk, and of an ordinary browser. */
export const USER_AGENTS = {
  wecomPhone:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 wxwork/5.0.6 MicroMessenger/7.0.1 Language/zh ColorScheme/Dark wwmver/3.26.506.378',
  wecomDesktop:
    'Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/108.0.5359.220 Safari/537.36 wxwork/5.0.0 (MicroMessenger/6.2) WindowsWechat embeddisk',
  desk: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36',
} as const;

const PHONE = { width: 390, height: 844 };
const DESK = { width: 1280, height: 800 };

/** Pictures that README shows; written only when asked for, since every run renders them a little differently. */
const README_PICTURES = resolve(__dirname, '../../docs/images');

export interface VisitorOptions {
  /** Opens pages inside the WeCom client: on a phone (true), or on a desk. */
  inWeCom?: boolean | 'desktop';
  /** Language of the browser. */
  locale?: 'en-US' | 'zh-CN';
  /** Accepts certificates that nobody vouches for. */
  ignoreHTTPSErrors?: boolean;
  /** Name of the host in the browser, mapped to this machine. */
  viewport?: { width: number; height: number };
}

/** One request of the browser, redirects included. */
export interface SeenRequest {
  url: string;
  method: string;
  /** Whether it loads a document into the page, rather than something for it. */
  navigation: boolean;
  referer: Promise<string>;
}

/** Somebody with a browser of their own. */
export class Visitor {
  readonly requests: SeenRequest[] = [];
  /** Errors that pages threw or printed, except those of the network and of the host's own code. */
  readonly errors: string[] = [];
  private readonly documents: string[] = [];

  private constructor(
    /** Address of the host. */
    readonly origin: string,
    readonly context: BrowserContext,
    readonly page: Page,
  ) {
    context.on('request', (request) => this.requests.push(seen(request)));
    context.on('response', async (response) => {
      const request = response.request();
      const isDocument = request.isNavigationRequest() && /text\/html/.test(response.headers()['content-type'] ?? '');
      if (isDocument && response.status() === 200 && response.url().startsWith(origin)) {
        this.documents.push(response.url());
      }
    });
    context.on('weberror', (error) => this.errors.push(String(error.error().stack ?? error.error())));
    context.on('console', (message) => {
      const from = message.location().url;
      const ours = from.includes(PACKAGE_NAME) || message.text().includes(PACKAGE_NAME);
      if (message.type() === 'error' && ours) this.errors.push(`${message.text()} (${from})`);
    });
  }

  static async open(browser: Browser, origin: string, options: VisitorOptions = {}): Promise<Visitor> {
    const { inWeCom = false, locale = 'en-US', ignoreHTTPSErrors, viewport } = options;
    const phone = inWeCom === true;
    const context = await browser.newContext({
      baseURL: origin,
      userAgent: phone ? USER_AGENTS.wecomPhone : inWeCom ? USER_AGENTS.wecomDesktop : USER_AGENTS.desk,
      viewport: viewport ?? (phone ? PHONE : DESK),
      deviceScaleFactor: phone ? 2 : 1,
      isMobile: phone,
      hasTouch: phone,
      locale,
      ignoreHTTPSErrors,
    });
    context.setDefaultTimeout(15_000);
    return new Visitor(origin, context, await context.newPage());
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
    return this.requests.filter(({ url }) => new URL(url).pathname.endsWith(`${RESOURCE}:authorize`)).length;
  }

  /** The session token that the application keeps in the browser, if any. */
  token(page: Page = this.page): Promise<string | null> {
    return page.evaluate(() => localStorage.getItem('NOCOBASE_TOKEN') || null);
  }

  /** Presses a button of the simulator's pages by its test id. */
  async choose(testId: string, page: Page = this.page): Promise<void> {
    await page.getByTestId(testId).click();
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

  async close(): Promise<void> {
    await this.context.close();
  }
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
