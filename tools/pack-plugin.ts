import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { packageReadme } from './package-readme';

const run = promisify(execFile);
const root = resolve(__dirname, '..');

/** What the package consists of besides its package.json and the build. */
const CONTENTS = [
  'README.md',
  'README.zh-CN.md',
  'CHANGELOG.md',
  'LICENSE',
  'client.js',
  'client.d.ts',
  'client-v2.js',
  'client-v2.d.ts',
  'server.js',
  'server.d.ts',
];

interface PackageJson {
  name: string;
  version: string;
  [key: string]: unknown;
}

/**
 * Builds the plugin and packs it into a `.tgz` for the plugin manager.
 *
 * @param options.name package name to stamp instead of the one in package.json: a site with a NocoBase licence key needs
 * another, since the host deletes or replaces plugins that carry the name of a commercial one
 * @param options.out folder for the file, the repository's root by default
 * @returns the absolute path of the `.tgz`
 */
export async function packPlugin({ name, out = root }: { name?: string; out?: string } = {}): Promise<string> {
  const manifest = readManifest();
  if (name) manifest.name = checkedName(name);
  const work = join(root, '.work');
  mkdirSync(work, { recursive: true });
  const stage = mkdtempSync(join(work, 'pack-'));
  try {
    // A folder of its own, so that builds under different names do not meet.
    await build(manifest.name, join(stage, 'dist'));
    // Neither means anything where the package is installed.
    delete manifest.scripts;
    delete manifest.devDependencies;
    writeFileSync(join(stage, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    for (const entry of CONTENTS) {
      if (entry.startsWith('README')) {
        writeFileSync(join(stage, entry), packageReadme(readFileSync(join(root, entry), 'utf8')));
      } else {
        cpSync(join(root, entry), join(stage, entry), { recursive: true });
      }
    }
    const folder = resolve(out);
    mkdirSync(folder, { recursive: true });
    const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
      cwd: stage,
      shell: process.platform === 'win32',
    });
    return join(folder, packedFile(stdout));
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** The package name that builds carry unless told otherwise. */
export function ownPackageName(): string {
  return readManifest().name;
}

function readManifest(): PackageJson {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as PackageJson;
}

/** The names that NocoBase's plugin manager takes. */
function checkedName(name: string): string {
  if (!/^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/.test(name) || name.includes('..')) {
    throw Object.assign(new Error(`"${name}" is not a package name. Example: @acme/plugin-auth-wecom`), {
      expected: true,
    });
  }
  return name;
}

async function build(packageName: string, dist: string): Promise<void> {
  const rslib = join(root, 'node_modules/@rslib/core/bin/rslib.js');
  const env = { ...process.env, PLUGIN_PACKAGE_NAME: packageName, PLUGIN_DIST: dist, NODE_ENV: 'production' };
  try {
    await run(process.execPath, [rslib, 'build'], { cwd: root, env });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw Object.assign(new Error(`The build failed.\n\n${stdout}${stderr}`.trim()), { expected: true });
  }
}

/** npm 11 and older answer with a list, npm 12 with an object by package name. */
function packedFile(stdout: string): string {
  const answer = JSON.parse(stdout) as Record<string, { filename: string }>;
  return Object.values(answer)[0].filename.replace(/^@/, '').replace('/', '-');
}
