import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Database, Model } from '@nocobase/database';
import { type Application, Gateway } from '@nocobase/server';
import { AUTH_TYPE } from '../../shared/constants';
import { type OwnershipFile, ownershipFileOf, ownershipFileText } from '../../shared/ownership-file';
import type { Options } from '../settings/settings';
import { askedName } from './asked-name';

/** Asks the database, since what another node has saved is nowhere else. */
async function find(db: Database, name: string): Promise<OwnershipFile | undefined> {
  const authenticators: Model[] = await db.getRepository('authenticators').find({
    filter: { authType: AUTH_TYPE, enabled: true },
    fields: ['options'],
    sort: ['id'],
  });
  return authenticators
    .map((authenticator) => ownershipFileOf((authenticator.get('options') as Options | null)?.ownershipFile))
    .find((file) => file?.name === name);
}

function answer(response: ServerResponse, file: OwnershipFile): void {
  const body = Buffer.from(ownershipFileText(file), 'latin1');
  response.writeHead(200, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': body.length,
    'X-Content-Type-Options': 'nosniff',
    // Once removed it is gone, also for caches on the way.
    'Cache-Control': 'no-store',
    // The settings may be open under another address than the domain, and look whether the file can be reached there.
    'Access-Control-Allow-Origin': '*',
  });
  response.end(body);
}

/** The host awaits what its type declarations call synchronous. */
type RequestHandler = Parameters<typeof Gateway.registerRequestHandler>[0];

/**
 * Serves the ownership files of the enabled authenticators of an application, in front of the pages that the host answers
 * to every unknown path. Belongs into a plugin's `load()`; it ends when the application stops or reloads, because the host
 * keeps request handlers as long as the process lives.
 *
 * A domain of its own belongs to one application. Applications without one share the domain of the main application, and
 * each answers there for its own files.
 */
export function serveOwnershipFiles(app: Application): void {
  const handler = async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const name = askedName(request.url ?? '');
    if (name === undefined || !(request.method === 'GET' || request.method === 'HEAD')) {
      return false;
    }
    const owner = await Gateway.getInstance().getRequestHandleAppName(request);
    if (owner !== 'main' && owner !== app.name) {
      return false;
    }
    const file = await find(app.db, name);
    if (!file) {
      return false;
    }
    answer(response, file);
    return true;
  };
  Gateway.registerRequestHandler(handler as unknown as RequestHandler);
  const stop = () => {
    Gateway.unregisterRequestHandler(handler as unknown as RequestHandler);
    app.off('beforeStop', stop);
    app.off('beforeReload', stop);
  };
  app.on('beforeStop', stop);
  app.on('beforeReload', stop);
}
