import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** What an application answers to somebody who wants to know whether it is the one. */
export interface Echo {
  /** Whether the application sees that it was called under the address that the caller named. */
  trusted: boolean;
  proof: string;
}

/** Proves that an answer comes from this application, whichever of its processes gave it. */
export class Echoes {
  private readonly key: Buffer;

  /**
   * @param secret of the app, the same in all its processes
   * @param appName keeps the sub-apps of one host apart
   */
  constructor(secret: string | Buffer, appName: string) {
    // A key of its own: callers choose what is signed here, so it must be worth nothing elsewhere.
    this.key = Buffer.from(hkdfSync('sha256', secret, appName, 'wecom echo', 32));
  }

  answer(nonce: string, trusted: boolean): Echo {
    return { trusted, proof: createHmac('sha256', this.key).update(`${nonce}:${trusted}`).digest('hex') };
  }

  /** Whether something that came from outside is this application's answer to a nonce. */
  verify(nonce: string, answer: unknown): answer is Echo {
    const { trusted, proof } = (answer ?? {}) as Partial<Record<keyof Echo, unknown>>;
    if (typeof trusted !== 'boolean' || typeof proof !== 'string' || !/^[0-9a-f]{64}$/.test(proof)) {
      return false;
    }
    return timingSafeEqual(Buffer.from(proof), Buffer.from(this.answer(nonce, trusted).proof));
  }
}
