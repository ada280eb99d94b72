/** An authenticator as `authenticators:publicList` gives it to anonymous browsers: `options` holds its `options.public`. */
export interface PublicAuthenticator {
  name: string;
  authType: string;
  title?: string | null;
  options?: { autoLogin?: boolean };
}

/** A request through the API client of the application. */
export interface HostRequest {
  method?: 'get' | 'post';
  url: string;
  params?: unknown;
  data?: unknown;
  headers?: Record<string, string>;
  /** Read by the host: show no notification when the request fails. */
  skipNotify?: boolean;
  /** Read by the host: do not go to the sign-in page when the request fails. */
  skipAuth?: boolean;
  validateStatus?: (status: number) => boolean;
  /** Milliseconds after which the request fails; without it, it may take for ever. */
  timeout?: number;
  /** Ends the request early. */
  signal?: AbortSignal;
}

export interface HostAnswer {
  status: number;
  data?: unknown;
  /** Names are in lower case. */
  headers?: Record<string, unknown>;
}

/** The part of the application object that both clients have in common and that the core needs. */
export interface HostApp {
  /** `main`, or the name of the sub-app. */
  name: string;
  apiClient: {
    auth: {
      readonly token?: string | null;
      readonly role?: string | null;
      setToken(token: string | null): void;
      setRole(role: string | null): void;
      setAuthenticator(authenticator: string | null): void;
    };
    axios: {
      interceptors: { request: { use(handler: <Config extends { url?: string }>(config: Config) => Config): unknown } };
    };
    request(request: HostRequest): Promise<HostAnswer>;
    /** Classic client only: the same API client, without notifications. */
    silent?(): { request(request: HostRequest): Promise<HostAnswer> };
  };
  i18n: { t(key: string, options?: Record<string, unknown>): string; language?: string };
  router: { getBasename(): string | undefined };
  getPublicPath(): string;
  /** Absolute URL of an API path. It does not name the sub-app. */
  getApiUrl(path?: string): string;
}

/**
 * Makes a request of which the host shows nothing. `skipNotify` is not enough before the first render: there the error
 * interceptor of the classic client fails for want of a router when there is no answer, and that would be shown.
 */
export async function requestQuietly({ apiClient }: HostApp, request: HostRequest): Promise<HostAnswer> {
  return (apiClient.silent?.() ?? apiClient).request({ ...request, skipNotify: true, skipAuth: true });
}

/** The part of the browser that the core touches; tests put a plain object in its place. */
export type Browser = Pick<
  Window,
  'location' | 'history' | 'navigator' | 'sessionStorage' | 'addEventListener' | 'setTimeout'
> & { __nocobase_modern_client_prefix__?: string };
