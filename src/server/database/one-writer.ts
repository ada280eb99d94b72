import { AsyncResource } from 'node:async_hooks';
import type { Database } from '@nocobase/database';
import { SignInFailure } from '../failure';

/** Whoever has waited this long is told to come again; those behind would wait even longer. */
const LONGEST_WAIT_MS = 8000;

/** Whether a write ends a sign-in whose code WeCom has seen already, or begins one that nothing was spent on yet. */
export type Stage = 'end' | 'begin';

type Turn = () => Promise<void>;

class Line {
  private readonly waiting: Record<Stage, Turn[]> = { end: [], begin: [] };
  private serving = false;

  join(stage: Stage, turn: Turn): void {
    this.waiting[stage].push(turn);
    if (!this.serving) {
      void this.serve();
    }
  }

  private async serve(): Promise<void> {
    this.serving = true;
    for (let turn = this.next(); turn; turn = this.next()) {
      await turn();
    }
    this.serving = false;
  }

  private next(): Turn | undefined {
    return this.waiting.end.shift() ?? this.waiting.begin.shift();
  }
}

const lines = new WeakMap<Database, Line>();

function lineOf(db: Database): Line {
  const line = lines.get(db) ?? new Line();
  lines.set(db, line);
  return line;
}

/**
 * Runs writes of this process one after the other on SQLite, which has a single writer: those who wait in line are all
 * served sooner than those who collide and try again. Other databases order them better themselves.
 *
 * Sign-ins that are about to end go first. Behind all those that begin, they would lose a code that is spent when there
 * are more than can be served in time: then nobody would get in, instead of some later.
 *
 * @throws {SignInFailure} `busy` when the turn does not come in time; nothing is written then
 */
export function inLine<T>(db: Database, stage: Stage, write: () => Promise<T>): Promise<T> {
  if (!db.inDialect('sqlite')) {
    return write();
  }
  return new Promise<T>((resolve, reject) => {
    let waiting = true;
    const timer = setTimeout(() => {
      waiting = false;
      reject(new SignInFailure('busy'));
    }, LONGEST_WAIT_MS);
    const takeTurn = async (): Promise<void> => {
      clearTimeout(timer);
      if (waiting) {
        await Promise.resolve().then(write).then(resolve, reject);
      }
    };
    // Turns are called by whoever was there first, but belong to the request that waits for them.
    lineOf(db).join(stage, AsyncResource.bind(takeTurn));
  });
}
