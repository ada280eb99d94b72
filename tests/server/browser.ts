import { USER_AGENTS } from '../../tools/user-agents';
import type { TestApp } from './app';

export const IN_WECOM = USER_AGENTS.wecomPhone;
export const AT_DESK = USER_AGENTS.desk;

export interface Answer {
  status: number;
  body: { data?: SignedIn; errors?: AnswerError[] };
}

interface SignedIn {
  token: string;
  user: Record<string, unknown> & { id: number };
}

export interface AnswerError {
  message: string;
  code?: string;
  reason?: string;
  field?: string;
  reference?: string;
  time?: string;
}

/** A browser as far as HTTP shows it: it keeps cookies, and does not follow redirects by itself. */
export class Browser {
  readonly cookies = new Map<string, string>();

  constructor(
    private readonly app: TestApp,
    private readonly userAgent: string = IN_WECOM,
  ) {}

  /** Names of the visit cookies it holds. */
  get visitCookies(): string[] {
    return [...this.cookies.keys()].filter((name) => name.startsWith('nb_wecom_'));
  }

  /** Another browser, or this one at another process, with the same cookies. */
  copy(app: TestApp = this.app): Browser {
    const other = new Browser(app, this.userAgent);
    this.cookies.forEach((value, name) => other.cookies.set(name, value));
    return other;
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

  /** Knocks at the door; returns whatever it answers. */
  knock(query: Record<string, string> | string, headers: Record<string, string> = {}): Promise<Response> {
    return this.fetch(`/api/wecom:authorize?${new URLSearchParams(query)}`, { headers });
  }

  /** Goes through the door; returns the page of WeCom it leads to. */
  async open(authenticator: string, query: Record<string, string> = {}): Promise<URL> {
    const response = await this.knock({ authenticator, ...query });
    const location = response.headers.get('location');
    if (response.status !== 302 || !location) {
      throw new Error(`the door answered ${response.status}: ${await response.text()}`);
    }
    return new URL(location);
  }

  /** Hands code and state in, as the client does on the page WeCom returned to. */
  async signIn(authenticator: string, values: unknown, init: RequestInit = {}): Promise<Answer> {
    const response = await this.fetch('/api/auth:signIn', {
      method: 'POST',
      body: JSON.stringify(values),
      ...init,
      headers: { 'Content-Type': 'application/json', 'X-Authenticator': authenticator, ...init.headers },
    });
    return answerOf(response);
  }
}

/** Reads an answer of the API; whatever went wrong, it has to be JSON without a stack. */
export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  if (/\bat .*\.(js|ts):\d+/.test(text)) {
    throw new Error(`an answer shows a stack: ${text}`);
  }
  return { status: response.status, body: JSON.parse(text) as Answer['body'] };
}
