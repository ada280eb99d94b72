import { CODE_LIFE_MS, TICKET_LIFE_MS } from './constants';
import { randomSecret } from './ids';
import type { Person, Scope, SensitiveField } from './types';

export interface Code {
  corpId: string;
  agentId: string;
  person: Person;
  scope: Scope;
  /** What the member agreed to hand over. */
  agreed: SensitiveField[];
  inClient: boolean;
  redirectUri: string | null;
  expiresAt: number;
}

export interface Ticket {
  corpId: string;
  agentId: string;
  userid: string;
  agreed: SensitiveField[];
  expiresAt: number;
}

/** Sign-in codes: one use, five minutes, bound to an app (WeCom doc 91023). */
export class CodeStore {
  private codes = new Map<string, Code>();

  constructor(private now: () => number) {}

  issue(code: Omit<Code, 'expiresAt'>): string {
    for (const [value, old] of this.codes) {
      // Oldest first, so what a long run leaves unused is bounded by the life of a code.
      if (old.expiresAt > this.now()) break;
      this.codes.delete(value);
    }
    const value = randomSecret('code', 32);
    this.codes.set(value, { ...code, expiresAt: this.now() + CODE_LIFE_MS });
    return value;
  }

  /** The code if it can still be used. Does not use it up. */
  findLive(value: string): Code | null {
    const code = this.codes.get(value);
    return code && code.expiresAt > this.now() ? code : null;
  }

  /** A used code answers like one that never was. */
  useUp(value: string): void {
    this.codes.delete(value);
  }

  age(ms: number): void {
    for (const code of this.codes.values()) code.expiresAt -= ms;
  }

  clear(): void {
    this.codes.clear();
  }
}

/** User tickets: 1800 seconds, may be used more than once (WeCom doc 91023). */
export class TicketStore {
  private tickets = new Map<string, Ticket>();

  constructor(private now: () => number) {}

  issue(ticket: Omit<Ticket, 'expiresAt'>): string {
    const value = randomSecret('ticket', 96);
    this.tickets.set(value, { ...ticket, expiresAt: this.now() + TICKET_LIFE_MS });
    return value;
  }

  find(value: string): Ticket | 'unknown' | 'expired' {
    const ticket = this.tickets.get(value);
    if (!ticket) return 'unknown';
    return ticket.expiresAt > this.now() ? ticket : 'expired';
  }

  age(ms: number): void {
    for (const ticket of this.tickets.values()) ticket.expiresAt -= ms;
  }

  clear(): void {
    this.tickets.clear();
  }
}
