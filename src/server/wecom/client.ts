import { createHash } from 'node:crypto';
import type { AccessTokens } from './access-tokens';
import {
  type Identity,
  type MemberDetail,
  type MemberRecord,
  readAccessToken,
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

/** All calls of one sign-in together, so that a person is never left waiting for long. */
const SIGN_IN_TIMEOUT_MS = 8500;

const RETRY_BUSY_AFTER_MS = 300;

/** The token was refused, or belongs to a secret that was reset: worth one new token (WeCom documents 90313, 91039). */
const TOKEN_REFUSED = new Set([40001, 40014, 42001]);

const SYSTEM_BUSY = -1;

/**
 * The WeCom API as one sign-in of one self-built app needs it. Make a new one for each sign-in: its calls share one
 * time limit.
 *
 * WeCom departs from OAuth 2: the code is exchanged for a userid with the token of the app, and there is no token per
 * user (WeCom document 91023).
 */
export class WeComClient {
  private readonly deadline = Date.now() + SIGN_IN_TIMEOUT_MS;

  constructor(
    private readonly app: WeComApp,
    private readonly tokens: AccessTokens,
    private readonly send: SendHttp,
  ) {}

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
      if (!isUnknownPath(error)) {
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
        await this.onceMoreWhenBusy(() => this.callWithToken({ path: 'auth/getuserdetail', body })),
      );
    } catch (error) {
      if (!isUnknownPath(error)) {
        throw error;
      }
    }
    return readMemberDetail('user/getuserdetail', await this.callWithToken({ path: 'user/getuserdetail', body }));
  }

  /**
   * The record of a member in the app's visible range.
   *
   * @throws {WeComError} with errcode 60011 or 60111 when the member is not visible
   */
  async memberRecord(userid: string): Promise<MemberRecord> {
    return readMemberRecord(
      await this.onceMoreWhenBusy(() => this.callWithToken({ path: 'user/get', query: { userid } })),
    );
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
    return this.tokens.get(
      key,
      () =>
        this.onceMoreWhenBusy(async () =>
          readAccessToken(await this.call({ path: 'gettoken', query: { corpid: corpId, corpsecret: secret } })),
        ),
      refused,
    );
  }

  /** Repeats a call that uses nothing up once more when WeCom says that it is busy (WeCom document 90313). */
  private async onceMoreWhenBusy<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof WeComError) || error.errcode !== SYSTEM_BUSY) {
        throw error;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_BUSY_AFTER_MS));
    return run();
  }

  private async call(call: Omit<Call, 'timeout'>): Promise<Answer> {
    const left = this.deadline - Date.now();
    if (left <= 0) {
      throw new WeComError({ call: call.path, kind: 'network', detail: 'out of time' });
    }
    return callWeCom(this.send, this.app.apiBaseUrl, { ...call, timeout: Math.min(CALL_TIMEOUT_MS, left) });
  }
}

function isUnknownPath(error: unknown): boolean {
  return error instanceof WeComError && error.kind === 'status' && error.detail === '404';
}
