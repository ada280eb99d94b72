import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const hostModules = join(__dirname, '../../.host/node_modules');

/**
 * Versions for `dist/externalVersion.js`, by which the plugin manager tells whether a plugin fits the host: the host's
 * own packages as installed; what the host gives to both clients as its own plugins name it, since those packages live
 * inside its prebuilt clients and not in its node_modules; anything else as installed.
 */
export function externalVersions(requests: Iterable<string>): Record<string, string> {
  const named = versionsNamedByHostPlugins();
  const packages = new Set([...requests].map(packageOf));
  return Object.fromEntries(
    [...packages].sort().map((name) => {
      const version =
        (name.startsWith('@nocobase/') ? undefined : named.get(name)) ?? installedVersion(name) ?? named.get(name);
      if (!version) throw new Error(`The host has no ${name}: bundle it instead of leaving it external.`);
      return [name, version];
    }),
  );
}

/** `@scope/name/sub` → `@scope/name`, `name/sub` → `name`. */
function packageOf(request: string): string {
  return request
    .split('/')
    .slice(0, request.startsWith('@') ? 2 : 1)
    .join('/');
}

function installedVersion(name: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(join(hostModules, name, 'package.json'), 'utf8')) as { version: string }).version;
  } catch {
    return undefined;
  }
}

function versionsNamedByHostPlugins(): Map<string, string> {
  const versions = new Map<string, string>();
  for (const plugin of readdirSync(join(hostModules, '@nocobase'))) {
    let text: string;
    try {
      text = readFileSync(join(hostModules, '@nocobase', plugin, 'dist/externalVersion.js'), 'utf8');
    } catch {
      continue;
    }
    for (const [, name, version] of text.matchAll(/"([^"]+)": "([^"]+)"/g)) {
      if (!versions.has(name)) versions.set(name, version);
    }
  }
  return versions;
}
