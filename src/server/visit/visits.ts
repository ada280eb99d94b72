import { createHash, createHmac, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { Claims } from '../database/claims';
import { SignInFailure } from '../failure';
import type { Settings } from '../settings/settings';

/** A visit is one trip from the door to WeCom and back; WeCom's code dies after five minutes, people take longer. */
const VISIT_LIFE_MS = 10 * 60 * 1000;

/** Visits of one browser that are open at once (tabs); beyond it the oldest cookies are dropped. */
const OPEN_VISITS = 6;

/** More than this, which somebody must have planted, would make an answer that proxies refuse (nginx: 4 KB of headers). */
const DROPPED_AT_ONCE = 10;

/** Cookies as the visits need them; the host's `ctx.cookies` and `ctx.headers.cookie` behind a small face. */
export interface CookieJar {
  get(name: string): string | undefined;
  names(): string[];
  set(name: string, value: string, maxAge: number): void;
  clear(name: string): void;
}

export interface Visit {
  /** Whether the visit goes through the WeCom client rather than the web login page. */
  inClient: boolean;
  /** Whether the member is asked for consent. */
  consent: boolean;
}

interface VisitClaims extends Visit {
  state: string;
  authenticator: string;
  settings: string;
  /** Of all settings, for {@link Visits.beganOtherwise}. */
  version: string;
}

/** Changes when the company or the app does: a visit begun for one must not end in the other. */
function fingerprint(settings: Settings): string {
  return createHash('sha256')
    .update(JSON.stringify([settings.corpId, settings.agentId, settings.apiBaseUrl]))
    .digest('base64url')
    .slice(0, 16);
}

/**
 * Visits are what `state` stands for. All of a visit is in a signed cookie, so that any process can finish what another
 * began and nothing has to be kept; that it is used once is decided by the database.
 */
export class Visits {
  private readonly key: KeyObject;
  private readonly cookiePrefix: string;

  /**
   * @param secret of the app, the same in all its processes
   * @param appName keeps the sub-apps of one host apart
   */
  constructor(
    secret: string | Buffer,
    private readonly appName: string,
    private readonly claims: Claims,
  ) {
    // A key of its own: what is signed here must never pass for a session token of the host, nor the other way round.
    // As a key object, because `jsonwebtoken` takes most of a millisecond to find out what plain bytes are.
    this.key = createSecretKey(Buffer.from(hkdfSync('sha256', secret, appName, 'wecom visit', 32)));
    this.cookiePrefix = `nb_wecom_${appName.replace(/[^A-Za-z0-9_-]/g, '_')}_`;
  }

  /**
   * Begins a visit and leaves its cookie with the browser.
   *
   * @returns the `state` to send along: hex digits, as WeCom demands (WeCom document 91022)
   */
  begin(cookies: CookieJar, authenticator: string, settings: Settings, visit: Visit): string {
    const state = randomBytes(16).toString('hex');
    const claims: VisitClaims = {
      state,
      authenticator,
      settings: fingerprint(settings),
      version: this.versionOf(settings),
      inClient: visit.inClient,
      consent: visit.consent,
    };
    const signed = jwt.sign(claims, this.key, {
      algorithm: 'HS256',
      audience: this.appName,
      expiresIn: VISIT_LIFE_MS / 1000,
    });
    this.dropOldest(cookies);
    cookies.set(this.cookieName(state), signed, VISIT_LIFE_MS);
    return state;
  }

  /**
   * Ends the visit of a state. It succeeds once, in the browser that began it, for the same authenticator and company.
   *
   * @throws {SignInFailure} `stateInvalid`
   */
  async end(cookies: CookieJar, state: unknown, authenticator: string, settings: Settings): Promise<Visit> {
    const visit = this.find(cookies, state, authenticator);
    if (!visit || visit.settings !== fingerprint(settings)) {
      throw new SignInFailure('stateInvalid');
    }
    cookies.clear(this.cookieName(visit.state));
    // Somebody may have kept the cookie, and a page may be loaded twice at the same time.
    if (!(await this.claims.claimOnce(`visit:${this.appName}:${visit.state}`, VISIT_LIFE_MS))) {
      throw new SignInFailure('stateInvalid');
    }
    return { inClient: visit.inClient, consent: visit.consent };
  }

  /**
   * Whether there is a visit that began with other settings than these: the process that began it, or this one, has not
   * heard of a change.
   *
   * @param settings undefined when this process knows none that are usable
   */
  beganOtherwise(cookies: CookieJar, state: unknown, authenticator: string, settings: Settings | undefined): boolean {
    const visit = this.find(cookies, state, authenticator);
    return visit !== undefined && (!settings || visit.version !== this.versionOf(settings));
  }

  private find(cookies: CookieJar, state: unknown, authenticator: string): VisitClaims | undefined {
    if (typeof state !== 'string' || !/^[0-9a-f]{32}$/.test(state)) {
      return undefined;
    }
    const cookie = cookies.get(this.cookieName(state));
    const visit = cookie ? this.read(cookie) : undefined;
    return visit?.state === state && visit.authenticator === authenticator ? visit : undefined;
  }

  /** Keyed, because browsers can read what is in the cookie and the Secret is among the settings. */
  private versionOf(settings: Settings): string {
    return createHmac('sha256', this.key).update(JSON.stringify(settings)).digest('base64url').slice(0, 16);
  }

  private cookieName(state: string): string {
    return `${this.cookiePrefix}${state.slice(0, 8)}`;
  }

  private read(cookie: string): VisitClaims | undefined {
    try {
      return jwt.verify(cookie, this.key, { algorithms: ['HS256'], audience: this.appName }) as VisitClaims & object;
    } catch {
      return undefined;
    }
  }

  /** Browsers list cookies of one path oldest first (RFC 6265, 5.4). */
  private dropOldest(cookies: CookieJar): void {
    const open = cookies.names().filter((name) => name.startsWith(this.cookiePrefix));
    const superfluous = Math.max(0, open.length - OPEN_VISITS + 1);
    for (const name of open.slice(0, Math.min(superfluous, DROPPED_AT_ONCE))) {
      cookies.clear(name);
    }
  }
}
