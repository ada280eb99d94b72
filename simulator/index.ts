import type { AddressInfo } from 'node:net';
import type { CallLog } from './calls';
import type { Corp } from './corps';
import type { FaultStore } from './faults';
import { createSimulatorServer } from './server';
import { SENSITIVE_FIELDS } from './types';
import type { App, CorpConfig, Edition, IssueCodeInput, Member, Person, PersonInput } from './types';
import { World, asSeenBy, toPerson } from './world';

export * from './types';
export type { CallLog, CallRecord } from './calls';
export type { Corp } from './corps';
export type { FaultStore } from './faults';
export { CALL_NAMES } from './api/answer';
export { demoCorp, DEMO_AGENT_ID, DEMO_CORP_ID, DEMO_SECRET } from './demo-corp';

export interface SimulatorOptions {
  /** 0 (default) takes any free port. */
  port?: number;
  host?: string;
  /** Default: public. */
  edition?: Edition;
  /** Companies that exist at the start and after `reset()`. */
  corps?: CorpConfig[];
  /** Time in milliseconds; default: the real one. */
  clock?: () => number;
}

/** A running simulator. */
export interface Simulator {
  readonly url: string;
  /** Values for the three URL settings of the plugin. */
  readonly apiBaseUrl: string;
  readonly oauthUrl: string;
  readonly ssoUrl: string;
  /** API calls served so far. */
  readonly calls: CallLog;
  /** Sign-in pages served so far. */
  readonly visits: CallLog;
  readonly faults: FaultStore;
  /** When set, the address that WeCom believes its caller to have. */
  callerIp: string | null;
  /** Which calls it knows, and how it answers them. */
  edition: Edition;
  /** How far the clock that answers show (header `Date`) is ahead, in milliseconds. */
  clockSkew: number;

  addCorp(config: CorpConfig): Corp;
  /** The state of a company, which may be changed at any time. Throws when it does not exist. */
  corp(corpId: string): Corp;
  app(corpId: string, agentId: string | number): App;
  member(corpId: string, userid: string): Member;

  /** A code as the pages would issue it, without a browser. */
  issueCode(input: IssueCodeInput): string;
  /** Makes every client without a cookie be this person; null: the pages ask again. */
  signInClient(corpId: string, person: PersonInput | null): void;
  /** Forgets who agreed to what, so that the consent page is shown again. */
  forgetConsents(): void;

  /** Ends tokens early: they answer 40014. */
  expireTokens(corpId?: string): void;
  /** Makes tokens, codes or tickets older. Tokens past their life answer 42001. */
  ageTokens(ms: number): void;
  ageCodes(ms: number): void;
  ageTickets(ms: number): void;

  /** Back to the initial companies; no tokens, codes, faults, counts. */
  reset(): void;
  /** Refuses connections from now on, as the fault `gone` does after its answer. */
  goAway(): void;
  /** Accepts connections again, at the same address. */
  comeBack(): Promise<void>;
  /** Stops listening and ends all connections at once. */
  close(): Promise<void>;
}

function personOf(input: IssueCodeInput): Person {
  if (input.userid !== undefined) return toPerson(input.userid);
  if (input.linked !== undefined) return toPerson({ linked: input.linked });
  if (input.openid !== undefined) return toPerson({ openid: input.openid });
  throw new Error('issueCode needs one of userid, openid, linked');
}

function issueCode(world: World, input: IssueCodeInput): string {
  const corp = world.corp(input.corpId);
  const app = corp.app(input.agentId);
  const consent = input.consent ?? 'all';
  return world.codes.issue({
    corpId: corp.corpId,
    agentId: app.agentId,
    person: asSeenBy(corp, personOf(input)),
    scope: input.scope ?? 'snsapi_base',
    agreed: consent === 'all' ? [...SENSITIVE_FIELDS] : consent === 'none' ? [] : [...consent],
    inClient: input.inClient ?? true,
    redirectUri: input.redirectUri ?? null,
  });
}

/** Starts a stand-in for WeCom on this machine. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, host = '127.0.0.1', edition = 'public', corps = [], clock = Date.now } = options;
  const world = new World(structuredClone(corps), clock, edition);
  const server = createSimulatorServer(world);
  const listen = (at: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(at, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
  await listen(port);
  const { port: ownPort } = server.address() as AddressInfo;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${ownPort}`;
  world.goAway = () => void server.close();

  return {
    url,
    apiBaseUrl: url,
    oauthUrl: `${url}/connect/oauth2/authorize`,
    ssoUrl: `${url}/wwlogin/sso/login`,
    calls: world.calls,
    visits: world.visits,
    faults: world.faults,
    get callerIp() {
      return world.callerIp;
    },
    set callerIp(ip) {
      world.callerIp = ip;
    },
    get edition() {
      return world.edition;
    },
    set edition(edition) {
      world.edition = edition;
    },
    get clockSkew() {
      return world.clockSkew;
    },
    set clockSkew(ms) {
      world.clockSkew = ms;
    },
    addCorp: (config) => world.addCorp(config),
    corp: (corpId) => world.corp(corpId),
    app: (corpId, agentId) => world.corp(corpId).app(agentId),
    member: (corpId, userid) => world.corp(corpId).member(userid),
    issueCode: (input) => issueCode(world, input),
    signInClient(corpId, person) {
      if (person === null) world.clients.delete(corpId);
      else world.clients.set(corpId, toPerson(person));
    },
    forgetConsents: () => world.consents.clear(),
    expireTokens: (corpId) => world.tokens.revoke(corpId),
    ageTokens: (ms) => world.tokens.age(ms),
    ageCodes: (ms) => world.codes.age(ms),
    ageTickets: (ms) => world.tickets.age(ms),
    reset: () => world.reset(),
    goAway: () => world.goAway(),
    comeBack: () => (server.listening ? Promise.resolve() : listen(ownPort)),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
