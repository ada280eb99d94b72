import type { Database } from '@nocobase/database';
import type { Application } from '@nocobase/server';
import { checkUrlAgainstWhitelist, serverRequest } from '@nocobase/utils';
import { PACKAGE_NAME } from '../shared/package-name';
import { ClockWatch } from './checks/clock';
import { Echoes } from './checks/echoes';
import { Turns } from './checks/turns';
import { Claims } from './database/claims';
import { InTurn } from './database/in-turn';
import { Accounts } from './members/accounts';
import { UnconfirmedPhones } from './members/unconfirmed-phones';
import { ChangedElsewhere } from './settings/changed-elsewhere';
import type { Settings } from './settings/settings';
import { RecentFailures } from './trace/recent-failures';
import { Visits } from './visit/visits';
import { AccessTokens } from './wecom/access-tokens';
import { type Limits, WeComClient } from './wecom/client';
import { onKeptConnections } from './wecom/connections';
import { throughProxy } from './wecom/proxy';
import type { SendHttp } from './wecom/transport';

/** A check has two parts, one after the other, and ends within 15 s. */
const CHECK_LIMITS: Limits = { timeout: 6500, refusalsInARow: 1 };

/** What the parts of a sign-in are made of, once per application. */
export interface Services {
  claims: Claims;
  visits: Visits;
  accounts: Accounts;
  changedElsewhere: ChangedElsewhere;
  phones: UnconfirmedPhones;
  recentFailures: RecentFailures;
  wecom(settings: Settings): WeComClient;
  /** As {@link wecom}, for a look at the set-up: brief, and one refusal of a secret is enough. */
  wecomToCheck(settings: Settings, clock: ClockWatch): WeComClient;
  echoes: Echoes;
  checks: Turns;
}

/** Plugins see their application through a proxy of the host, requests do not: the database is the same to both. */
const servicesByDatabase = new WeakMap<Database, Services>();

/** Axios with the host's rules on addresses (`SERVER_REQUEST_WHITELIST` and the like). */
const send = serverRequest as SendHttp;
const sendDirectly = onKeptConnections(send);

function sender({ proxyUrl }: Settings): SendHttp {
  return proxyUrl ? throughProxy(send, proxyUrl, checkUrlAgainstWhitelist) : sendDirectly;
}

/**
 * Puts the services of an application together. Caches are closed when an application reloads, so this belongs into a
 * plugin's `load()`.
 */
export async function createServices(app: Application): Promise<Services> {
  const claims = new Claims(app.db, new InTurn());
  const cache = await app.cacheManager.createCache({ name: PACKAGE_NAME, prefix: 'wecom' });
  const shared = app.cacheManager.defaultStore !== 'memory';
  const tokens = new AccessTokens(cache, (key, run) => (shared ? claims.withLease(`token:${key}`, run) : run()));
  const secret = app.authManager.jwt.getSecret() as string | Buffer;
  const phones = new UnconfirmedPhones(app.db, app.log);
  const services: Services = {
    claims,
    visits: new Visits(secret, app.name, claims),
    accounts: new Accounts(app.db, claims, phones),
    phones,
    changedElsewhere: new ChangedElsewhere(app),
    recentFailures: new RecentFailures(app.db, (error) =>
      app.logger.warn('A failed WeCom sign-in could not be listed', { error: (error as Error | null)?.name }),
    ),
    wecom: (settings) => new WeComClient(settings, tokens, sender(settings)),
    wecomToCheck: (settings, clock) => new WeComClient(settings, tokens, clock.watch(sender(settings)), CHECK_LIMITS),
    echoes: new Echoes(secret, app.name),
    checks: new Turns(),
  };
  servicesByDatabase.set(app.db, services);
  return services;
}

/** The services of an application in which the plugin is loaded. */
export function servicesOf(app: Application): Services {
  const services = servicesByDatabase.get(app.db);
  if (!services) {
    throw new Error(`${PACKAGE_NAME} is not loaded`);
  }
  return services;
}
