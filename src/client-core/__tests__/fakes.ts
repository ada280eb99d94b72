import type { Browser, HostAnswer, HostApp, HostRequest } from '../host';
import { classicLane, modernLane, type Lane } from '../lane';

export const DESKTOP = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36';
export const WECOM = `${DESKTOP} wxwork/4.1.10 MicroMessenger/7.0.1 Language/zh`;

interface World {
  lane: Lane;
  app: HostApp;
  browser: Browser;
  requests: HostRequest[];
  /** What the browser did: `replaceState /x`, `leave /y`, `reload`. */
  steps: string[];
  stored: { token: string | null; role: string | null; authenticator: string | null };
  marks: Map<string, string>;
  /** Shows the page as the browser does when it comes out of its page cache. */
  showAgain(): void;
}

interface Options {
  modern?: boolean;
  basename?: string;
  appName?: string;
  userAgent?: string;
  token?: string;
  storage?: 'blocked';
  answers?: Record<string, unknown>;
  /** Headers of every answer. */
  headers?: Record<string, string>;
}

/** A lane whose application and browser are plain objects, on the page `path`. */
export function world(path: string, options: Options = {}): World {
  const { modern = false, basename = modern ? '/v/' : '/', appName = 'main', userAgent = DESKTOP } = options;
  const answers: Record<string, unknown> = { 'authenticators:publicList': { data: [] }, ...options.answers };
  const requests: HostRequest[] = [];
  const steps: string[] = [];
  const stored: World['stored'] = { token: options.token ?? null, role: null, authenticator: null };
  const marks = new Map<string, string>();
  const shown: ((event: PageTransitionEvent) => void)[] = [];
  const location = {
    ...parts(path),
    origin: 'https://noco.example.com',
    replace: (url: string) => steps.push(`leave ${decodeURIComponent(url)}`),
    reload: () => steps.push('reload'),
  };
  const browser = {
    location,
    history: {
      state: null,
      replaceState: (_state: unknown, _title: string, url: string) => {
        steps.push(`replaceState ${url}`);
        Object.assign(location, parts(url));
      },
    },
    navigator: { userAgent },
    get sessionStorage() {
      if (options.storage === 'blocked') throw new Error('SecurityError');
      return {
        getItem: (key: string) => marks.get(key) ?? null,
        setItem: (key: string, value: string) => void marks.set(key, value),
        removeItem: (key: string) => void marks.delete(key),
      };
    },
    addEventListener: (_type: string, listener: (event: PageTransitionEvent) => void) => shown.push(listener),
    // Time flies: nothing that waits for a page to be left keeps a test waiting.
    setTimeout: (callback: () => void) => setTimeout(callback, 0),
  } as unknown as Browser;
  const interceptors: ((config: { url?: string }) => { url?: string })[] = [];
  const app: HostApp = {
    name: appName,
    apiClient: {
      auth: {
        get token() {
          return stored.token;
        },
        get role() {
          return stored.role;
        },
        setToken: (token) => void (stored.token = token),
        setRole: (role) => void (stored.role = role),
        setAuthenticator: (authenticator) => void (stored.authenticator = authenticator),
      },
      axios: { interceptors: { request: { use: (handler) => interceptors.push(handler) } } },
      request: async (request) => {
        interceptors.forEach((handler) => handler(request));
        requests.push(request);
        const answer = answers[request.url];
        if (answer instanceof Error) throw answer;
        return { status: 200, data: answer, headers: options.headers } as HostAnswer;
      },
    },
    i18n: { t: (key) => key },
    router: { getBasename: () => basename },
    getPublicPath: () => basename.replace(/apps\/.*/, ''),
    getApiUrl: (apiPath = '') => `/api/${apiPath}`,
  };
  return {
    lane: modern ? modernLane(app, browser) : classicLane(app, browser),
    app,
    browser,
    requests,
    steps,
    stored,
    marks,
    showAgain: () => shown.forEach((listener) => listener({ persisted: true } as PageTransitionEvent)),
  };
}

function parts(path: string) {
  const { pathname, search, hash } = new URL(path, 'https://noco.example.com');
  return { pathname, search, hash };
}
