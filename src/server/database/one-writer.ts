import type { Database } from '@nocobase/database';

const lines = new WeakMap<Database, Promise<unknown>>();

/**
 * Runs writes of this process one after the other on SQLite, which has a single writer: those who wait in line are all
 * served sooner than those who collide and try again. Other databases order them better themselves.
 */
export function inLine<T>(db: Database, write: () => Promise<T>): Promise<T> {
  if (!db.inDialect('sqlite')) {
    return write();
  }
  const turn = (lines.get(db) ?? Promise.resolve()).then(write);
  lines.set(
    db,
    turn.catch(() => undefined),
  );
  return turn;
}
