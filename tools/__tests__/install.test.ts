import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownPackageName, packPlugin } from '../pack-plugin';

const folder = mkdtempSync(join(tmpdir(), 'install-test-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('installs with a plain npm, and brings nothing along', async () => {
  const file = await packPlugin({ out: folder });
  const app = join(folder, 'app');
  mkdirSync(app);
  // A cache of its own and no network: whatever else the package asked for could not come from anywhere.
  execFileSync('npm', ['install', file], {
    cwd: app,
    env: { ...process.env, npm_config_cache: join(folder, 'cache'), npm_config_offline: 'true' },
    stdio: 'pipe',
    shell: process.platform === 'win32',
  });
  const installed = readdirSync(join(app, 'node_modules'), { recursive: true, encoding: 'utf8' })
    .filter((path) => /^(@[^/\\]+[/\\])?[^/\\]+[/\\]package\.json$/.test(path))
    .map((path) => path.replace(/[/\\]package\.json$/, '').replace(/\\/g, '/'));
  expect(installed).toEqual([ownPackageName()]);

  const read = (path: string) => readFileSync(join(app, 'node_modules', ownPackageName(), path), 'utf8');
  const { main } = JSON.parse(read('package.json')) as { main: string };
  expect(existsSync(join(app, 'node_modules', ownPackageName(), main))).toBe(true);
  for (const readme of ['README.md', 'README.zh-CN.md']) expect(read(readme)).not.toMatch(/docs\/images|CONTRIBUTING/);
}, 60_000);
