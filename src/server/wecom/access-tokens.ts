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

/** WeCom bans an address for an hour when it repeats a wrong secret (WeCom document 90313), so it is not asked on and on. */
const REFUSALS_IN_A_ROW = 3;
const PAUSE_MS = 60 * 1000;

/** WeCom is busy (-1) or counts calls (45009, 45033): nothing is wrong with the secret. */
const PASSING_ERRCODES = new Set([-1, 45009, 45033]);

interface Refusals {
  count: number;
  last: WeComError;
  until: number;
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
   */
  async get(key: string, fetch: () => Promise<AccessTokenAnswer>, refused?: string): Promise<string> {
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
      const { token, expiresIn } = await this.unlessRefused(key, fetch);
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
  private async unlessRefused(key: string, fetch: () => Promise<AccessTokenAnswer>): Promise<AccessTokenAnswer> {
    const before = this.refusals.get(key);
    const recent = before && Date.now() < before.until ? before : undefined;
    if (recent && recent.count >= REFUSALS_IN_A_ROW) {
      throw recent.last;
    }
    try {
      const answer = await fetch();
      this.refusals.delete(key);
      return answer;
    } catch (error) {
      if (error instanceof WeComError && error.errcode !== undefined && !PASSING_ERRCODES.has(error.errcode)) {
        this.refusals.set(key, { count: (recent?.count ?? 0) + 1, last: error, until: Date.now() + PAUSE_MS });
      }
      throw error;
    }
  }
}
