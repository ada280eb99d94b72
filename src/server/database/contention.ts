/** Error codes by which the databases say that somebody else was quicker and that trying again may help. */
const CONTENTION_CODES = new Set([
  'SQLITE_BUSY',
  'SQLITE_LOCKED',
  '40001', // PostgreSQL: serialization failure
  '40P01', // PostgreSQL: deadlock
  'ER_LOCK_DEADLOCK',
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_CHECKREAD', // MariaDB: the record has changed since it was read
]);

interface DatabaseError {
  name?: string;
  code?: string;
  parent?: { code?: string };
  original?: { code?: string };
}

/** Whether an insert met a row with the same key. */
export function isDuplicate(error: unknown): boolean {
  return (error as DatabaseError | null)?.name === 'SequelizeUniqueConstraintError';
}

/** Whether a statement failed only because of other work on the same rows. */
export function isContention(error: unknown): boolean {
  const { code, parent, original } = (error ?? {}) as DatabaseError;
  return [code, parent?.code, original?.code].some((candidate) => candidate && CONTENTION_CODES.has(candidate));
}
