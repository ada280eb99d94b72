import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Address } from '../http';
import type { World } from '../world';
import { authorizePage } from './authorize';
import { toPageContext, sendNotice, type PageContext } from './context';
import { controlAction, controlPage } from './control';
import { ssoPage } from './sso';

/** Pages that a sign-in goes through; visits to them are counted. */
const SIGN_IN_PAGES: Record<string, (context: PageContext) => void> = {
  '/connect/oauth2/authorize': authorizePage,
  '/wwlogin/sso/login': (context) => ssoPage(context, true),
  '/wwopen/sso/qrConnect': (context) => ssoPage(context, false),
};

/** Serves everything that is not below `/cgi-bin/`. */
export async function servePage(
  world: World,
  req: IncomingMessage,
  res: ServerResponse,
  address: Address,
): Promise<void> {
  const { path } = address;
  const context = await toPageContext(world, req, res, address);
  const known = req.method === 'GET' || req.method === 'HEAD' || req.method === 'POST';
  if (known && Object.hasOwn(SIGN_IN_PAGES, path)) {
    if (req.method !== 'POST') world.visits.record({ path, errcode: null, at: world.now() });
    SIGN_IN_PAGES[path](context);
  } else if (path === '/' && req.method === 'GET') controlPage(context);
  else if (path === '/sim/closed') sendNotice(context, 'closed', context.t.closedTitle, context.t.closedText);
  else if (!controlAction(context, path)) res.writeHead(404).end();
}
