import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { DEMO_AGENT_ID, DEMO_CORP_ID, demoCorp, startSimulator, type Simulator } from '../simulator';
import { RESOURCE } from '../src/shared/constants';
import type { AdminApi } from './admin-api';
import { demoAuthenticator } from './demo-authenticator';
import { hostFingerprint, pluginFingerprint, readMark, writeMark } from './fingerprint';
import { ADMIN, createApp, installPlugin, replacePlugin, startHost, workFolder, type RunningHost } from './host-app';
import { packPlugin } from './pack-plugin';
import { USER_AGENTS } from './user-agents';

const folder = resolve(__dirname, '../.demo');
const AUTHENTICATOR = 'wecom';

/** A NocoBase user from before WeCom came, who has the phone of a demo member and so is bound at the first sign-in. */
const EXISTING_USER = { userid: 'zhaoliu', username: 'zhaoliu.before', nickname: '赵六 (before WeCom)' };

export interface DemoOptions {
  port: number;
  simulatorPort: number;
  /** Starts over from an empty NocoBase. */
  fresh?: boolean;
}

/** Runs the demo until it is interrupted: NocoBase with the plugin, the WeCom simulator, and everything set up. */
export async function runDemo({ port, simulatorPort, fresh = false }: DemoOptions): Promise<void> {
  await claimPort(port, 'NocoBase', '--port');
  await claimPort(simulatorPort, 'The WeCom simulator', '--simulator-port', port);

  const running: { stop(): Promise<void> }[] = [];
  const stopAll = async (): Promise<void> => {
    for (const part of running.splice(0).reverse()) await part.stop();
  };
  let stopping = false;
  const interrupt = (): void => {
    // One Ctrl-C can arrive as several signals.
    if (stopping) return;
    stopping = true;
    console.log('\nStopping…');
    stopAll().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);

  try {
    const simulator = await startSimulator({ port: simulatorPort, corps: [demoCorp()] });
    running.push({ stop: () => simulator.close() });
    const host = await startDemoHost(port, fresh, (started) => running.push(started));
    const app = simulator.app(DEMO_CORP_ID, DEMO_AGENT_ID);
    app.oauthDomain = app.webLoginDomain = new URL(host.url).host;
    app.homeUrl = homepageOf(host.url);
    await setUp(await host.admin(), host.url, simulator);
    console.log(welcome(host.url, simulator));
  } catch (error) {
    await stopAll();
    throw error;
  }
}

async function startDemoHost(port: number, fresh: boolean, onStart: (host: RunningHost) => void): Promise<RunningHost> {
  const installed = hostFingerprint();
  const built = pluginFingerprint();
  const [madeFor, contains] = readMark(folder)?.split(' ') ?? [];
  const usable = madeFor === installed && !fresh;

  let pack: string | undefined;
  if (!usable || contains !== built) pack = await step('Building the plugin', () => packPlugin({ out: workFolder }));
  if (!usable) await step('Installing a NocoBase on SQLite into .demo/', () => createApp(folder));
  else if (pack) await replacePlugin(folder, pack);

  const host = await step('Starting NocoBase', () => startHost({ dir: folder, port }));
  onStart(host);
  if (!usable && pack) {
    const upload = pack;
    await step('Installing the plugin through the plugin manager', () => installPlugin(host, upload));
  }
  writeMark(folder, `${installed} ${built}`);
  return host;
}

/** Brings the authenticator up to date with the addresses of this run; all else stays as the visitor left it. */
async function setUp(admin: AdminApi, origin: string, simulator: Simulator): Promise<void> {
  const { apiBaseUrl, oauthUrl, ssoUrl } = simulator;
  const addresses = { origin, apiBaseUrl, oauthUrl, ssoUrl };
  const existing = (await admin.get<Authenticator[]>('authenticators:list?paginate=false')).find(
    ({ name }) => name === AUTHENTICATOR,
  );
  if (!existing) {
    await admin.enableLanguages(['en-US', 'zh-CN']);
    await admin.post('authenticators:create', demoAuthenticator(AUTHENTICATOR, addresses));
  } else if (Object.entries(addresses).some(([key, value]) => existing.options[key] !== value)) {
    await admin.post(`authenticators:update?filterByTk=${existing.id}`, {
      ...existing,
      options: { ...existing.options, ...addresses },
    });
  }
  const users = await admin.get<{ username: string }[]>('users:list?paginate=false');
  if (!users.some(({ username }) => username === EXISTING_USER.username)) {
    const { userid, ...user } = EXISTING_USER;
    const phone = simulator.member(DEMO_CORP_ID, userid).mobile;
    await admin.post('users:create', { ...user, phone, password: ADMIN.password });
  }
}

interface Authenticator {
  id: number;
  name: string;
  options: Record<string, unknown>;
}

/** What the settings show as the homepage of the app on the Workbench. */
function homepageOf(url: string): string {
  return `${url}/api/${RESOURCE}:authorize?authenticator=${AUTHENTICATOR}`;
}

function welcome(url: string, simulator: Simulator): string {
  return `
NocoBase with WeCom sign-in is running.

  NocoBase               ${url}/        new client: ${url}/v/
  Administrator          ${ADMIN.account}  ${ADMIN.password}
  WeCom simulator        ${simulator.url}/
  Workbench homepage     ${homepageOf(url)}

What to try (NocoBase begins in English; choose 简体中文 on its sign-in page)
  1. Be inside WeCom, where a first sign-in has to happen: set the browser's User-Agent (developer tools, Network
     conditions) to
       ${USER_AGENTS.wecomDesktop}
     and open ${url}/admin, or the Workbench homepage above. The simulator asks once who is logged in to WeCom on this
     device; to be somebody else later, choose so on its panel, ${simulator.url}/. Then agree to share the phone number.
     赵六 gets into the user that was there before with the same phone, 张三 into a new one: the menu at the top right says
     who you are. (NocoBase has no pages yet, and says so.)
  2. Be at a desk: back in the plain User-Agent, open ${url}/signin in a private window, choose WeCom, and be the same
     member on the simulator's page. Whoever was not inside WeCom before is told to go there first.
  3. As administrator: Settings, Authentication, WeCom, Configure, Check configuration. On the simulator's panel, disable
     the app, enter another domain, or make WeCom answer with errors (60020, 40001), and check again.

Press Ctrl-C to stop. The next start takes seconds; npm start -- --fresh starts over.
`;
}

async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
  const started = Date.now();
  process.stdout.write(`${what} … `);
  try {
    const result = await work();
    process.stdout.write(`${((Date.now() - started) / 1000).toFixed(1)} s\n`);
    return result;
  } catch (error) {
    process.stdout.write('failed\n');
    throw error;
  }
}

async function claimPort(port: number, who: string, flag: string, nocobase?: number): Promise<void> {
  const fail = (why: string): never => {
    throw Object.assign(new Error(`${why} Choose another with: npm start -- ${flag} NUMBER`), { expected: true });
  };
  if (!Number.isInteger(port) || port < 1 || port > 65535) fail(`${flag} has to be a port number.`);
  if (port === nocobase) fail(`${who} cannot have the same port as NocoBase.`);
  const free = await new Promise<boolean>((settle) => {
    const probe = createServer();
    probe.once('error', () => settle(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => settle(true)));
  });
  if (!free) fail(`${who} cannot start: port ${port} is in use.`);
}
