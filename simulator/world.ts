import { CallLog } from './calls';
import { CodeStore, TicketStore } from './codes';
import { ConsentStore } from './consents';
import { Corp } from './corps';
import { FaultStore } from './faults';
import { openidOf } from './ids';
import { TokenStore } from './tokens';
import type { CorpConfig, Edition, Person, PersonInput } from './types';

/** Everything that one running simulator knows. */
export class World {
  corps = new Map<string, Corp>();
  /** Who is logged in to clients that carry no cookie, per company. */
  clients = new Map<string, Person>();
  /** When set, the address that WeCom believes the caller to have. */
  callerIp: string | null = null;
  edition: Edition;
  /** How far the clock that answers show is ahead of the real one, in milliseconds. */
  clockSkew = 0;
  readonly tokens: TokenStore;
  readonly codes: CodeStore;
  readonly tickets: TicketStore;
  readonly consents: ConsentStore;
  readonly faults = new FaultStore();
  readonly calls = new CallLog();
  readonly visits = new CallLog();
  /** Refuses connections from now on; set by what listens. */
  goAway: () => void = () => undefined;

  constructor(
    private readonly initial: CorpConfig[],
    readonly now: () => number,
    private readonly initialEdition: Edition,
  ) {
    this.edition = initialEdition;
    this.tokens = new TokenStore(now);
    this.codes = new CodeStore(now);
    this.tickets = new TicketStore(now);
    this.consents = new ConsentStore(now);
    this.reset();
  }

  addCorp(config: CorpConfig): Corp {
    const corp = new Corp(config);
    this.corps.set(corp.corpId, corp);
    return corp;
  }

  corp(corpId: string): Corp {
    const corp = this.corps.get(corpId);
    if (!corp) throw new Error(`no company ${corpId}`);
    return corp;
  }

  reset(): void {
    this.corps.clear();
    for (const config of this.initial) this.addCorp(config);
    this.clients.clear();
    this.callerIp = null;
    this.edition = this.initialEdition;
    this.clockSkew = 0;
    for (const store of [this.tokens, this.codes, this.tickets, this.consents, this.faults]) store.clear();
    this.calls.reset();
    this.visits.reset();
  }
}

/** Turns what a test wrote into a person. */
export function toPerson(input: PersonInput): Person {
  if (typeof input === 'string') return { kind: 'member', userid: input };
  if ('linked' in input) return { kind: 'linked', userid: input.linked };
  return { kind: 'outsider', openid: input.openid, external_userid: input.external_userid };
}

/** How this company sees the person: one who has left it is a stranger, whom WeCom names by openid only. */
export function asSeenBy(corp: Corp, person: Person): Person {
  if (person.kind !== 'member') return person;
  const member = corp.findMember(person.userid);
  if (!member) return person;
  if (member.status === 5) return { kind: 'outsider', openid: openidOf(corp.corpId, member.userid) };
  return { kind: 'member', userid: member.userid };
}
