import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context, Next } from '@nocobase/actions';
import { apiPath } from '../api-path';

/** The request in which something happens; empty once it has been answered. */
const requests = new AsyncLocalStorage<{ ctx?: Context }>();

let open = 0;

/** Paths that can only be read by a GET: those without an action, and those with one of these. */
const READING = /^[\w/.-]*(:(list|get|check|publicList|authorize))?$/;

/** Actions in which an authenticator vouches for what it writes; of the API itself, not the id of a record that looks so. */
const SESSION = /^\/(__app\/[\w-]+\/)?auth:(signIn|signOut)$/;

/** Most requests read. Node makes every promise of the process slower while it follows requests, so those are left out. */
function mayWriteUsers({ method, path }: Context): boolean {
  if (method === 'GET') {
    return !READING.test(path);
  }
  const api = apiPath().replace(/\/$/, '');
  return !(path.startsWith(api) && SESSION.test(path.slice(api.length)));
}

/**
 * Runs around every request. Hooks of the database learn from it on whose behalf they run; the host does not tell them
 * everywhere (`users:updateProfile` and signing up hand no context to the repository).
 */
export async function rememberRequest(ctx: Context, next: Next): Promise<void> {
  if (!mayWriteUsers(ctx)) {
    return next();
  }
  const request: { ctx?: Context } = { ctx };
  open += 1;
  try {
    await requests.run(request, next);
  } finally {
    // What goes on after the answer, such as a workflow, is the server's own doing.
    delete request.ctx;
    open -= 1;
    if (open === 0) {
      requests.disable();
    }
  }
}

/** Whether somebody may edit every user: then a phone is the least that they could change. */
function mayEditEveryUser({ app, state }: Context): boolean {
  const roles: string[] = state.currentRoles ?? [state.currentRole];
  const permission = app.acl.can({ roles, resource: 'users', action: 'update' });
  const { filter = {}, whitelist = ['phone'] } = (permission?.params ?? {}) as {
    filter?: object;
    whitelist?: string[];
  };
  return permission !== null && Object.keys(filter).length === 0 && whitelist.includes('phone');
}

/** Signing up, and records that visitors write (a public form); not a sign-in, where an authenticator tells the phone. */
function isWrittenByVisitor({ action, db }: Context): boolean {
  const [collection]: string[] = String(action?.resourceName ?? '').split('.');
  return action?.actionName === 'signUp' || db.hasCollection(collection);
}

/** Users that another system sends, within its request (plugin-user-data-sync, `server/actions/user-data.js`). */
function isSync({ action }: Context): boolean {
  return action?.resourceName === 'userData' && ['push', 'pull', 'retry'].includes(action.actionName);
}

/**
 * Whether whoever writes at this moment may vouch for the phone of a user: the server itself (a sync, a workflow that
 * runs by itself, an authenticator), or somebody else who may edit every user. Users cannot vouch for themselves, and
 * neither can somebody who may only create users or edit some of them, since they could prepare a user for themselves
 * that way; nor with the help of a workflow that a request waits for.
 */
export function mayVouchFor(userId: unknown): boolean {
  const ctx = requests.getStore()?.ctx;
  if (!ctx || isSync(ctx)) {
    return true;
  }
  const { currentUser } = ctx.state as { currentUser?: { id: unknown } };
  if (!currentUser) {
    return !isWrittenByVisitor(ctx);
  }
  return String(currentUser.id) !== String(userId) && mayEditEveryUser(ctx);
}
