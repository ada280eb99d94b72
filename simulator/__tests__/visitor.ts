import type { Simulator } from '..';
import { AGENT, CORP, WECOM_UA } from './helpers';

/** A browser reduced to what the pages need: cookies, language, no automatic redirects. */
export class Visitor {
  cookie = '';
  constructor(
    private readonly wecom: Simulator,
    private readonly headers: Record<string, string> = {},
  ) {}

  /** The same visitor inside the WeCom client. */
  static inClient(wecom: Simulator, cookie = ''): Visitor {
    const visitor = new Visitor(wecom, { 'User-Agent': WECOM_UA });
    visitor.cookie = cookie;
    return visitor;
  }

  async open(path: string, form?: [string, string][]): Promise<Page> {
    const response = await fetch(new URL(path, this.wecom.url), {
      redirect: 'manual',
      headers: { ...this.headers, ...(this.cookie ? { Cookie: this.cookie } : {}) },
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    });
    const cookie = response.headers.get('set-cookie');
    if (cookie) this.cookie = cookie.split(';')[0];
    return new Page(response.status, response.headers.get('location'), await response.text());
  }
}

export class Page {
  constructor(
    readonly status: number,
    readonly location: string | null,
    readonly html: string,
  ) {}

  get testIds(): string[] {
    return [...this.html.matchAll(/data-testid="([^"]*)"/g)].map((match) => match[1]);
  }

  get errorCode(): string | undefined {
    return /data-testid="error-code">(-?\d+)</.exec(this.html)?.[1];
  }

  /** The redirect as origin, path and parameters. */
  get back(): { to: string; params: Record<string, string> } {
    if (this.status !== 302 || !this.location) throw new Error(`no redirect: ${this.status} ${this.testIds.join(' ')}`);
    const url = new URL(this.location);
    return { to: url.origin + url.pathname, params: Object.fromEntries(url.searchParams) };
  }
}

/** Path and query of a page, with defaults that are right; null leaves a parameter out. */
export function link(path: string, defaults: Record<string, string>, more: Record<string, string | null>): string {
  const params = { appid: CORP, agentid: AGENT, state: 'abc123', ...defaults, ...more };
  const given = Object.entries(params).filter((entry): entry is [string, string] => entry[1] !== null);
  return `${path}?${new URLSearchParams(given)}`;
}

export const cookieOf = (userid: string, corpId = CORP) => `sim_member=${corpId}:${userid}`;
