import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where a module of a package lies: the folder of the package, and its name. */
const IN_PACKAGE = /^(.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+))[\\/]/;

/** The licence texts of the packages that these modules come from: they ask to be passed on with copies. */
export function licencesOf(modules: Iterable<string>): string {
  const folders = new Map<string, string>();
  for (const path of modules) {
    const [, folder, name] = IN_PACKAGE.exec(path) ?? [];
    if (folder) folders.set(name, folder);
  }
  return [...folders]
    .sort(([one], [other]) => one.localeCompare(other, 'en'))
    .map(([name, folder]) => `${name} ${versionIn(folder)}\n\n${licenceIn(name, folder)}\n`)
    .join(`\n${'-'.repeat(80)}\n\n`);
}

function versionIn(folder: string): string {
  return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
}

function licenceIn(name: string, folder: string): string {
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.(md|txt))?$/i.test(entry));
  if (!file) throw new Error(`${name} has no licence text, so it cannot be bundled.`);
  return readFileSync(join(folder, file), 'utf8').trim();
}
