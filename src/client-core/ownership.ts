import { ownershipFileText, type OwnershipFile } from '../shared/ownership-file';
import type { HostApp } from './host';

/**
 * Where an ownership file can be had: at the root of the domain; from NocoBase, while something else answers at the root
 * of the domain, or nothing does; not from NocoBase either, because it is not saved or the authenticator is off.
 */
export type Reach = 'served' | 'answeredElsewhere' | 'unreachable' | 'notServed';

/** The browser's `fetch`; tests put a plain function in its place. */
export type Fetch = (url: string, init: RequestInit) => Promise<Pick<Response, 'ok' | 'headers' | 'text'>>;

/** How long one address may take. */
const LIMIT_MS = 8000;

const INIT: RequestInit = { cache: 'no-store', credentials: 'omit' };

/** Address at which WeCom asks for the file. */
export function ownershipFileUrl(origin: string, name: string): string {
  return `${origin}/${name}`;
}

async function inTime<Result>(request: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), LIMIT_MS);
  try {
    return await request(limit.signal);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether an address answers with exactly this file, without a redirect. */
async function answersWith(fetch: Fetch, url: string, file: OwnershipFile): Promise<boolean> {
  try {
    return await inTime(async (signal) => {
      const answer = await fetch(url, { ...INIT, redirect: 'manual', signal });
      const isText = /^text\/plain\b/.test(answer.headers.get('content-type') ?? '');
      return answer.ok && isText && (await answer.text()) === ownershipFileText(file);
    });
  } catch {
    return false;
  }
}

/**
 * Looks from this browser whether the file is where WeCom will ask for it.
 *
 * @param origin where browsers reach NocoBase
 */
export async function lookForOwnershipFile(
  fetch: Fetch,
  app: HostApp,
  origin: string,
  file: OwnershipFile,
): Promise<Reach> {
  const url = ownershipFileUrl(origin, file.name);
  if (await answersWith(fetch, url, file)) {
    return 'served';
  }
  if (!(await answersWith(fetch, app.getApiUrl(file.name), file))) {
    return 'notServed';
  }
  // What another site answers cannot be read unless it is the file, but it can be told from no answer at all.
  const answered = await inTime((signal) => fetch(url, { ...INIT, mode: 'no-cors', signal })).then(
    () => true,
    () => false,
  );
  if (!answered) {
    return 'unreachable';
  }
  // nginx that was just reloaded still answers as before on connections that a browser has opened ahead, once on each.
  return (await answersWith(fetch, url, file)) ? 'served' : 'answeredElsewhere';
}

/**
 * What a proxy needs that serves the root of the domain itself: it hands these files to NocoBase, below the path of the
 * API, which a second proxy on the way (such as the one inside the Docker image) passes on, too.
 */
export function proxyLines(app: HostApp): string {
  const { pathname } = new URL(app.getApiUrl());
  return [
    'location ^~ /WW_verify_ {',
    `    proxy_pass http://127.0.0.1:13000${pathname}WW_verify_;`,
    '    proxy_set_header Host $http_host;',
    '}',
  ].join('\n');
}
