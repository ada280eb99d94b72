import { readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { extract } from 'tar';
import { newFolder } from './host-app';
import { packPlugin } from './pack-plugin';

/** The plugin of the host that is compared with: it also adds one way of signing in. */
const HOST_SMS_PLUGIN = resolve(__dirname, '../.host/node_modules/@nocobase/plugin-auth-sms');

/** What every page of NocoBase loads of a plugin, in bytes after gzip. */
export interface EntrySize {
  client: 'client' | 'client-v2';
  ours: number;
  sms: number;
}

/** Builds the package as it is shipped and measures the entry of each client. */
export async function measureEntries(): Promise<EntrySize[]> {
  const folder = newFolder('figures-');
  try {
    await extract({ file: await packPlugin({ out: folder }), cwd: folder, strip: 1 });
    return (['client', 'client-v2'] as const).map((client) => ({
      client,
      ours: gzippedEntry(folder, client),
      sms: gzippedEntry(HOST_SMS_PLUGIN, client),
    }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function gzippedEntry(packageFolder: string, client: string): number {
  return gzipSync(readFileSync(join(packageFolder, 'dist', client, 'index.js')), { level: 9 }).length;
}
