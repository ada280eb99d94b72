import { type Simulator, DEMO_AGENT_ID, DEMO_CORP_ID, DEMO_SECRET } from '../../simulator';
import type { TestApp } from './app';

/** User-Agents of WeCom document 90315 and of an ordinary browser. */
export const IN_WECOM =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 wxwork/5.0.6 MicroMessenger/7.0.1 Language/zh ColorScheme/Dark wwmver/3.26.506.378';
export const AT_DESK =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36';

export interface Answer {
  status: number;
  body: { data?: { token?: string; user?: Record<string, unknown> }; errors?: SignInError[] };
}

export interface SignInError {
  message: string;
  code?: string;
  reason?: string;
  field?: string;
}

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

/** A browser as far as HTTP shows it: it keeps cookies, and does not follow redirects by itself. */
export class Browser {
  private readonly cookies = new Map<string, string>();

  constructor(
    private readonly app: TestApp,
    private readonly userAgent: string = IN_WECOM,
  ) {}

  /** Names of the visit cookies it holds. */
  get visitCookies(): string[] {
    return [...this.cookies.keys()].filter((name) => name.startsWith('nb_wecom_'));
  }

  /** All cookies, to be carried into another browser. */
  copyCookiesTo(other: Browser): void {
    this.cookies.forEach((value, name) => other.cookies.set(name, value));
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await fetch(new URL(path, this.app.url), {
      redirect: 'manual',
      ...init,
      headers: {
        'User-Agent': this.userAgent,
        Cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...init.headers,
      },
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '' || /expires=Thu, 01 Jan 1970/i.test(cookie)) {
        this.cookies.delete(name);
      } else {
        this.cookies.set(name, value);
      }
    }
    return response;
  }

  /** Goes through the door; returns the page of WeCom it leads to. */
  async open(authenticator: string, query: Record<string, string> = {}): Promise<URL> {
    const response = await this.fetch(`/api/wecom:authorize?${new URLSearchParams({ authenticator, ...query })}`);
    const location = response.headers.get('location');
    if (response.status !== 302 || !location) {
      throw new Error(`the door answered ${response.status}: ${await response.text()}`);
    }
    return new URL(location);
  }

  /** Hands code and state in, as the client does on the page WeCom returned to. */
  async signIn(authenticator: string, values: unknown): Promise<Answer> {
    const response = await this.fetch('/api/auth:signIn', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Authenticator': authenticator },
      body: JSON.stringify(values),
    });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  }
}
