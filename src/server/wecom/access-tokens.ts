import type { AccessTokenAnswer } from './answers';
import { WeComError } from './error';

/** Where tokens are kept between sign-ins. The host's `Cache` fits; lives are in milliseconds. */
export interface TokenStore {
  get<T>(key: string): Promise<T | undefined>;
  set(key: string, value: unknown, ttl?: number): Promise<unknown>;
}

/** Runs one caller at a time among all processes that share the token store. */
export type RunAlone = <T>(key: string, run: () => Promise<T>) => Promise<T>;

/** A token this close to its end is not handed out, so that it survives the call it is used for. */
const MARGIN_SECONDS = 10;

/**
 * WeCom bans an address for an hour when it repeats wrong ones (WeCom document 90313). So after a few refusals in a row a
 * secret is tried once a minute, whoever asks for a sign-in in between.
 */
const SECRET_REFUSED = new Set([40001, 40013, 40091]);
const REFUSALS_IN_A_ROW = 5;
const PAUSE_MS = 60 * 1000;

interface Refusals {
  count: number;
  last: WeComError;
  at: number;
}

/**
 * Access tokens, fetched once per life and secret however many sign-ins run at once.
 *
 * WeCom allows few `gettoken` calls and bans an address that repeats wrong ones (WeCom documents 90312, 91039), so a
 * token is shared by all sign-ins of this process and, through the store, by all processes that use the same store.
 */
export class AccessTokens {
  private readonly pending = new Map<string, Promise<string>>();
  private readonly refusals = new Map<string, Refusals>();

  constructor(
    private readonly store: TokenStore,
    private readonly runAlone: RunAlone,
  ) {}

  /**
   * @param key identifies corp id and secret
   * @param fetch gets a new token from WeCom
   * @param refused a token that WeCom has just refused (40014, 42001): it is not handed out again
   * @param refusalsInARow after how many the last one is repeated from memory for a while
   */
  async get(
    key: string,
    fetch: () => Promise<AccessTokenAnswer>,
    refused?: string,
    refusalsInARow = REFUSALS_IN_A_ROW,
  ): Promise<string> {
    const stored = await this.store.get<string>(key);
    if (stored && stored !== refused) {
      return stored;
    }
    const running = this.pending.get(key);
    if (running) {
      return running;
    }
    const fetching = this.runAlone(key, async () => {
      const current = await this.store.get<string>(key);
      if (current && current !== refused) {
        return current;
      }
      const { token, expiresIn } = await this.unlessRefused(key, fetch, refusalsInARow);
      await this.store.set(key, token, Math.max(expiresIn - MARGIN_SECONDS, 1) * 1000);
      return token;
    });
    this.pending.set(key, fetching);
    try {
      return await fetching;
    } finally {
      this.pending.delete(key);
    }
  }

  /** Answers from memory for a while when a secret has been refused several times; a corrected one has another key. */
  private async unlessRefused(
    key: string,
    fetch: () => Promise<AccessTokenAnswer>,
    refusalsInARow: number,
  ): Promise<AccessTokenAnswer> {
    const refusals = this.refusals.get(key);
    if (refusals && refusals.count >= refusalsInARow && Date.now() < refusals.at + PAUSE_MS) {
      throw new WeComError({ ...refusals.last, answeredAt: refusals.at });
    }
    try {
      const answer = await fetch();
      this.refusals.delete(key);
      return answer;
    } catch (error) {
      if (error instanceof WeComError && error.errcode !== undefined && SECRET_REFUSED.has(error.errcode)) {
        this.remember(key, { count: (refusals?.count ?? 0) + 1, last: error, at: Date.now() });
      }
      throw error;
    }
  }

  /** Keeps the refusals of the last minute: those before it are of no use, and settings can be tried without end. */
  private remember(key: string, refusals: Refusals): void {
    for (const [other, { count, at }] of this.refusals) {
      if (count < REFUSALS_IN_A_ROW && at + PAUSE_MS < Date.now()) {
        this.refusals.delete(other);
      }
    }
    this.refusals.set(key, refusals);
  }
}
