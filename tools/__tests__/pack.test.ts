import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { list, extract } from 'tar';
import { packPlugin } from '../pack-plugin';

const root = resolve(__dirname, '../..');
const NAME = '@acme/plugin-auth-wecom-renamed';

/** Builds once under a foreign name: whatever of the original name is left shows. */
describe('the packed plugin', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pack-test-'));
  let file: string;
  const files: string[] = [];
  const read = (path: string): string => readFileSync(join(folder, 'package', path), 'utf8');
  const manifest = (): Record<string, unknown> => JSON.parse(read('package.json')) as Record<string, unknown>;

  beforeAll(async () => {
    file = await packPlugin({ name: NAME, out: folder });
    await list({ file, onReadEntry: ({ path }) => files.push(path.replace(/^package\//, '')) });
    await extract({ file, cwd: folder });
  }, 60_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is named after the package', () => {
    expect(basename(file)).toMatch(/^acme-plugin-auth-wecom-renamed-\d+\.\d+\.\d+.*\.tgz$/);
  });

  it('holds what the host looks for', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        'package.json',
        'client.js',
        'client.d.ts',
        'client-v2.js',
        'client-v2.d.ts',
        'server.js',
        'server.d.ts',
        'dist/server/index.js',
        'dist/client/index.js',
        'dist/client-v2/index.js',
        'dist/locale/en-US.json',
        'dist/locale/zh-CN.json',
        'dist/externalVersion.js',
        'dist/third-party-licenses.txt',
      ]),
    );
  });

  it('holds nothing else', () => {
    const allowed =
      /^(package\.json|README(\.zh-CN)?\.md|CHANGELOG\.md|LICENSE|(client|client-v2|server)\.(js|d\.ts)|dist\/externalVersion\.js|dist\/third-party-licenses\.txt|dist\/(client|client-v2)\/[\w.-]+\.js|dist\/server\/(index|(collections|migrations)\/[\w-]+)\.js|dist\/locale\/[a-z]{2}-[A-Z]{2}\.json)$/;
    expect(files.filter((path) => !allowed.test(path))).toEqual([]);
  });

  it('passes on the licences of what is bundled', () => {
    const licences = read('dist/third-party-licenses.txt');
    expect(licences).toMatch(/^hpagent \d/m);
    expect(licences).toMatch(/^libphonenumber-js \d/m);
    expect(licences.match(/Permission is hereby granted/g)?.length).toBeGreaterThanOrEqual(2);
  });

  it('ships every collection as a file of its own, where the host looks for it', () => {
    const sources = readdirSync(join(root, 'src/server/collections')).filter((name) => name.endsWith('.ts'));
    for (const source of sources) expect(files).toContain(`dist/server/collections/${source.replace(/\.ts$/, '.js')}`);
  });

  it('carries the stamped name, and the original one nowhere', () => {
    expect(manifest().name).toBe(NAME);
    expect(read('dist/client/index.js')).toContain(`define("${NAME}",`);
    expect(read('dist/client-v2/index.js')).toContain(`define("${NAME}/client-v2",`);
    const { name } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { name: string };
    const code = files.filter((path) => path.endsWith('.js') || path.endsWith('.json'));
    expect(code.filter((path) => new RegExp(`${name}(?![\\w-])`).test(read(path)))).toEqual([]);
  });

  it('asks for nothing to be installed or run with it', () => {
    expect(manifest()).not.toHaveProperty('scripts');
    expect(manifest()).not.toHaveProperty('devDependencies');
    expect(manifest()).not.toHaveProperty('dependencies');
    expect(manifest()).toHaveProperty(['peerDependencies', '@nocobase/plugin-auth']);
  });

  it('never loads packages of the first client in the second', () => {
    const [, dependencies] = /define\("[^"]+",\[([^\]]*)\]/.exec(read('dist/client-v2/index.js')) ?? [];
    const onlyInFirst =
      /"(@nocobase\/(client|sdk|[\w-]+\/client)|@formily\/(json-schema|path|validator|reactive-react))"/;
    expect(dependencies).not.toMatch(onlyInFirst);
  });

  it('leaves no source maps', () => {
    for (const path of files.filter((name) => name.endsWith('.js')))
      expect(read(path)).not.toContain('sourceMappingURL');
  });

  it('fits the host by the check of its plugin manager', () => {
    const modules = join(folder, 'node_modules');
    mkdirSync(dirname(join(modules, NAME)), { recursive: true });
    cpSync(join(folder, 'package'), join(modules, NAME), { recursive: true });
    const utils = join(root, '.host/node_modules/@nocobase/server/lib/plugin-manager/utils.js');
    const script = `require(process.argv[1]).checkAndGetCompatible(process.argv[2])
      .then((result) => { console.log('RESULT' + JSON.stringify(result)); process.exit(); })`;
    const output = execFileSync(process.execPath, ['-e', script, utils, NAME], {
      cwd: folder,
      env: {
        ...process.env,
        NODE_MODULES_PATH: modules,
        NODE_PATH: modules,
        STORAGE_PATH: folder,
        LOGGER_SILENT: 'true',
      },
      encoding: 'utf8',
    });
    const { isCompatible, depsCompatible } = JSON.parse(output.slice(output.indexOf('RESULT') + 6)) as {
      isCompatible: boolean;
      depsCompatible: { name: string; result: boolean }[];
    };
    expect(depsCompatible.filter(({ result }) => !result)).toEqual([]);
    expect(depsCompatible.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['@nocobase/server', '@nocobase/client', '@nocobase/client-v2']),
    );
    expect(isCompatible).toBe(true);
  }, 60_000);
});
