import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import { defineConfig, type LibConfig, type RsbuildPlugin } from '@rslib/core';
import { externalVersions } from './tools/build/external-versions';
import { licencesOf } from './tools/build/licences';
import { ownPackageName } from './tools/pack-plugin';

const root = __dirname;
const dist = process.env.PLUGIN_DIST || join(root, 'dist');
const packageName = process.env.PLUGIN_PACKAGE_NAME || ownPackageName();

/** What the host gives at run time; everything else is bundled, since a plugin comes without node_modules. */
const fromHost = {
  server: /^(@nocobase\/.+|axios|jsonwebtoken|koa|lodash|sequelize|dayjs|i18next)$/,
  client:
    /^(@nocobase\/.+|react|react-dom|react\/jsx-runtime|react-router(-dom)?|antd|antd-style|@ant-design\/(icons|cssinjs)|react-i18next|i18next|@formily\/.+|ahooks|axios|dayjs|lodash|@emotion\/css)$/,
};

/**
 * Notes every package that a bundle uses: the versions of those that the host gives, where the plugin manager looks, and
 * the licences of those that are inside.
 */
function recordPackages(): RsbuildPlugin {
  return {
    name: 'record-packages',
    setup(api) {
      api.onAfterBuild(({ stats }) => {
        // Orphans too: an external that was merged into the module importing it is reported as one.
        const detail = {
          all: false,
          children: true,
          modules: true,
          ids: true,
          orphanModules: true,
          cachedModules: true,
        };
        const report = stats?.toJson({ ...detail, modulesSpace: Infinity });
        const modules = (report?.children ?? []).flatMap((bundle) => bundle.modules ?? []);
        const requests = modules
          .flatMap(({ identifier = '' }) => /^external .*"(.+)"$/.exec(identifier)?.[1] ?? [])
          .filter((request) => fromHost.server.test(request) || fromHost.client.test(request));
        const versions = externalVersions(requests);
        writeFileSync(join(dist, 'externalVersion.js'), `module.exports = ${JSON.stringify(versions, null, 2)};\n`);
        const inside = modules.flatMap(({ nameForCondition }) => nameForCondition ?? []);
        writeFileSync(join(dist, 'third-party-licenses.txt'), licencesOf(inside));
      });
    },
  };
}

/** The host finds collections and migrations by file name, so each stays a file of its own. */
function serverEntries(): Record<string, string> {
  const entries: Record<string, string> = { index: './src/server/index.ts' };
  for (const folder of ['collections', 'migrations']) {
    const path = join(root, 'src/server', folder);
    if (!existsSync(path)) continue;
    for (const file of readdirSync(path).filter((name) => name.endsWith('.ts'))) {
      entries[`${folder}/${parse(file).name}`] = `./src/server/${folder}/${file}`;
    }
  }
  return entries;
}

const server: LibConfig = {
  id: 'server',
  format: 'cjs',
  syntax: 'es2022',
  source: { entry: serverEntries() },
  output: {
    target: 'node',
    distPath: { root: join(dist, 'server') },
    externals: [fromHost.server],
    copy: [{ context: join(root, 'src/locale'), from: '*.json', to: join(dist, 'locale') }],
  },
};

/** One lane's bundle in the shape that the host's requirejs expects: a UMD module under its AMD name. */
function client(lane: 'client' | 'client-v2', amdName: string): LibConfig {
  const chunkGlobal = `webpackChunk_${amdName.replace(/\W+/g, '_')}`;
  return {
    id: lane,
    format: 'umd',
    umdName: amdName,
    syntax: ['chrome >= 61', 'edge >= 79', 'firefox >= 60', 'safari >= 11'],
    source: {
      entry: { index: ['./tools/build/public-path.ts', `./src/${lane}/index.tsx`] },
      define: { __AMD_NAME__: JSON.stringify(amdName) },
    },
    output: {
      target: 'web',
      distPath: { root: join(dist, lane), js: '', jsAsync: '' },
      externals: [fromHost.client],
      minify: true,
    },
    tools: {
      rspack: (config) => {
        Object.assign(config.output!, {
          asyncChunks: true,
          chunkFilename: '[name].[contenthash:8].js',
          chunkLoadingGlobal: chunkGlobal,
          uniqueName: amdName,
          publicPath: `/static/plugins/${packageName}/dist/${lane}/`,
          globalObject: 'self',
        });
        config.output!.library = { type: 'umd', name: amdName, umdNamedDefine: true };
      },
    },
  };
}

export default defineConfig({
  source: { define: { __PACKAGE_NAME__: JSON.stringify(packageName) } },
  output: {
    cleanDistPath: true,
    sourceMap: false,
    legalComments: 'none',
    autoExternal: false,
  },
  tools: { swc: { jsc: { transform: { react: { runtime: 'automatic' } } } } },
  // Builds may run side by side (tests do), and the cache on disk panics when two use it at once.
  performance: { buildCache: false, printFileSize: { total: false, compressed: true } },
  plugins: [recordPackages()],
  lib: [server, client('client', packageName), client('client-v2', `${packageName}/client-v2`)],
});
