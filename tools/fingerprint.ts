import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '..');

/** Everything that decides what the package contains. */
const PLUGIN_SOURCES = [
  'package.json',
  'rslib.config.ts',
  'src',
  'tools/build',
  'tools/pack-plugin.ts',
  'client.js',
  'client-v2.js',
  'server.js',
];

/** Changes when a new build of the plugin would differ. */
export function pluginFingerprint(): string {
  return fingerprint(PLUGIN_SOURCES);
}

/** Changes when another host is installed. */
export function hostFingerprint(): string {
  return fingerprint(['tools/host/package-lock.json']);
}

/** File in a prepared folder that says what it was prepared from; written last, so that half a folder has none. */
export const MARK = '.prepared';

/** What the folder was prepared from, when that ran to its end. */
export function readMark(folder: string): string | undefined {
  const path = join(folder, MARK);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** Notes what the folder was prepared from. */
export function writeMark(folder: string, fingerprint: string): void {
  writeFileSync(join(folder, MARK), fingerprint);
}

function fingerprint(paths: string[]): string {
  const hash = createHash('sha256');
  const add = (path: string): void => {
    const absolute = join(root, path);
    if (!existsSync(absolute)) return;
    if (statSync(absolute).isDirectory()) {
      const entries = readdirSync(absolute).filter((name) => name !== '__tests__');
      entries.sort().forEach((name) => add(join(path, name)));
    } else {
      hash.update(`${path}\0`).update(readFileSync(absolute)).update('\0');
    }
  };
  paths.forEach(add);
  return hash.digest('hex');
}
