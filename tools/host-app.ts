/**
 * A real NocoBase as a child process, for the demo and for the journeys.
 *
 * Each app lives in a folder of its own (database, uploads, plugins) and borrows the code from `.host/` through links,
 * so that several apps with different plugin builds and public paths can run side by side from one installation.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { extract } from 'tar';
import { AdminApi } from './admin-api';
import { hostFingerprint, pluginFingerprint, readMark, writeMark, MARK } from './fingerprint';
import { logFolder } from './logs/collected';
import { ownPackageName, packPlugin } from './pack-plugin';

const root = resolve(__dirname, '..');
const hostModules = join(root, '.host/node_modules');

/** Folder for everything that tests and tools write besides the demo; safe to delete. */
export const workFolder = join(root, '.work');

/** The account that every app made here starts with. */
export const ADMIN = { account: 'admin@nocobase.com', password: 'admin123' } as const;

/** The host runs its upgrade at the next start when its storage holds this file. */
const UPGRADE_FLAG = '.upgrading';

const READY_TIMEOUT_MS = 180_000;
const STOP_TIMEOUT_MS = 8_000;

export interface HostTemplate {
  /** The app folder that {@link startHost} copies. */
  readonly dir: string;
  /** Package name under which the plugin is installed in it. */
  readonly packageName: string;
}

export interface StartHostOptions {
  /** Copied into `dir` first; without it `dir` must already be an app folder. */
  template?: Pick<HostTemplate, 'dir'>;
  /** The app folder, by default a new one in `.work/`, removed when the app stops. */
  dir?: string;
  /** Any free port by default. */
  port?: number;
  /** Environment variables of the host, for example `APP_PUBLIC_PATH`. */
  env?: Record<string, string>;
  /** The file that what it prints is added to, by default `host.log` in its folder. */
  logFile?: string;
}

export interface RunningHost {
  /** Address of the app without a trailing slash, for example `http://127.0.0.1:13000`. */
  readonly url: string;
  readonly port: number;
  readonly dir: string;
  readonly pid: number;
  /** Milliseconds from the start of its process until it answered. */
  readonly startTime: number;
  /** All that the app has printed so far: its system and request logs. */
  logs(): string;
  /** Signs in as the administrator. */
  admin(): Promise<AdminApi>;
  /** Stops the app and all its processes; safe to call twice. */
  stop(): Promise<void>;
}

/**
 * The app that journeys start copies of: NocoBase with this plugin enabled. Made when the plugin's sources or the host
 * have changed since the last time, which takes about half a minute; otherwise at hand at once.
 */
export async function hostTemplate(): Promise<HostTemplate> {
  const dir = join(workFolder, 'host-template');
  const wanted = pluginFingerprint() + hostFingerprint();
  if (readMark(dir) !== wanted) {
    // Made elsewhere and moved here when it is complete: another run may be copying the one before, or making this one.
    const unfinished = newFolder('template-');
    await createHostTemplate(unfinished);
    writeMark(unfinished, wanted);
    replaceFolder(dir, unfinished);
  }
  return { dir, packageName: ownPackageName() };
}

/**
 * Installs NocoBase with the plugin enabled into `dir`.
 *
 * @param options.packageName name that the plugin is built under, by default its own
 * @param options.pack the package to install; built from this repository by default
 * @param options.env environment of the installation, for example another database
 */
export async function createHostTemplate(
  dir: string,
  options: { packageName?: string; pack?: string; env?: Record<string, string> } = {},
): Promise<HostTemplate> {
  const { packageName = ownPackageName(), env } = options;
  const pack = options.pack ?? (await packPlugin({ name: packageName, out: workFolder }));
  if (env) await createApp(dir, { env });
  else copyApp(await freshApp(), dir);
  const host = await startHost({ dir, env });
  try {
    await installPlugin(host, pack, packageName);
  } finally {
    await host.stop();
  }
  return { dir, packageName };
}

/** A NocoBase as it is after its installation, on SQLite; made once for each version of the host. */
export async function freshApp(): Promise<string> {
  const dir = join(workFolder, 'host-fresh');
  if (readMark(dir) !== hostFingerprint()) {
    await createApp(dir);
    writeMark(dir, hostFingerprint());
  }
  return dir;
}

/** Makes `dir` a freshly installed NocoBase, in place of anything that was there. */
export async function createApp(dir: string, { env }: { env?: Record<string, string> } = {}): Promise<void> {
  fs.rmSync(dir, { recursive: true, force: true });
  fs.mkdirSync(join(dir, 'storage/db'), { recursive: true });
  fs.writeFileSync(
    join(dir, '.env'),
    [
      `APP_KEY=${randomBytes(24).toString('hex')}`,
      'DB_DIALECT=sqlite',
      'DB_STORAGE=storage/db/nocobase.sqlite',
      `INIT_ROOT_EMAIL=${ADMIN.account}`,
      `INIT_ROOT_PASSWORD=${ADMIN.password}`,
      'INIT_ROOT_NICKNAME=Admin',
      'INIT_ROOT_USERNAME=nocobase',
      '',
    ].join('\n'),
  );
  linkHost(dir);
  const child = run(dir, ['install', '--silent'], env);
  const [code] = (await once(child.process, 'close')) as [number | null];
  if (code !== 0) throw new Error(`NocoBase could not be installed.\n\n${tail(child.logs())}`);
}

/** Starts the app in `dir`, or a copy of `template`, and waits until it answers. */
export async function startHost(options: StartHostOptions): Promise<RunningHost> {
  const { template, env = {} } = options;
  const dir = resolve(options.dir ?? newFolder('app-'));
  if (template) copyApp(template.dir, dir);
  else linkHost(dir);

  const port = options.port ?? (await freePort());
  const started = Date.now();
  const child = run(dir, ['start'], { APP_HOST: '127.0.0.1', APP_PORT: String(port), ...env }, options.logFile);
  const url = `http://127.0.0.1:${port}`;
  let stopping: Promise<void> | undefined;
  const host = {
    url,
    port,
    dir,
    pid: child.process.pid!,
    startTime: 0,
    logs: child.logs,
    admin: () => AdminApi.signIn(apiUrl(url, env), ADMIN),
    stop: () =>
      (stopping ??= stopGroup(child.process).then(() => {
        if (!options.dir) fs.rmSync(dir, { recursive: true, force: true });
      })),
  };
  try {
    await waitUntilReady(host, child.process, env);
    host.startTime = Date.now() - started;
    return host;
  } catch (error) {
    await host.stop();
    throw error;
  }
}

/** Installs a package as an administrator does it: uploads it in the plugin manager, then enables it. */
export async function installPlugin(host: RunningHost, pack: string, packageName = ownPackageName()): Promise<void> {
  const admin = await host.admin();
  const installed = async (): Promise<PluginEntry | undefined> =>
    (await admin.get<PluginEntry[]>('pm:list')).find((plugin) => plugin.packageName === packageName);

  const form = new FormData();
  form.set('file', new Blob([fs.readFileSync(pack)]), basename(pack));
  await admin.post('pm:add', form);
  const added = await until(installed, `${packageName} was not added`, host);
  await admin.post(`pm:enable?filterByTk=${encodeURIComponent(added.name)}`);
  await until(async () => (await installed())?.enabled, `${packageName} was not enabled`, host);
  // The upload asks for an upgrade of the whole app at its next start; what was just installed needs none.
  fs.rmSync(join(host.dir, 'storage', UPGRADE_FLAG), { force: true });
}

/**
 * Puts another build of an installed plugin into a stopped app; it upgrades itself at its next start. (The plugin
 * manager's own update ends in a pm2 restart, and there is no pm2 here.)
 */
export async function replacePlugin(dir: string, pack: string, packageName = ownPackageName()): Promise<void> {
  const folder = join(dir, 'storage/plugins', packageName);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  await extract({ file: pack, cwd: folder, strip: 1 });
  fs.writeFileSync(join(dir, 'storage', UPGRADE_FLAG), '');
}

/** An unused port of this machine. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Puts a folder in the place of another one. */
function replaceFolder(dir: string, by: string): void {
  const old = newFolder('old-');
  if (fs.existsSync(dir)) fs.renameSync(dir, join(old, 'app'));
  fs.renameSync(by, dir);
  fs.rmSync(old, { recursive: true, force: true });
}

/** A new, empty folder in `.work/`. */
export function newFolder(prefix: string): string {
  fs.mkdirSync(workFolder, { recursive: true });
  return fs.mkdtempSync(join(workFolder, prefix));
}

interface PluginEntry {
  name: string;
  packageName: string;
  enabled: boolean;
}

/** Retries while the app reloads: it answers 503 or drops connections then. */
async function until<T>(probe: () => Promise<T | undefined | false>, failure: string, host: RunningHost): Promise<T> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  let reason = '';
  while (Date.now() < deadline) {
    try {
      const result = await probe();
      if (result) return result;
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    await sleep(250);
  }
  throw new Error(`${failure}. ${reason}\n\n${tail(host.logs())}`);
}

async function waitUntilReady(host: RunningHost, child: ChildProcess, env: Record<string, string>): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`NocoBase stopped while it was starting.\n\n${tail(host.logs())}`);
    }
    const answer = await fetch(`${apiUrl(host.url, env)}__health_check`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(200);
  }
  throw new Error(`NocoBase did not start within ${READY_TIMEOUT_MS / 1000} s.\n\n${tail(host.logs())}`);
}

function apiUrl(url: string, env: Record<string, string>): string {
  const publicPath = (env.APP_PUBLIC_PATH ?? '').replace(/\/$/, '');
  return `${url}${publicPath}${env.API_BASE_PATH ?? '/api/'}`;
}

function run(dir: string, args: string[], env: Record<string, string> = {}, logFile = join(dir, 'host.log')) {
  const inherited = Object.fromEntries(
    ['PATH', 'HOME', 'LANG', 'SystemRoot', 'USERPROFILE'].flatMap((key) =>
      process.env[key] === undefined ? [] : [[key, process.env[key]]],
    ),
  );
  const temporary = join(dir, 'storage/tmp');
  fs.mkdirSync(temporary, { recursive: true });
  const child = spawn(process.execPath, ['--preserve-symlinks', '--preserve-symlinks-main', 'boot.cjs', ...args], {
    cwd: dir,
    // A group of its own, so that stopping reaches every process that the host starts.
    detached: true,
    // The host leaves when this pipe closes, however this process ends (see boot.cjs).
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...inherited,
      NODE_PATH: join(dir, 'node_modules'),
      NODE_OPTIONS: '--preserve-symlinks',
      TMPDIR: temporary,
      TZ: 'Asia/Shanghai',
      APP_ENV: 'production',
      NODE_ENV: 'production',
      APP_LAUNCH_MODE: 'node',
      LOGGER_TRANSPORT: 'console',
      LOGGER_FORMAT: 'logfmt',
      SOCKET_PATH: socketPath(dir),
      ...env,
    },
  });
  const kept = logFolder(basename(dir));
  const files = kept ? [logFile, join(kept, 'host.log')] : [logFile];
  const logs = files.map((file) => fs.createWriteStream(file, { flags: 'a' }));
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      text += chunk;
      for (const log of logs) log.write(chunk);
    });
  }
  child.once('close', () => logs.forEach((log) => log.end()));
  const killWithUs = () => killGroup(child, 'SIGKILL');
  process.once('exit', killWithUs);
  child.once('close', () => process.off('exit', killWithUs));
  return { process: child, logs: () => text };
}

/** Unix socket paths end at about 100 characters, and checkouts may lie deeper than that. */
function socketPath(dir: string): string {
  const path = join(dir, 'storage/gateway.sock');
  return path.length < 100 ? path : join(tmpdir(), `nocobase-${randomBytes(6).toString('hex')}.sock`);
}

async function stopGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const closed = once(child, 'close');
    killGroup(child, 'SIGTERM');
    const timer = setTimeout(() => killGroup(child, 'SIGKILL'), STOP_TIMEOUT_MS);
    await closed;
    clearTimeout(timer);
  }
  killGroup(child, 'SIGKILL');
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-child.pid!, signal);
  } catch {
    // Nobody is left in the group.
  }
}

function copyApp(from: string, to: string): void {
  fs.rmSync(to, { recursive: true, force: true });
  const passing = new Set(['node_modules', 'host.log', MARK, join('storage', 'tmp'), join('storage', 'logs')]);
  fs.cpSync(from, to, {
    recursive: true,
    filter: (source) => !passing.has(relative(from, source)) && !source.endsWith('.sock'),
  });
  linkHost(to);
}

/**
 * Gives an app folder a node_modules that shares the host's files. NocoBase's own packages are real folders of hard
 * links, because the host resolves their real paths and would load a second copy of itself through symbolic links; what
 * is large and only served or never resolved that way is linked as a folder. The v1 index page is the app's own, since
 * the host writes the public path into it.
 */
function linkHost(dir: string): void {
  const target = join(dir, 'node_modules');
  fs.rmSync(target, { recursive: true, force: true });
  fs.mkdirSync(target, { recursive: true });
  for (const entry of fs.readdirSync(hostModules)) {
    if (entry !== '@nocobase' && !entry.startsWith('.')) fs.symlinkSync(join(hostModules, entry), join(target, entry));
  }
  shareFolder(join(hostModules, '@nocobase'), join(target, '@nocobase'));
  const pages = '@nocobase/app/dist/client';
  fs.rmSync(join(target, pages), { recursive: true });
  fs.mkdirSync(join(target, pages), { recursive: true });
  for (const entry of fs.readdirSync(join(hostModules, pages), { withFileTypes: true })) {
    const [from, to] = [join(hostModules, pages, entry.name), join(target, pages, entry.name)];
    if (entry.isDirectory()) fs.symlinkSync(from, to);
    else fs.copyFileSync(from, to);
  }
  fs.copyFileSync(join(__dirname, 'host/boot.cjs'), join(dir, 'boot.cjs'));
  linkPlugins(dir);
}

/**
 * Links the plugins of `storage/` as the host itself does when it starts: it does so after it has looked for them, and
 * would remember until its next start that there are none (its plugin list then fails).
 */
function linkPlugins(dir: string): void {
  const plugins = join(dir, 'storage/plugins');
  if (!fs.existsSync(plugins)) return;
  for (const scope of fs.readdirSync(plugins).filter((name) => name.startsWith('@'))) {
    fs.mkdirSync(join(dir, 'node_modules', scope), { recursive: true });
    for (const name of fs.readdirSync(join(plugins, scope))) {
      fs.symlinkSync(join(plugins, scope, name), join(dir, 'node_modules', scope, name));
    }
  }
}

const LINKED_AS_FOLDER = /[\\/]dist[\\/](client|client-v2|node_modules)$/;

function shareFolder(from: string, to: string): void {
  fs.mkdirSync(to, { recursive: true });
  for (const entry of fs.readdirSync(from, { withFileTypes: true })) {
    const [source, destination] = [join(from, entry.name), join(to, entry.name)];
    if (!entry.isDirectory()) shareFile(source, destination);
    else if (LINKED_AS_FOLDER.test(source)) fs.symlinkSync(source, destination);
    else shareFolder(source, destination);
  }
}

function shareFile(from: string, to: string): void {
  try {
    fs.linkSync(from, to);
  } catch {
    fs.copyFileSync(from, to);
  }
}

function tail(text: string): string {
  return text.split('\n').slice(-25).join('\n');
}
