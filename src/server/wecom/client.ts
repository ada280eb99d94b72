import { createHash } from 'node:crypto';
import type { AccessTokens } from './access-tokens';
import {
  type AppInfo,
  type Identity,
  type MemberDetail,
  type MemberRecord,
  readAccessToken,
  readAppInfo,
  readIdentity,
  readMemberDetail,
  readMemberRecord,
} from './answers';
import { WeComError } from './error';
import { type Answer, type Call, type SendHttp, callWeCom } from './transport';

export interface WeComApp {
  apiBaseUrl: string;
  corpId: string;
  secret: string;
}

/** A single call is given up after this; WeCom answers in well under a second. */
const CALL_TIMEOUT_MS = 4000;

/** How much a client may ask of WeCom. */
export interface Limits {
  /** All calls together, so that a person is never left waiting for long. Milliseconds. */
  timeout: number;
  /** After how many refusals in a row a secret is not tried again for a while; without it, as for sign-ins. */
  refusalsInARow?: number;
}

const SIGN_IN: Limits = { timeout: 8500 };

/** Waits before a call that WeCom was too busy for is made again: three tries in all (WeCom document 90313). */
const BUSY_WAITS_MS = [400, 800];

/** The token was refused, or belongs to a secret that was reset: worth one new token (WeCom documents 90313, 91039). */
const TOKEN_REFUSED = new Set([40001, 40014, 42001]);

const SYSTEM_BUSY = -1;

/**
 * The WeCom API as a sign-in, or a look at the set-up, of one self-built app needs it. Make a new one for each: its
 * calls share one time limit.
 *
 * WeCom departs from OAuth 2: the code is exchanged for a userid with the token of the app, and there is no token per
 * user (WeCom document 91023).
 */
export class WeComClient {
  private readonly deadline: number;

  constructor(
    private readonly app: WeComApp,
    private readonly tokens: AccessTokens,
    private readonly send: SendHttp,
    private readonly limits: Limits = SIGN_IN,
  ) {
    this.deadline = Date.now() + limits.timeout;
  }

  /**
   * Exchanges a code for the person it stands for. The code is used up by it, so the call is never repeated, except
   * when WeCom refused the token and so did not look at the code.
   *
   * @throws {WeComError}
   */
  async identify(code: string): Promise<Identity> {
    try {
      return readIdentity('auth/getuserinfo', await this.callWithToken({ path: 'auth/getuserinfo', query: { code } }));
    } catch (error) {
      if (!isUnknownPath(error, 'auth/getuserinfo')) {
        throw error;
      }
    }
    // Older private editions only have the former path, which never saw the code (notes on WeCom document 91023).
    return readIdentity('user/getuserinfo', await this.callWithToken({ path: 'user/getuserinfo', query: { code } }));
  }

  /**
   * What the member agreed to share, by the user ticket of a consent round.
   *
   * @throws {WeComError}
   */
  async memberDetail(userTicket: string): Promise<MemberDetail> {
    const body = { user_ticket: userTicket };
    try {
      return readMemberDetail(
        'auth/getuserdetail',
        await this.againWhenBusy(() => this.callWithToken({ path: 'auth/getuserdetail', body })),
      );
    } catch (error) {
      if (!isUnknownPath(error, 'auth/getuserdetail')) {
        throw error;
      }
    }
    return readMemberDetail(
      'user/getuserdetail',
      await this.againWhenBusy(() => this.callWithToken({ path: 'user/getuserdetail', body })),
    );
  }

  /**
   * The record of a member in the app's visible range.
   *
   * @throws {WeComError} with errcode 60011 or 60111 when the member is not visible
   */
  async memberRecord(userid: string): Promise<MemberRecord> {
    return readMemberRecord(
      await this.againWhenBusy(() => this.callWithToken({ path: 'user/get', query: { userid } })),
    );
  }

  /**
   * Whether WeCom gives this app access, for which nothing but company and secret is looked at.
   *
   * @throws {WeComError}
   */
  async connect(): Promise<void> {
    await this.accessToken();
  }

  /**
   * The app as the WeCom console has it (WeCom document 90227).
   *
   * @throws {WeComError} with errcode 301002 or 40056 when the agent id is not that of the secret
   */
  async appInfo(agentId: string): Promise<AppInfo> {
    return readAppInfo(
      await this.againWhenBusy(() => this.callWithToken({ path: 'agent/get', query: { agentid: agentId } })),
    );
  }

  /**
   * Makes a call that WeCom answers for every app, provided that it comes from a trusted address.
   *
   * @throws {WeComError} with errcode 60020 when it does not
   */
  async knock(): Promise<void> {
    await this.callWithToken({ path: 'getcallbackip' });
  }

  /**
   * Changes the homepage of the app and nothing else (WeCom document 90228).
   *
   * @throws {WeComError}
   */
  async setHomepage(agentId: string, url: string): Promise<void> {
    await this.callWithToken({ path: 'agent/set', body: { agentid: Number(agentId), home_url: url } });
  }

  private async callWithToken(call: Omit<Call, 'timeout'>): Promise<Answer> {
    const token = await this.accessToken();
    try {
      return await this.call({ ...call, query: { access_token: token, ...call.query } });
    } catch (error) {
      if (!(error instanceof WeComError) || error.errcode === undefined || !TOKEN_REFUSED.has(error.errcode)) {
        throw error;
      }
    }
    const fresh = await this.accessToken(token);
    return this.call({ ...call, query: { access_token: fresh, ...call.query } });
  }

  private accessToken(refused?: string): Promise<string> {
    const { apiBaseUrl, corpId, secret } = this.app;
    const key = createHash('sha256')
      .update(JSON.stringify([apiBaseUrl, corpId, secret]))
      .digest('hex');
    const fetch = () =>
      this.againWhenBusy(async () =>
        readAccessToken(await this.call({ path: 'gettoken', query: { corpid: corpId, corpsecret: secret } })),
      );
    return this.inTime('gettoken', this.tokens.get(key, fetch, refused, this.limits.refusalsInARow));
  }

  /** Others may be getting the token, one after the other while WeCom hangs: waiting for them is limited, too. */
  private async inTime<T>(call: string, work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const end = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(outOfTime(call)), this.deadline - Date.now());
    });
    try {
      return await Promise.race([work, end]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Repeats a call that uses nothing up while WeCom says that it is busy. */
  private async againWhenBusy<T>(run: () => Promise<T>): Promise<T> {
    for (const wait of BUSY_WAITS_MS) {
      try {
        return await run();
      } catch (error) {
        const busy = error instanceof WeComError && error.errcode === SYSTEM_BUSY;
        if (!busy || Date.now() + wait >= this.deadline) {
          throw error;
        }
      }
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
    return run();
  }

  private async call(call: Omit<Call, 'timeout'>): Promise<Answer> {
    const left = this.deadline - Date.now();
    if (left <= 0) {
      throw outOfTime(call.path);
    }
    return callWeCom(this.send, this.app.apiBaseUrl, { ...call, timeout: Math.min(CALL_TIMEOUT_MS, left) });
  }
}

function outOfTime(call: string): WeComError {
  return new WeComError({ call, kind: 'network', detail: 'out of time' });
}

function isUnknownPath(error: unknown, path: string): boolean {
  return error instanceof WeComError && error.call === path && error.kind === 'status' && error.detail === '404';
}
