import { DEMO_AGENT_ID, type IssueCodeInput, type Simulator } from '../simulator';
import { RESOURCE } from '../src/shared/constants';
import { USER_AGENTS } from './user-agents';

const ANSWER_TIMEOUT_MS = 60_000;

/** What WeCom's page sends a browser back with. */
export interface Return {
  code: string;
  state: string;
}

export interface SignedInUser {
  id: number;
  nickname: string | null;
}

/** The answer to a sign-in. */
export interface SignInAnswer {
  /** 0 when the connection broke. */
  status: number;
  user?: SignedInUser;
  code?: string;
  reason?: string;
}

/** Where somebody signs in; several addresses are nodes of one NocoBase. */
export interface DeviceOptions {
  url: string;
  /** Path of the API, with a slash at both ends. */
  api?: string;
  wecom: Simulator;
  /** Whether pages open inside the WeCom client. */
  inWeCom?: boolean;
  authenticator?: string;
}

/** Somebody's device as far as HTTP shows it: cookies, a User-Agent, and the two requests of a sign-in. */
export class Device {
  private readonly cookies = new Map<string, string>();

  constructor(private readonly options: DeviceOptions) {}

  /**
   * Goes through the door, and through WeCom's page as this person.
   *
   * @param who a userid, or whoever else a code can stand for
   * @param consent asks the person to share the phone number, as a first sign-in does
   * @param url the node to ask instead of the usual address
   */
  async begin(
    who: string | Partial<IssueCodeInput>,
    { consent = false, url = this.options.url } = {},
  ): Promise<Return> {
    const { wecom, api = '/api/', authenticator = 'wecom' } = this.options;
    const query = new URLSearchParams({ authenticator, ...(consent ? { scope: 'snsapi_privateinfo' } : {}) });
    const answer = await this.fetch(`${url}${api}${RESOURCE}:authorize?${query}`);
    const location = answer.headers.get('location');
    if (answer.status !== 302 || !location) throw new Error(`the door answered ${answer.status}`);
    const page = new URL(location).searchParams;
    const code = wecom.issueCode({
      corpId: page.get('appid') ?? '',
      agentId: page.get('agentid') ?? DEMO_AGENT_ID,
      scope: (page.get('scope') as IssueCodeInput['scope'] | null) ?? undefined,
      inClient: page.has('scope'),
      redirectUri: page.get('redirect_uri') ?? undefined,
      ...(typeof who === 'string' ? { userid: who } : who),
    });
    return { code, state: page.get('state') ?? '' };
  }

  /** Hands in what WeCom's page sent back. A connection that breaks is an answer, too. */
  async finish(back: Partial<Return>, { url = this.options.url } = {}): Promise<SignInAnswer> {
    const { api = '/api/', authenticator = 'wecom' } = this.options;
    try {
      const answer = await this.fetch(`${url}${api}auth:signIn`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-Authenticator': authenticator },
        body: JSON.stringify(back),
      });
      const text = await answer.text();
      if (!/json/.test(answer.headers.get('content-type') ?? '')) return { status: answer.status };
      const { data, errors } = JSON.parse(text) as {
        data?: { user: SignedInUser };
        errors?: { code?: string; reason?: string }[];
      };
      return { status: answer.status, user: data?.user, code: errors?.[0]?.code, reason: errors?.[0]?.reason };
    } catch (error) {
      // By name: inside jest, `fetch` throws errors of another realm.
      if ((error as Error | null)?.name === 'TypeError') return { status: 0 };
      throw error;
    }
  }

  /** Both requests of a sign-in. */
  async signIn(who: string | Partial<IssueCodeInput>, options: { consent?: boolean } = {}): Promise<SignInAnswer> {
    return this.finish(await this.begin(who, options));
  }

  /** Cookies as they are now, for another device to take over. */
  copy(): Device {
    const other = new Device(this.options);
    this.cookies.forEach((value, name) => other.cookies.set(name, value));
    return other;
  }

  private async fetch(url: string, init: RequestInit = {}): Promise<Response> {
    const answer = await fetch(url, {
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
      ...init,
      headers: {
        'User-Agent': this.options.inWeCom === false ? USER_AGENTS.desk : USER_AGENTS.wecomPhone,
        Cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...init.headers,
      },
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }
}
