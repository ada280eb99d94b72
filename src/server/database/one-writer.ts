import type { Database } from '@nocobase/database';
import { SignInFailure } from '../failure';

/** Whoever has waited this long is told to come again; those behind would wait even longer. */
const LONGEST_WAIT_MS = 8000;

const lines = new WeakMap<Database, Promise<unknown>>();

/**
 * Runs writes of this process one after the other on SQLite, which has a single writer: those who wait in line are all
 * served sooner than those who collide and try again. Other databases order them better themselves.
 *
 * @throws {SignInFailure} `busy` when the turn does not come in time; nothing is written then
 */
export function inLine<T>(db: Database, write: () => Promise<T>): Promise<T> {
  if (!db.inDialect('sqlite')) {
    return write();
  }
  return new Promise<T>((resolve, reject) => {
    let waiting = true;
    const timer = setTimeout(() => {
      waiting = false;
      reject(new SignInFailure('busy'));
    }, LONGEST_WAIT_MS);
    const takeTurn = async () => {
      clearTimeout(timer);
      if (waiting) {
        await write().then(resolve, reject);
      }
    };
    lines.set(db, (lines.get(db) ?? Promise.resolve()).then(takeTurn));
  });
}
