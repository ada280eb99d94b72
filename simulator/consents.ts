import { CONSENT_LIFE_MS } from './constants';
import type { SensitiveField } from './types';

interface Consent {
  agreed: SensitiveField[];
  at: number;
}

/** What members agreed to: asked once per member and app, then not again for 30 days (WeCom doc 91335). */
export class ConsentStore {
  private consents = new Map<string, Consent>();

  constructor(private now: () => number) {}

  private key(corpId: string, agentId: string, userid: string): string {
    return `${corpId}\n${agentId}\n${userid.toLowerCase()}`;
  }

  remember(corpId: string, agentId: string, userid: string, agreed: SensitiveField[]): void {
    this.consents.set(this.key(corpId, agentId, userid), { agreed, at: this.now() });
  }

  find(corpId: string, agentId: string, userid: string): SensitiveField[] | null {
    const consent = this.consents.get(this.key(corpId, agentId, userid));
    return consent && consent.at + CONSENT_LIFE_MS > this.now() ? consent.agreed : null;
  }

  clear(): void {
    this.consents.clear();
  }
}
