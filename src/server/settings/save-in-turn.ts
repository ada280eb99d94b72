import type { Context, Next } from '@nocobase/actions';
import { PACKAGE_NAME } from '../../shared/package-name';
import { inLine } from '../database/one-writer';

/** How long one save may take before a lock adapter gives the turn to the next. */
const TURN_MS = 15 * 1000;

/**
 * Runs around saving an authenticator: one after the other in this process, and in line with what sign-ins write. SQLite
 * would answer two that come at once with an error of its own, where the second should hear that automatic login is taken.
 */
export async function saveInTurn({ app, db }: Context, next: Next): Promise<void> {
  const save = () => inLine(db, 'begin', next);
  await app.lockManager.runExclusive(`${app.name}:${PACKAGE_NAME}:save`, save, TURN_MS);
}
