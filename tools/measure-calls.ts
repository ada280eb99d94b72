import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { DEMO_AGENT_ID, DEMO_CORP_ID, demoCorp, startSimulator, type Simulator } from '../simulator';
import { AUTH_TYPE, CONSENT_SCOPE } from '../src/shared/constants';
import { ownPackageName } from './pack-plugin';

/** How often the WeCom API was called; `gettoken` is counted apart, since it does not belong to one sign-in. */
export interface SignInCalls {
  /** A member's first sign-in: the silent and the consent round together. */
  first: number;
  returning: number;
  /** For all sign-ins of the measurement, within one token life. */
  gettoken: number;
}

const AUTHENTICATOR = 'wecom';
const MEMBER = 'zhangsan';

/** Counts the calls in a process of its own, whose settings and modules are those of the host. */
export async function measureCalls(): Promise<SignInCalls> {
  const root = resolve(__dirname, '..');
  const { stdout } = await promisify(execFile)(process.execPath, ['--require', 'tsx/cjs', __filename], {
    cwd: root,
    env: {
      ...process.env,
      NODE_PATH: resolve(root, '.host/node_modules'),
      // Without it the host warns of every call to this machine.
      SERVER_REQUEST_WHITELIST: '127.0.0.1',
    },
  });
  return JSON.parse(stdout.trim().split('\n').pop() ?? '') as SignInCalls;
}

/** Signs a member in for the first time and then again, in a real NocoBase server, and counts what WeCom sees of it. */
async function countCalls(): Promise<SignInCalls> {
  const { startApp, Browser, optionsFor } = loadServerSuite();
  const wecom = await startSimulator({ corps: [demoCorp()] });
  const app = await startApp();
  try {
    await app.app.db.getRepository('authenticators').create({
      values: { name: AUTHENTICATOR, authType: AUTH_TYPE, enabled: true, options: optionsFor(wecom, app.url) },
    });
    const browser = new Browser(app);
    const round = async (expected: number, query: Record<string, string> = {}): Promise<void> => {
      const page = await browser.open(AUTHENTICATOR, query);
      const answer = await browser.signIn(AUTHENTICATOR, {
        code: codeFor(wecom, page),
        state: page.searchParams.get('state'),
      });
      if (answer.status !== expected) throw new Error(`auth:signIn answered ${JSON.stringify(answer)}`);
    };
    const callsOf = async (signIn: () => Promise<void>): Promise<number> => {
      const before = callsBesidesGettoken(wecom);
      await signIn();
      return callsBesidesGettoken(wecom) - before;
    };

    const first = await callsOf(async () => {
      await round(401);
      await round(200, { scope: CONSENT_SCOPE });
    });
    const returning = await callsOf(() => round(200));
    return { first, returning, gettoken: wecom.calls.count('gettoken') };
  } finally {
    await app.close();
    await wecom.close();
  }
}

/** The server suite's application and browser; it runs the sources, which need what the build puts in. */
function loadServerSuite() {
  Object.assign(globalThis, { __PACKAGE_NAME__: ownPackageName() });
  /* eslint-disable @typescript-eslint/no-require-imports -- only after the line above */
  return {
    ...(require('../tests/server/app') as typeof import('../tests/server/app')),
    ...(require('../tests/server/browser') as typeof import('../tests/server/browser')),
  };
  /* eslint-enable @typescript-eslint/no-require-imports */
}

function codeFor(wecom: Simulator, page: URL): string {
  return wecom.issueCode({
    corpId: DEMO_CORP_ID,
    agentId: DEMO_AGENT_ID,
    userid: MEMBER,
    scope: page.searchParams.get('scope') === CONSENT_SCOPE ? CONSENT_SCOPE : 'snsapi_base',
    inClient: true,
    redirectUri: page.searchParams.get('redirect_uri') ?? undefined,
  });
}

function callsBesidesGettoken(wecom: Simulator): number {
  return wecom.calls.total() - wecom.calls.count('gettoken');
}

if (require.main === module) {
  countCalls().then(
    (calls) => {
      console.log(JSON.stringify(calls));
      process.exit(0);
    },
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
}
