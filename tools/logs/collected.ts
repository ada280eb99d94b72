import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Leak, findLeaks } from './leaks';

/** Environment variable with the folder in which all suites of a jest run leave their logs (see jest.config.js). */
const VARIABLE = 'TEST_LOGS';

/** A new folder for logs of the tests that are running; undefined outside of jest. */
export function logFolder(name: string): string | undefined {
  const all = process.env[VARIABLE];
  if (!all) return undefined;
  const folder = join(all, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

export interface LeakInFile extends Leak {
  /** Path below the folder. */
  file: string;
}

/** Looks for leaks in all logs below a folder. */
export function scan(folder: string): { bytes: number; leaks: LeakInFile[] } {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && entry.name.endsWith('.log'),
  );
  const scanned = files.map(({ parentPath, name }) => {
    const path = join(parentPath, name);
    const text = readFileSync(path, 'utf8');
    const file = path.slice(folder.length + 1);
    return { bytes: text.length, leaks: findLeaks(text).map((leak) => ({ ...leak, file })) };
  });
  return {
    bytes: scanned.reduce((sum, { bytes }) => sum + bytes, 0),
    leaks: scanned.flatMap(({ leaks }) => leaks),
  };
}
