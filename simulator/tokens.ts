import { TOKEN_LIFE_MS } from './constants';
import { randomSecret } from './ids';

interface Token {
  value: string;
  corpId: string;
  agentId: string;
  secret: string;
  expiresAt: number;
}

/** Access tokens: one per company and secret, the same one until it ends (WeCom doc 91039). */
export class TokenStore {
  private tokens = new Map<string, Token>();

  constructor(private now: () => number) {}

  /** The running token of this secret, or a new one. */
  issue(corpId: string, agentId: string, secret: string): { value: string; expiresIn: number } {
    const now = this.now();
    let token = [...this.tokens.values()].find(
      (each) => each.corpId === corpId && each.secret === secret && each.expiresAt > now,
    );
    if (!token) {
      token = { value: randomSecret('access-token', 160), corpId, agentId, secret, expiresAt: now + TOKEN_LIFE_MS };
      this.tokens.set(token.value, token);
    }
    return { value: token.value, expiresIn: Math.ceil((token.expiresAt - now) / 1000) };
  }

  find(value: string): 'unknown' | 'expired' | { corpId: string; agentId: string } {
    const token = this.tokens.get(value);
    if (!token) return 'unknown';
    if (token.expiresAt <= this.now()) return 'expired';
    return { corpId: token.corpId, agentId: token.agentId };
  }

  /** WeCom may end tokens early: from now on they are unknown (40014). */
  revoke(corpId?: string): void {
    for (const token of [...this.tokens.values()]) {
      if (corpId === undefined || token.corpId === corpId) this.tokens.delete(token.value);
    }
  }

  /** Brings the end of all tokens nearer by `ms`. */
  age(ms: number): void {
    for (const token of this.tokens.values()) token.expiresAt -= ms;
  }

  clear(): void {
    this.tokens.clear();
  }
}
