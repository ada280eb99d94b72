import type { Database } from '@nocobase/database';
import type { Application } from '@nocobase/server';
import { serverRequest } from '@nocobase/utils';
import { PACKAGE_NAME } from '../shared/package-name';
import { Claims } from './database/claims';
import { Accounts } from './members/accounts';
import type { Settings } from './settings/settings';
import { Visits } from './visit/visits';
import { AccessTokens } from './wecom/access-tokens';
import { WeComClient } from './wecom/client';
import type { SendHttp } from './wecom/transport';

/** How long a turn inside this process may take before a lock adapter gives it to the next. */
const TURN_MS = 15 * 1000;

/** What the parts of a sign-in are made of, once per application. */
export interface Services {
  claims: Claims;
  visits: Visits;
  accounts: Accounts;
  wecom(settings: Settings): WeComClient;
}

/** Plugins see their application through a proxy of the host, requests do not: the database is the same to both. */
const servicesByDatabase = new WeakMap<Database, Services>();

/**
 * Puts the services of an application together. Caches are closed when an application reloads, so this belongs into a
 * plugin's `load()`.
 */
export async function createServices(app: Application): Promise<Services> {
  const claims = new Claims(app.db, (key, run) =>
    app.lockManager.runExclusive(`${app.name}:${PACKAGE_NAME}:${key}`, run, TURN_MS),
  );
  const cache = await app.cacheManager.createCache({ name: PACKAGE_NAME, prefix: 'wecom' });
  const shared = app.cacheManager.defaultStore !== 'memory';
  const tokens = new AccessTokens(cache, (key, run) => (shared ? claims.withLease(`token:${key}`, run) : run()));
  const services: Services = {
    claims,
    visits: new Visits(app.authManager.jwt.getSecret() as string | Buffer, app.name, claims),
    accounts: new Accounts(app.db, claims),
    wecom: (settings) => new WeComClient(settings, tokens, serverRequest as SendHttp),
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
