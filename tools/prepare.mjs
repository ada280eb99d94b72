/**
 * What the other tools need on disk before they can run: this package's own `node_modules/` and the NocoBase host in
 * `.host/`. Plain Node with built-ins only, because it runs on a fresh clone.
 */
import { spawn } from 'node:child_process';
import { copyFile, mkdir, readFile, readdir, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const tools = dirname(fileURLToPath(import.meta.url));
const root = dirname(tools);

const REPORT_EVERY_MS = 5_000;

/** A failure whose message is all that the person at the terminal needs. */
export class ToolError extends Error {}

/** Installs what the tools themselves need, when it is missing or the lock has changed. */
export async function ensureNodeModules() {
  await ensureInstalled({
    what: 'Installing the development tools into node_modules/ (about 0.5 GB, once)',
    lock: join(root, 'package-lock.json'),
    folder: root,
    args: [],
    before: async () => {},
  });
}

/** Installs NocoBase into `.host/`, when it is missing or `tools/host/package-lock.json` has changed. */
export async function ensureHost() {
  const folder = join(root, '.host');
  const lock = join(tools, 'host', 'package-lock.json');
  await ensureInstalled({
    what:
      'Installing NocoBase into .host/ (about 1 GB, some minutes, once; where SQLite has to be compiled, the size ' +
      'stands still towards the end)',
    lock,
    folder,
    // NocoBase's own packages disagree about peers; its documented installation passes this too.
    args: ['--legacy-peer-deps'],
    before: async () => {
      await mkdir(folder, { recursive: true });
      await copyFile(join(tools, 'host', 'package.json'), join(folder, 'package.json'));
      await copyFile(lock, join(folder, 'package-lock.json'));
    },
  });
}

/** Everything the tools need, then the TypeScript module `path` (relative to tools/), loaded in this process. */
export async function loadTool(path) {
  await ensureNodeModules();
  await ensureHost();
  const require = createRequire(join(root, 'package.json'));
  require('tsx/cjs');
  return require(join(tools, path));
}

/** What `parseArgs` of Node says of options that there are not; its message needs no stack. */
function isWrongOption(error) {
  return /^ERR_PARSE_ARGS_/.test(error?.code);
}

/** Runs `main`, turning a {@link ToolError} into its message and any failure into exit code 1. */
export async function runTool(main) {
  leaveWithNpm();
  try {
    await main();
  } catch (error) {
    console.error(error?.expected || error instanceof ToolError || isWrongOption(error) ? `\n${error.message}` : error);
    process.exit(1);
  }
}

/** When `npm start` or `npm test` is ended by a signal, npm leaves without telling its script: it has to notice. */
function leaveWithNpm() {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 500).unref();
}

async function ensureInstalled({ what, lock, folder, args, before }) {
  if (await isInstalled(lock, join(folder, 'node_modules'))) return;
  await before();

  const started = Date.now();
  console.log(what);
  const installing = npm(['ci', '--no-audit', '--no-fund', '--loglevel=error', ...args], folder);
  await report(installing, started, join(folder, 'node_modules'));
  console.log(`  done in ${Math.round((Date.now() - started) / 1000)} s`);
}

/** Prints how far npm is until it has ended; npm itself says nothing for minutes. */
async function report(installing, started, nodeModules) {
  let ended = false;
  const end = () => (ended = true);
  installing.then(end, end);
  while (!ended) {
    await Promise.race([installing, sleep(REPORT_EVERY_MS)]);
    if (ended) break;
    const size = await megabytes(nodeModules);
    if (!ended) console.log(`  ${Math.round((Date.now() - started) / 1000)} s, ${size} MB on disk`);
  }
  await installing;
}

/**
 * npm writes `node_modules/.package-lock.json` last and `npm ci` starts by deleting it, so what it lists was installed
 * to the end. Optional packages are for other platforms.
 */
async function isInstalled(lock, nodeModules) {
  const wanted = (await readJson(lock)).packages;
  const installed = (await readJson(join(nodeModules, '.package-lock.json')))?.packages;
  if (!installed) return false;
  return Object.entries(wanted).every(
    ([path, { version, optional, devOptional }]) =>
      path === '' || optional || devOptional || installed[path]?.version === version,
  );
}

function npm(args, cwd) {
  return new Promise((resolve, reject) => {
    // Workspace variables of an outer `npm start` or `npm test` must not leak into this installation.
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([key]) => !/^npm_(package|lifecycle)_/.test(key)),
    );
    const child = spawn('npm', args, {
      cwd,
      env,
      stdio: ['ignore', 'inherit', 'pipe'],
      shell: process.platform === 'win32',
    });
    let errors = '';
    child.stderr.on('data', (chunk) => (errors += chunk));
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new ToolError(explain(errors, cwd)))));
  });
}

function explain(errors, cwd) {
  const offline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|network/i.test(errors);
  return [
    offline
      ? 'The npm registry does not answer. Check the network (or `npm config get registry`) and run the same command again.'
      : `npm could not install ${cwd}:`,
    errors
      .trim()
      .split('\n')
      .slice(0, offline ? 3 : 30)
      .join('\n'),
  ].join('\n\n');
}

async function megabytes(folder) {
  let bytes = 0;
  const pending = [folder];
  while (pending.length > 0) {
    const current = pending.pop();
    const entries = await readdir(current, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = join(current, entry.name);
      if (entry.isDirectory()) pending.push(path);
      else if (entry.isFile()) bytes += (await stat(path).catch(() => ({ size: 0 }))).size;
    }
  }
  return Math.round(bytes / 1_000_000);
}

async function readJson(path) {
  return readFile(path, 'utf8').then(JSON.parse, () => undefined);
}
